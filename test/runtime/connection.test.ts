// One connection: what comes in is noted and kept in order, also while an engine is at work; what ends leaves nothing behind.

import { describe, expect, test } from 'vitest'
import { encodeBase64 } from '../../audio/base64.ts'
import type { SpeechFrame, VadEngine } from '../../audio/types.ts'
import type { ConversationCore } from '../../src/runtime/conversation-core.ts'
import { isEvent } from '../../src/runtime/timeline.ts'
import { openService } from './support/open-service.ts'

const frame = encodeBase64(new Uint8Array(1920))

/** An engine that answers when the test says so. */
function slowEngine() {
  const waiting: ((frames: SpeechFrame[]) => void)[] = []
  let loads = 0
  const engine: VadEngine = {
    name: 'slow',
    modelSha256: 'abc',
    load: async () => void loads++,
    open: () => ({ push: () => new Promise((resolve) => void waiting.push(resolve)), reset() {} }),
  }
  return { engine, waiting, loads: () => loads }
}

async function until(check: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000 && !check(); turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(check()).toBe(true)
}

describe('while an engine is at work', () => {
  test('what comes waits its turn, time stands still, and other sessions go on', async () => {
    const { engine, waiting } = slowEngine()
    await using opened = openService({ vad: engine })
    const busy = await opened.open()
    const other = opened.connect()
    await opened.realtime.settled()
    busy.send({ type: 'input_audio_buffer.append', audio: frame })
    busy.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Later.' } })
    await until(() => waiting.length === 1)
    other.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Now.' } })
    const advanced = opened.service.clock.advance(100)
    await until(() => other.types().includes('session.updated'))
    expect(busy.types()).toEqual(['session.created'])
    expect(opened.service.clock.now()).toBe(0)
    waiting[0]?.([])
    await until(() => busy.types().includes('session.updated'))
    await advanced
    expect(opened.service.clock.now()).toBe(100)
  })

  test('its answer goes before what came meanwhile', async () => {
    const { engine, waiting } = slowEngine()
    await using opened = openService({ vad: engine })
    const app = await opened.open()
    app.send({ type: 'input_audio_buffer.append', audio: encodeBase64(new Uint8Array(48 * 200)) })
    app.send({ type: 'input_audio_buffer.append', audio: encodeBase64(new Uint8Array(48 * 200)) })
    app.send({ type: 'input_audio_buffer.clear' })
    const loud = (count: number, from: number): SpeechFrame[] =>
      Array.from({ length: count }, (_, index) => ({ endSample: (from + index + 1) * 768, probability: 0.9 }))
    await until(() => waiting.length === 1)
    waiting[0]?.(loud(6, 0))
    await until(() => waiting.length === 2)
    waiting[1]?.(loud(6, 6))
    await until(() => app.types().includes('input_audio_buffer.cleared'))
    expect(app.types()).toEqual(['session.created', 'input_audio_buffer.speech_started', 'input_audio_buffer.cleared'])
  })

  test('a client that leaves ends it all: the late answer reaches nobody', async () => {
    const { engine, waiting } = slowEngine()
    await using opened = openService({ vad: engine })
    const app = await opened.open()
    app.send({ type: 'input_audio_buffer.append', audio: frame })
    await until(() => waiting.length === 1)
    app.client.close(1000)
    await until(() => opened.realtime.sessions[0]?.open === false)
    waiting[0]?.([{ endSample: 768, probability: 0.9 }])
    await opened.service.clock.quiet()
    expect(app.types()).toEqual(['session.created'])
    expect(opened.service.verdict.problems).toEqual([])
  })
})

describe('engines', () => {
  test('of a test are loaded once, however many sessions they serve, and told of with their model', async () => {
    const { engine, waiting, loads } = slowEngine()
    await using opened = openService({ vad: engine })
    const apps = [await opened.open(), opened.connect()]
    await opened.realtime.settled()
    expect(loads()).toBe(0)
    for (const app of apps) app.send({ type: 'input_audio_buffer.append', audio: frame })
    await until(() => waiting.length === 2)
    expect(loads()).toBe(1)
    const notes = opened.service.timeline.entries.flatMap((entry) =>
      isEvent(entry) || entry.note.type !== 'engine' ? [] : [entry.note],
    )
    expect(notes).toEqual([1, 2].map(() => ({ type: 'engine', part: 'vad', name: 'slow', modelSha256: 'abc' })))
    for (const answer of waiting) answer([])
  })

  const broken = (push: () => SpeechFrame[] | Promise<SpeechFrame[]>): VadEngine => ({
    name: 'broken',
    load: async () => {},
    open: () => ({ push, reset() {} }),
  })

  test.for([
    ['rejects', broken(() => Promise.reject(new Error('no model')))],
    ['throws', broken(() => raise('no model'))],
    ['cannot be loaded', { ...broken(() => []), load: () => Promise.reject(new Error('no model')) }],
  ] as const)('one that %s closes its session with 1011 and fails the test', async ([, vad]) => {
    await using opened = openService({ vad })
    const app = await opened.open()
    app.send({ type: 'input_audio_buffer.append', audio: frame })
    // The first frame loads it, the second one finds it loaded.
    app.send({ type: 'input_audio_buffer.append', audio: frame })
    await until(() => app.closed !== undefined)
    expect(app.closed).toMatchObject({ code: 1011 })
    expect(opened.service.verdict.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/RTK_ENGINE.*voice activity engine failed: Error: no model/),
    ])
  })
})

