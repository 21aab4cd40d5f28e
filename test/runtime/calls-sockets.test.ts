// Sockets of a call and its caller: one session, shared; no sound on any socket.

import { describe, expect, test } from 'vitest'
import { formatTimeline } from '../../src/report/timeline-text.ts'
import type { Wire } from '../../src/transports/transport.ts'
import { activeCall, attach, restRequest } from './support/open-call.ts'
import type { OpenService } from './support/open-service.ts'

describe('sockets of a call', () => {
  test('each is greeted with the session as it is now; the others are not', async () => {
    await using opened = await activeCall()
    const { call, session } = opened
    const first = await attach(opened, call.id)
    first.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } })
    await opened.realtime.waitFor('session.updated')
    const second = await attach(opened, call.id)
    await opened.service.clock.quiet()
    expect(first.types()).toEqual(['session.created', 'session.updated'])
    expect(second.types()).toEqual(['session.created'])
    expect(second.got[0]).toMatchObject({ session: { id: session.id, instructions: 'Be brief.' } })
    expect(first.got[0]).toMatchObject({ session: { id: session.id, instructions: 'Answer the phone.' } })
    expect(opened.realtime.sessions).toHaveLength(1)
  })

  test('all act on one session and all get what it sends', async () => {
    await using opened = await activeCall({ responses: { hello: { when: 'hello', text: 'Good day.' } } })
    const first = await attach(opened, opened.call.id)
    const second = await attach(opened, opened.call.id)
    first.send({ type: 'conversation.item.create', item: item('hello') })
    second.send({ type: 'response.create', response: { output_modalities: ['text'] } })
    const response = await opened.realtime.nextResponse()
    expect(response.text).toBe('Good day.')
    await opened.realtime.settled()
    expect(first.got).toEqual([first.got[0], ...second.got.slice(1)])
    expect(first.types()).toContain('response.done')
  })

  test('one that leaves does not end the call, nor does the last one', async () => {
    await using opened = await activeCall()
    const { call, service, session } = opened
    const first = await attach(opened, call.id)
    const second = await attach(opened, call.id)
    first.client.close(1000)
    second.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Go on.' } })
    await opened.realtime.waitFor('session.updated')
    expect(first.types()).toEqual(['session.created'])
    second.client.terminate()
    await service.clock.quiet()
    expect(session.open).toBe(true)
    expect(call.status).toBe('active')
    const third = await attach(opened, call.id)
    await service.clock.quiet()
    expect(third.types()).toEqual(['session.created'])
  })

  test.for([1006, 4000])('are lost to a fault (%i), and the call goes on: the app may attach again', async (code) => {
    await using opened = await activeCall({ responses: { hello: { when: 'hello', text: 'Good day.' } } })
    const { call, service, session, realtime } = opened
    const first = await attach(opened, call.id)
    realtime.fail({ close: code }, { at: 'response.output_audio_transcript.delta' })
    first.send({ type: 'conversation.item.create', item: item('hello') })
    first.send({ type: 'response.create' })
    expect((await realtime.nextResponse()).text).toBe('Good day.')
    expect(first.closed?.code).toBe(code)
    expect(first.types()).not.toContain('response.output_audio_transcript.delta')
    expect([call.status, session.open]).toEqual(['active', true])
    const second = await attach(opened, call.id)
    await service.clock.quiet()
    expect(second.types()[0]).toBe('session.created')
    const notes = formatTimeline(service.timeline.entries)
    expect(notes.match(/the app's sockets were closed with/g)).toHaveLength(1)
    expect(notes).not.toContain('a socket of the app left')
  })

  test('one that does not read is closed alone', async () => {
    await using opened = await activeCall()
    const { call, service, session } = opened
    const closes: number[] = []
    const slow: Wire = { send() {}, terminate() {}, ping() {}, bufferedBytes: 7, close: (code) => void closes.push(code) }
    const listener = service.calls.find(call.id)?.attach(slow, restRequest)
    const other = await attach(opened, call.id)
    listener?.onOverflow?.(7)
    other.send({ type: 'input_audio_buffer.clear' })
    await opened.realtime.waitFor('input_audio_buffer.cleared')
    expect(closes).toEqual([1008])
    expect(session.open).toBe(true)
    expect(other.closed).toBeUndefined()
  })

  test('get no sound, but its transcript', async () => {
    await using opened = await activeCall({ responses: { hello: 'Good day to you.' } })
    const app = await attach(opened, opened.call.id)
    app.send({ type: 'response.create' })
    await opened.realtime.settled()
    expect(app.types()).not.toContain('response.output_audio.delta')
    expect(app.types()).toEqual(expect.arrayContaining(['response.output_audio_transcript.delta', 'response.output_audio.done']))
    // The test sees what the service plays.
    expect(opened.realtime.emitted('response.output_audio.delta').length).toBeGreaterThan(0)
    expect(formatTimeline(opened.service.timeline.entries)).toMatch(/← response\.output_audio\.delta .* ms pcm16, to the caller/)
  })

  test('may append sound of their own', async () => {
    await using opened = await activeCall()
    const app = await attach(opened, opened.call.id)
    app.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } })
    const audio = Buffer.alloc(9600).toString('base64')
    app.send({ type: 'input_audio_buffer.append', audio })
    app.send({ type: 'input_audio_buffer.commit' })
    await opened.realtime.waitFor('input_audio_buffer.committed')
    expect(opened.realtime.emitted('error')).toEqual([])
  })

  test.for(['hang-up of the caller', 'hang-up of the app', 'end by the test', 'expiry'])('all end at the %s', async (how) => {
    await using opened = await activeCall()
    const { call, service, session } = opened
    const apps = [await attach(opened, call.id), await attach(opened, call.id)]
    if (how === 'hang-up of the caller') await call.hangsUp()
    if (how === 'hang-up of the app') service.calls.find(call.id)?.hangUp('app')
    if (how === 'end by the test') session.close()
    if (how === 'expiry') await service.clock.advance(60 * 60_000)
    const by = { 'hang-up of the caller': 'caller', 'hang-up of the app': 'app' }[how] ?? 'service'
    expect(await call.ended()).toEqual({ by })
    await service.clock.quiet()
    expect(call.status).toBe('ended')
    expect(session.open).toBe(false)
    expect(apps.map((app) => app.closed?.code)).toEqual(how === 'expiry' ? [1001, 1001] : [1000, 1000])
  })
})

