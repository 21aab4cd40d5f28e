// Faults of a whole session or connection: stalls, half-open lines, slow and refused upgrades; and what the timeline tells of faults.

import { describe, expect, test } from 'vitest'
import type { Fault } from '../../src/api.ts'
import { timelineText, verdictOf } from '../../src/doors/story.ts'
import { isEvent } from '../../src/runtime/timeline.ts'
import { type MemoryApp, type OpenService, openService } from './support/open-service.ts'

const textOnly = { type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } }

async function openText(opened: OpenService): Promise<MemoryApp> {
  const app = await opened.open()
  app.send(textOnly)
  await opened.realtime.settled()
  return app
}

/** When an event of that type was sent, in ms of the clock. */
const sentAt = ({ service }: OpenService, type: string): number[] =>
  service.timeline.events.filter(({ event, from }) => from === 'service' && event.type === type).map(({ atMs }) => atMs)

const injected = ({ service }: OpenService): Fault[] =>
  service.timeline.entries.flatMap((entry) => (!isEvent(entry) && entry.note.type === 'injected' ? [entry.note.fault] : []))

describe('a stall', () => {
  test('holds back what is sent from an event on, and sends it all when it is over', async () => {
    await using opened = openService({ responses: { any: 'one two three' } })
    opened.realtime.fail({ stall: 5000 }, { at: 'response.output_text.delta' })
    const app = await openText(opened)
    app.say('hello')
    await opened.realtime.settled()
    const [created = 0] = sentAt(opened, 'response.created')
    // 200 ms to the first word, at which the service falls silent.
    expect(sentAt(opened, 'response.output_text.delta')).toEqual([created + 5200, created + 5200, created + 5200])
    expect(sentAt(opened, 'response.done')).toEqual([created + 5200])
    expect(app.types().slice(-5)).toEqual([
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
  })

  test('at an event of the app holds back even its answer', async () => {
    await using opened = openService({ latency: 'instant', responses: { any: 'Yes.' } })
    opened.realtime.fail({ stall: 700 }, { at: 'response.create' })
    const app = await openText(opened)
    const before = opened.service.clock.now()
    app.say('hello')
    await opened.realtime.settled()
    expect(sentAt(opened, 'conversation.item.added')[0]).toBe(before)
    expect(sentAt(opened, 'response.created')).toEqual([before + 700])
  })

  test('without a place begins at once, and a second one prolongs it', async () => {
    await using opened = openService({ latency: 'instant', responses: { any: 'Yes.' } })
    const app = await openText(opened)
    opened.realtime.fail({ stall: 300 })
    opened.realtime.fail({ stall: 900 })
    const before = opened.service.clock.now()
    app.say('hello')
    await opened.realtime.settled()
    expect(sentAt(opened, 'response.done')).toEqual([before + 900])
  })

  test('of a session that is closed meanwhile is over', async () => {
    await using opened = openService({ latency: 'instant', responses: { any: 'Yes.' } })
    const app = await openText(opened)
    opened.realtime.fail({ stall: 300 })
    app.say('hello')
    app.client.close(1000)
    await opened.realtime.settled()
    await opened.service.clock.advance(1000)
    expect(sentAt(opened, 'response.done')).toEqual([])
  })
})

describe('a half-open line', () => {
  test('passes nothing in either direction, and nobody waits for it', async () => {
    await using opened = openService({ responses: { any: 'one two three' } })
    opened.realtime.fail({ halfOpen: true }, { at: 'response.output_text.delta' })
    const app = await openText(opened)
    app.say('hello')
    await opened.realtime.settled()
    const count = app.got.length
    app.say('are you there?')
    await opened.service.clock.advance(60_000)
    expect(app.got).toHaveLength(count)
    expect(app.types()).not.toContain('response.output_text.delta')
    expect(app.closed).toBeUndefined()
    expect(opened.realtime.session.open).toBe(true)
    expect(opened.realtime.received('response.create')).toHaveLength(1)
  })

  test('ends when the app gives up', async () => {
    await using opened = openService()
    const app = await opened.open()
    opened.realtime.fail({ halfOpen: true })
    app.client.terminate()
    await opened.service.clock.advance(0)
    expect(opened.realtime.session.open).toBe(false)
  })

  test('ends with 1006 for an app whose close frame nobody answers', async () => {
    await using opened = openService()
    const app = await opened.open()
    opened.realtime.fail({ halfOpen: true })
    app.client.close(1000)
    await opened.service.clock.advance(0)
    expect(app.closed).toEqual({ code: 1006, reason: '' })
  })

  test('is whole again for the end of the test', async () => {
    const opened = openService()
    const app = await opened.open()
    opened.realtime.fail({ halfOpen: true })
    await opened.service.close()
    expect(app.closed).toEqual({ code: 1000, reason: '' })
  })
})

describe('a slow handshake', () => {
  test('takes its time, once', async () => {
    await using opened = openService()
    opened.realtime.fail({ handshake: 4000 })
    const app = opened.connect()
    let isOpen = false
    void app.client.opened.then(() => {
      isOpen = true
    })
    await opened.service.clock.advance(3999)
    expect(isOpen).toBe(false)
    await opened.service.clock.advance(1)
    expect(isOpen).toBe(true)
    await opened.open()
    expect(opened.service.clock.now()).toBe(4000)
    expect(opened.realtime.sessions).toHaveLength(2)
  })

  test('pulls virtual time for a test that waits for the session', async () => {
    await using opened = openService()
    opened.realtime.fail({ handshake: 4000 })
    opened.connect()
    await opened.realtime.waitForSession()
    expect(opened.service.clock.now()).toBe(4000)
  })

  test('may end in a refusal', async () => {
    await using opened = openService()
    opened.realtime.fail({ handshake: 100 })
    opened.realtime.fail({ connect: 500 })
    const app = opened.connect()
    await opened.service.clock.advance(100)
    await expect(app.client.opened).rejects.toMatchObject({ status: 500 })
  })

  test('that is longer than the app waits opens nothing', async () => {
    await using opened = openService()
    opened.realtime.fail({ handshake: 4000 })
    const app = opened.connect()
    app.client.terminate()
    await opened.service.clock.advance(5000)
    expect(opened.realtime.sessions).toEqual([])
  })

  test('does not outlive the service', async () => {
    const opened = openService()
    opened.realtime.fail({ handshake: 4000 })
    const app = opened.connect()
    await opened.service.close()
    await expect(app.client.opened).rejects.toMatchObject({ status: 503 })
  })
})

test('a refused connection is refused as where nobody listens', async () => {
  await using opened = openService()
  opened.realtime.fail({ connect: 'refused' })
  await expect(opened.connect().client.opened).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await opened.open()
})

describe('what the timeline tells', () => {
  test('each fault that struck, before what it did', async () => {
    await using opened = openService({ latency: 'instant', responses: { any: 'one two' } })
    const faults: Fault[] = [
      { drop: 'response.content_part.added' },
      { delay: 'response.output_text.done', ms: 40 },
      { malformed: 'response.output_item.added' },
      { response: 'server_error' },
      { error: 'server_error' },
    ]
    for (const fault of faults) opened.realtime.fail(fault, 'error' in fault ? { at: 'rate_limits.updated' } : {})
    const app = await openText(opened)
    app.say('fails')
    await opened.realtime.settled()
    app.say('hello')
    await opened.realtime.settled()
    expect(injected(opened)).toHaveLength(faults.length)
    expect(injected(opened)).toEqual(expect.arrayContaining(faults))
    const text = timelineText(opened.service)
    expect(text).toContain("injected by the test  { drop: 'response.content_part.added' }")
    expect(text).toContain("injected by the test  { delay: 'response.output_text.done', ms: 40 }")
  })

  test('a fault that never struck, when the test is over', async () => {
    await using opened = openService({ latency: 'instant', responses: { any: 'Yes.' } })
    opened.realtime.fail({ drop: 'response.mcp_call.failed' })
    opened.realtime.fail({ close: 1011 }, { at: 'input_audio_buffer.commit' })
    opened.realtime.fail({ stall: 5 }, { probability: 0 })
    const app = await openText(opened)
    app.say('hello')
    await opened.realtime.settled()
    expect(verdictOf(opened.service, [])).toEqual([])
    const text = timelineText(opened.service)
    expect(text).toContain("fail({ drop: 'response.mcp_call.failed' }) never struck")
    expect(text).toContain('fail({ close: 1011 } at input_audio_buffer.commit) never struck')
    expect(text).not.toContain('stall')
  })
})

describe('settled() does not wait for what a fault took away', () => {
  test.for<Fault>([
    { drop: 'response.done' },
    { malformed: 'response.done' },
    { drop: 'response.output_item.done' },
    { drop: 'response.function_call_arguments.done' },
  ])('%j', async (fault) => {
    await using opened = openService({ latency: 'instant', responses: { any: { call: { name: 'f', arguments: {} } } } })
    opened.realtime.fail(fault)
    const app = await openText(opened)
    app.say('hello')
    await opened.realtime.settled()
    expect(opened.service.clock.now()).toBeLessThan(1000)
  })

  test('but it does wait for what comes late', async () => {
    await using opened = openService({ latency: 'instant', responses: { any: 'Yes.' } })
    opened.realtime.fail({ delay: 'response.done', ms: 2500 })
    const app = await openText(opened)
    app.say('hello')
    await opened.realtime.settled()
    expect(opened.service.clock.now()).toBe(2500)
  })
})

test('a session ends by the clock, as long as the test says that sessions live', async () => {
  await using opened = openService({ limits: { sessionMinutes: 2 } })
  const app = await opened.open()
  await opened.service.clock.advance(119_999)
  expect(app.closed).toBeUndefined()
  await opened.service.clock.advance(1)
  expect(app.closed).toEqual({ code: 1001, reason: 'Your session hit the maximum duration of 2 minutes.' })
  expect(app.got.at(-1)).toMatchObject({ type: 'error', error: { code: 'session_expired' } })
})