describe('what is no event', () => {
  const cases: [string, string | Uint8Array, string, RegExp][] = [
    ['binary', new Uint8Array(10), 'invalid_event', /Expected a text WebSocket message/],
    ['no JSON', '{"type":', 'invalid_json', /failed to parse JSON/],
    ['no object', '42', 'invalid_event', /./],
    ['no type', '{"audio":""}', 'invalid_event', /type/],
    ['an unknown type', '{"type":"nope"}', 'invalid_value', /Invalid value: 'nope'/],
    ['an unknown field', '{"type":"response.cancel","nope":1}', 'unknown_parameter', /nope/],
  ]

  test.for(cases)('%s is answered with an error, and the session goes on', async ([, data, code, message]) => {
    await using opened = openService({ latency: 'instant', responses: { any: 'Yes.' } })
    const app = await opened.open()
    app.client.send(data)
    app.say('hello')
    const error = await opened.realtime.waitFor('error')
    expect(error.error).toMatchObject({ type: 'invalid_request_error', code, message: expect.stringMatching(message) })
    expect(await opened.realtime.nextResponse()).toMatchObject({ text: 'Yes.' })
    expect(app.closed).toBeUndefined()
  })

  test('is on the timeline: as it came where it has a type, else as so many bytes', async () => {
    await using opened = openService()
    const app = await opened.open()
    for (const data of [new Uint8Array(10), 'rubbish', '{"type":"nope"}']) app.client.send(data)
    await opened.realtime.settled()
    const entries = opened.service.timeline.entries.filter((entry) =>
      isEvent(entry) ? entry.from === 'app' : entry.note.type === 'garbage',
    )
    expect(entries).toMatchObject([
      { note: { type: 'garbage', bytes: 10 } },
      { note: { type: 'garbage', bytes: 7 } },
      { event: { type: 'nope' } },
    ])
    const errors = opened.service.timeline.events.filter(({ event }) => event.type === 'error')
    expect(errors.map(({ cause }) => cause)).toEqual(entries.map(({ index }) => index))
  })
})

describe('the end', () => {
  test('cancels what was due: time has nothing left to go to', async () => {
    await using opened = openService({ responses: { any: 'A long answer that takes its time to be sent word by word.' } })
    const app = await opened.open()
    app.say('hello')
    await opened.realtime.waitFor('response.output_audio_transcript.delta')
    app.client.close(1000, 'bye')
    await until(() => opened.realtime.sessions[0]?.open === false)
    const at = opened.service.clock.now()
    const count = opened.service.timeline.entries.length
    await opened.service.clock.quiet()
    await opened.service.clock.advance(4_000_000)
    expect(opened.service.clock.now()).toBe(at + 4_000_000)
    expect(opened.service.timeline.entries.length).toBe(count)
    expect(opened.service.timeline.entries.at(-1)).toMatchObject({
      note: { type: 'closed', code: 1000, reason: 'bye', by: 'app' },
    })
  })

  test('is told to the app: 1000 when the service closes, 1006 when the line is dropped', async () => {
    const opened = openService()
    const [first, second] = [await opened.open(), opened.connect()]
    await opened.realtime.settled()
    opened.realtime.sessions[1]?.terminate()
    await opened.service.close()
    expect(first.closed).toEqual({ code: 1000, reason: '' })
    expect(second.closed).toEqual({ code: 1006, reason: '' })
  })

  test('comes after an hour: an error, then 1001', async () => {
    await using opened = openService()
    const app = await opened.open()
    await opened.service.clock.advance(3_600_000)
    expect(app.got.at(-1)).toMatchObject({ type: 'error', error: { code: 'session_expired' } })
    expect(app.closed).toMatchObject({ code: 1001 })
  })

  test('of the service: who connects afterwards waits for a greeting that never comes', async () => {
    const opened = openService()
    await opened.service.close()
    const app = opened.connect()
    await app.client.opened
    expect(app.got).toEqual([])
  })
})

test('an ephemeral key opens sessions until it is over, as it was configured', async () => {
  await using opened = openService({ keys: [] })
  const expiresAtSeconds = Math.floor(opened.service.clock.epochMs / 1000) + 60
  opened.service.secretMaker.addSecret({
    value: 'ek_1',
    expiresAtSeconds,
    session: { type: 'realtime', model: 'gpt-realtime', instructions: 'Be brief.' },
  })
  const url = 'wss://api.openai.com/v1/realtime'
  const headers = { authorization: 'Bearer ek_1' }
  const app = await opened.open({ url, headers })
  expect(app.got[0]).toMatchObject({ type: 'session.created', session: { model: 'gpt-realtime', instructions: 'Be brief.' } })
  await opened.service.clock.advance(61_000)
  const late = opened.connect({ url, headers })
  await late.client.opened
  await opened.service.clock.advance(0)
  expect(late.types()).toEqual(['error'])
  expect(app.closed).toBeUndefined()
})

function raise(message: string): never {
  throw new Error(message)
}

test('a defect of the core ends that session with 1011, goes on with the others, and is called a defect', async () => {
  await using opened = openService()
  const broken = await opened.open()
  const other = await opened.open()
  const [connection] = opened.service.connections
  const core = connection!.core as ConversationCore
  core.state = { ...core.state, settings: undefined as never, conversation: undefined as never }
  broken.send({
    type: 'conversation.item.create',
    item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
  })
  other.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Still here.' } })
  await until(() => other.types().includes('session.updated'))
  expect(connection!.isOpen).toBe(false)
  expect(opened.service.verdict.problems).toMatchObject([{ code: 'RTK_BUG' }])
})
