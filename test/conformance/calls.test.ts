// Calls as the official clients meet them: REST and sideband sockets. protocol.md 1.1, 2.11, 4.5, 4.13, 5.

import OpenAI, { AzureOpenAI } from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe, expect } from 'vitest'
import { type LocalRealtime, type RealtimeCall, test } from 'vitest-realtime'
import { failureOf } from '../support/failure-of.ts'
import { respond, says } from './support/client-events.ts'
import { offer } from './support/sdp-offer.ts'
import { type OpenOptions, orderOf, WireClient } from './support/wire-client.ts'

const openai = () => new OpenAI({ apiKey: 'sk-test' })

/** An app that takes each call with this session. */
function takes(session: OpenAI.Realtime.RealtimeSessionCreateRequest = { type: 'realtime' }) {
  return async (request: Request): Promise<Response> => {
    const { data } = (await request.json()) as { data: { call_id: string } }
    await openai().realtime.calls.accept(data.call_id, { model: 'gpt-realtime', ...session })
    return new Response()
  }
}

async function takenCall(realtime: LocalRealtime): Promise<RealtimeCall> {
  const call = await realtime.incomingCall(takes())
  await call.accepted()
  return call
}

const wss = 'wss://api.openai.com/v1/realtime'

function sideband(call: { id: string }, options: OpenOptions = {}): WireClient {
  return new WireClient(wss, { query: `?call_id=${call.id}`, ...options })
}

async function opened(client: WireClient): Promise<WireClient> {
  await client.until('session.created')
  return client
}

/** How the client was turned away, in the words of `ws`. */
function refusal(client: WireClient): Promise<string> {
  return failureOf(() => client.until('session.created'))
}

describe('a sideband', () => {
  test('of OpenAIRealtimeWS shares the session of the call', async ({ realtime }) => {
    realtime.respond('hello', { when: 'hello', text: 'Good day.' })
    const call = await takenCall(realtime)
    const client = new OpenAIRealtimeWS({ callID: call.id }, openai())
    const types: string[] = []
    client.on('event', ({ type }) => types.push(type))
    client.on('session.created', () => {
      client.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [text('hello')] } })
      client.send({ type: 'response.create', response: { output_modalities: ['text'] } })
    })
    expect((await realtime.nextResponse()).text).toBe('Good day.')
    await realtime.settled()
    expect(types).toContain('response.output_text.delta')
    await call.hangsUp()
    expect(client.socket.readyState).toBe(client.socket.CLOSED)
  })

  test('sees an interrupted answer in the order of the wire', async ({ realtime, caller }) => {
    realtime.respond('hours', {
      when: /hours/i,
      text: 'We are open from nine to five on weekdays and from ten to two on Saturdays.',
    })
    realtime.respond('bye', { when: /thank/i, text: 'Bye.' })
    const call = await takenCall(realtime)
    const client = await opened(sideband(call))
    await caller.says('What are your hours?')
    await caller.interrupts('Thank you!', { afterMs: 600 })
    await realtime.settled()
    expect(orderOf(client.events).filter((type) => type !== 'rate_limits.updated')).toEqual([
      'session.created',
      ...turn,
      ...answer,
      'response.output_audio_transcript.delta',
      'output_audio_buffer.started',
      'response.output_audio_transcript.delta',
      'input_audio_buffer.speech_started',
      ...endOfAnswer,
      'output_audio_buffer.cleared',
      'conversation.item.truncated',
      ...turn.slice(1),
      ...answer,
      'response.output_audio_transcript.delta',
      'output_audio_buffer.started',
      ...(client.types().lastIndexOf('response.output_audio_transcript.delta') >
      client.types().lastIndexOf('output_audio_buffer.started')
        ? ['response.output_audio_transcript.delta']
        : []),
      ...endOfAnswer,
      'output_audio_buffer.stopped',
    ])
    const [first] = client.all('response.done')
    expect(first?.response.status_details).toEqual({ type: 'cancelled', reason: 'turn_detected' })
    const [truncated] = client.all('conversation.item.truncated')
    expect(truncated?.item_id).toBe(first?.response.output[0].id)
    expect(realtime).toHaveRespondedWithin(1200)
    expect(realtime.responses[0]).toHaveBeenInterrupted({ afterMs: truncated?.audio_end_ms, toleranceMs: 1 })
  })

  test('of two calls at once: one caller is in one of them', async ({ realtime, caller }) => {
    await takenCall(realtime)
    const second = await takenCall(realtime)
    expect(await failureOf(() => caller.says('Hello'))).toMatch(/RTK_MANY_SESSIONS.*One caller is in one call at a time/s)
    await second.hangsUp()
    realtime.respond('hello', { when: 'hello', text: 'Good day.' })
    await caller.says('Hello')
    await caller.hears('Good day.')
  })

  test('may clear what plays; on a plain socket that event is unknown', async ({ realtime }) => {
    realtime.respond('long', { text: 'One two three four five six seven eight nine ten eleven twelve thirteen fourteen.' })
    const call = await takenCall(realtime)
    const client = await opened(sideband(call))
    client.send(respond())
    await client.until('response.done')
    client.send({ type: 'output_audio_buffer.clear', event_id: 'mine' })
    await client.until('output_audio_buffer.cleared')
    await client.until('conversation.item.truncated')
    client.send({ type: 'output_audio_buffer.clear', nope: true })
    expect((await client.until('error')).error).toMatchObject({ code: 'unknown_parameter', param: 'nope' })
    await realtime.waitFor('error')
    const plain = await WireClient.open(wss)
    plain.send({ type: 'output_audio_buffer.clear', event_id: 'mine' })
    expect((await plain.until('error')).error).toMatchObject({ code: 'invalid_value', param: 'type', event_id: 'mine' })
    await realtime.waitFor('error')
    await client.close()
    await plain.close()
  })

  test('hears of keys without event_id', async ({ realtime }) => {
    const call = await takenCall(realtime)
    const client = await opened(sideband(call))
    await call.presses('7#')
    expect(client.events.slice(1)).toEqual([
      { type: 'input_audio_buffer.dtmf_event_received', event: '7', received_at: expect.any(Number) },
      { type: 'input_audio_buffer.dtmf_event_received', event: '#', received_at: expect.any(Number) },
    ])
  })

  test('comes with the ephemeral key of its WebRTC call', async ({ realtime }) => {
    const { value } = realtime.clientSecret({ session: { type: 'realtime', model: 'gpt-realtime', instructions: 'Be kind.' } })
    const response = await new OpenAI({ apiKey: value }).realtime.calls.create({ sdp: offer })
    const id = response.headers.get('location')?.split('/').at(-1) ?? ''
    expect(realtime.calls).toMatchObject([{ id, kind: 'webrtc', status: 'active' }])
    const client = await opened(sideband({ id }, { key: value }))
    expect(client.events[0]?.session).toMatchObject({ instructions: 'Be kind.' })
    await client.close()
  })

  test('of Azure goes to its own host', async ({ realtime }) => {
    const call = await takenCall(realtime)
    const azure = new AzureOpenAI({ apiKey: 'k', endpoint: 'https://mine.openai.azure.com', apiVersion: '2025-04-01-preview' })
    const client = await OpenAIRealtimeWS.azure(azure, { callID: call.id })
    await new Promise<void>((resolve) => client.on('session.created', () => resolve()))
    expect(new URL(client.url).pathname).toBe('/openai/v1/realtime')
    client.close()
  })
})