describe('the caller', () => {
  test('speaks into the call and hears it, with no sound on any socket', async () => {
    await using opened = await activeCall({ latency: 'openai', responses: { hours: { when: /hours/, text: 'Nine to five.' } } })
    const { service, call, realtime } = opened
    const app = await attach(opened, call.id)
    const { caller } = service
    await caller.says('What are your hours?')
    await caller.hears('Nine to five')
    const response = await realtime.nextResponse()
    expect(response.text).toBe('Nine to five.')
    await realtime.settled()
    const types = app.types()
    expect(types).toEqual(expect.arrayContaining(['input_audio_buffer.speech_started', 'output_audio_buffer.started']))
    expect(types.indexOf('output_audio_buffer.stopped')).toBeGreaterThan(types.indexOf('response.done'))
    const { durationMs, text } = caller.heard
    expect(text).toBe('Nine to five.')
    const startedMs = atOf(opened, 'output_audio_buffer.started')
    expect(atOf(opened, 'output_audio_buffer.stopped') - startedMs).toBeCloseTo(durationMs, 3)
  })

  test('speaks into the one call, whatever other sessions the app has', async () => {
    await using opened = await activeCall({ latency: 'openai', responses: { hours: { when: /hours/, text: 'Nine to five.' } } })
    await opened.open()
    await opened.service.caller.says('What are your hours?')
    await opened.service.caller.hears('Nine to five')
    expect(opened.session.responses.map(({ name }) => name)).toEqual(['hours'])
    expect(opened.realtime.sessions).toHaveLength(2)
  })

  test('interrupts: the service cuts off and truncates where the caller stopped hearing', async () => {
    const text = 'We are open from nine to five on weekdays, and from ten to two on Saturdays, and closed on Sundays.'
    await using opened = await activeCall({
      latency: 'openai',
      responses: { hours: { when: /hours/, text }, stop: { when: /thank/i, text: 'You are welcome.' } },
    })
    const { service, call, realtime } = opened
    const app = await attach(opened, call.id)
    const { caller } = service
    await caller.says('What are your hours?')
    await caller.interrupts('Thank you!', { afterMs: 1500 })
    await realtime.settled()
    const [truncated] = realtime.emitted('conversation.item.truncated')
    expect(truncated?.audio_end_ms).toBeGreaterThan(1400)
    expect(service.heardMs(truncated?.item_id ?? '')).toBeGreaterThanOrEqual(truncated?.audio_end_ms ?? Number.NaN)
    expect(Math.floor(service.heardMs(truncated?.item_id ?? '') ?? 0)).toBe(truncated?.audio_end_ms)
    const cleared = app.types().indexOf('output_audio_buffer.cleared')
    expect(app.types()[cleared + 1]).toBe('conversation.item.truncated')
    expect(realtime.received('conversation.item.truncate')).toEqual([])
    expect(realtime.responses.map(({ name }) => name)).toEqual(['hours', 'stop'])
  })
})

function item(text: string) {
  return { type: 'message', role: 'user', content: [{ type: 'input_text', text }] }
}

function atOf({ service }: OpenService, type: string): number {
  return service.timeline.events.find(({ event }) => event.type === type)?.atMs ?? Number.NaN
}