describe('a sideband that is refused', () => {
  test.for(['rtc_0123456789abcdef0123456789abcdef', 'nonsense', ''])(
    'for the unknown call %j: HTTP 404',
    async (id, { realtime }) => {
      expect(await refusal(sideband({ id }))).toContain('Unexpected server response: 404')
      expect(realtime.sessions).toEqual([])
      expect(realtime.timeline.toString()).toContain('does not exist')
    },
  )

  test('for a call that rings still, and for one that is over', async ({ realtime }) => {
    const call = await realtime.incomingCall(() => new Response())
    expect(await refusal(sideband(call))).toContain('404')
    expect(realtime.timeline.toString()).toContain('rings still: accept it first')
    await openai().realtime.calls.accept(call.id, { type: 'realtime' })
    const client = await opened(sideband(call))
    await openai().realtime.calls.hangup(call.id)
    expect(await client.closed).toEqual({ code: 1000, reason: '' })
    expect(await refusal(sideband(call))).toContain('404')
  })

  describe('where the option says so', () => {
    test.override('realtimeOptions', {
      behavior: { unknownCall: 'close', sidebandNeedsModel: true },
      allowErrors: ['call_id_not_found', 'missing_model'],
    })

    test('by an error and a close', async ({ realtime }) => {
      const client = sideband({ id: 'rtc_none&model=gpt-realtime' })
      const { error } = await client.until('error')
      expect(error).toMatchObject({ type: 'invalid_request_error', code: 'call_id_not_found', param: null, event_id: null })
      expect(await client.closed).toEqual({ code: 4000, reason: 'invalid_request_error.call_id_not_found' })
      expect(realtime.sessions).toEqual([])
    })

    test('without a model too', async ({ realtime }) => {
      const call = await takenCall(realtime)
      const client = sideband(call)
      expect((await client.until('error')).error.code).toBe('missing_model')
      await opened(sideband({ id: `${call.id}&model=gpt-realtime` }))
    })
  })
})

describe('REST', () => {
  test('rejects, refers and hangs up', async ({ realtime }) => {
    const { calls } = openai().realtime
    const rejected = await realtime.incomingCall(() => new Response())
    await calls.reject(rejected.id)
    expect(rejected).toMatchObject({ status: 'rejected', rejectedWith: 603 })
    const referred = await takenCall(realtime)
    const client = await opened(sideband(referred))
    await calls.refer(referred.id, { target_uri: 'sip:agent@example.com' })
    expect(await referred.ended()).toEqual({ by: 'app' })
    expect(referred).toMatchObject({ status: 'referred', referredTo: 'sip:agent@example.com' })
    expect((await client.closed).code).toBe(1000)
    const ended = await takenCall(realtime)
    await calls.hangup(ended.id)
    expect(await ended.ended()).toEqual({ by: 'app' })
  })

  test('settled() waits until the answer has been played', async ({ realtime, clock }) => {
    realtime.respond('hello', { when: 'hello', text: 'Good day, how may I help you?' })
    const call = await takenCall(realtime)
    const client = await opened(sideband(call))
    client.send(says('hello'), respond())
    await client.until('response.done')
    const doneMs = clock.now()
    await realtime.settled()
    expect(clock.now()).toBeGreaterThan(doneMs + 500)
    expect(client.types().at(-1)).toBe('output_audio_buffer.stopped')
  })
})

const text = (value: string) => ({ type: 'input_text' as const, text: value })

const turn = [
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.committed',
  'conversation.item.added',
  'conversation.item.done',
]
const answer = ['response.created', 'response.output_item.added', 'conversation.item.added', 'response.content_part.added']
const endOfAnswer = [
  'response.output_audio.done',
  'response.output_audio_transcript.done',
  'response.content_part.done',
  'conversation.item.done',
  'response.output_item.done',
  'response.done',
]
