// Rows of the capability table about voice activity and turns, one test each. Details: test/audio/engines, test/audio/speech-counter.test.ts.

import { describe } from 'vitest'
import { test as base, createLocalConnection, expect, LocalRealtimeClient, silence, speech } from 'vitest-realtime'
import {
  concatPcm,
  countingVad,
  createSpeechCounter,
  encodeAlaw,
  encodeMulaw,
  energyEngine,
  resamplePcm,
  scriptedVad,
  slicePcm,
  speechSegments,
} from 'vitest-realtime/audio'
import { startClient } from '../runtime/caller/support/apps.ts'
import { append, fine, tone } from './support/sounds.ts'

const test = base
const frame = 32
const ptt = { input: { turn_detection: null } } as const

test('row 42: VAD enable rules', async () => {
  const of = (options: object) => new LocalRealtimeClient({ intercept: false, ...options })
  const serverVad = { sessionConfig: { turnDetection: { type: 'server_vad' } } }
  expect(of({ ...serverVad, enableVad: null }).isVadEnabled).toBe(true)
  expect(of({ sessionConfig: { turnDetection: null }, enableVad: null }).isVadEnabled).toBe(false)
  expect(of({ ...serverVad, enableVad: false }).isVadEnabled).toBe(false)
  expect(of({ sessionConfig: { turnDetection: null }, enableVad: true }).isVadEnabled).toBe(true)

  const lost = (): never => {
    throw new Error('no model')
  }
  const vad = { name: 'broken', load: async () => lost(), open: lost }
  const warnings: string[] = []
  const logger = { warn: (message: string) => void warnings.push(message) }
  await using socket = createLocalConnection({ enableVad: true, realtime: { vad }, logger })
  await socket.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(9600).toString('base64') })
  await socket.client.realtime.settled()
  expect(socket.client.isVadEnabled).toBe(false)
  expect(warnings).toEqual(['VAD is off: no model'])
})

test('row 43: VAD hysteresis', () => {
  const counter = createSpeechCounter()
  const run = [0.9, 0.1, 0.8, 0.9, 0.2, 0.2, 0.6, 0.1, 0.1, 0.1].map((probability) => counter.hear({ probability }))
  expect(run.flatMap(({ event, confidence }, index) => (event ? [[index + 1, event, confidence.toFixed(3)]] : []))).toEqual([
    [4, 'started', '0.675'],
    [10, 'stopped', '0.220'],
  ])
  expect(run.at(-1)!.recent).toHaveLength(5)
})

describe('row 44', () => {
  const test = base.override('realtimeOptions', { ...fine, vad: scriptedVad({ probabilities: new Array(40).fill(0.4) }) })

  test('row 44: VAD threshold, rate and chunk options', async ({ realtime }) => {
    for (const [threshold, found] of [
      [0.5, 0],
      [0.3, 1],
    ] as const) {
      const app = await startClient({ input: { turn_detection: { type: 'server_vad', threshold } } })
      append(app, silence(2500))
      await realtime.settled()
      expect(realtime.sessions.at(-1)!.vad, `threshold ${threshold}`).toMatchObject({ engine: 'scripted', segments: found })
      app.close()
    }
    const said = await speech('Could you repeat that?')
    for (const rateHz of [8000, 16_000, 24_000]) {
      const heard = resamplePcm(said, rateHz)
      expect(speechSegments(await energyEngine().open(rateHz).push(heard.samples), rateHz)).toHaveLength(1)
    }
    expect(() => countingVad(energyEngine(), { threshold: 1.5 })).toThrow(
      'threshold of a speech counter must be a number from 0 to 1',
    )
  })
})

// One that measures listens on for three frames, as a voice sinks before it ends.
describe.each([
  ['scripted', scriptedVad({ speech: [{ startMs: 640, endMs: 1600 }] }), frame],
  ['energy', 'energy', 3 * frame],
] as const)('row 45: %s', (engine, vad, endToleranceMs) => {
  const test = base.override('realtimeOptions', { ...fine, vad })

  test('row 45: VAD events', async ({ realtime }) => {
    const app = await startClient({
      input: { turn_detection: { type: 'server_vad', prefix_padding_ms: 0, silence_duration_ms: 500 } },
    })
    append(app, concatPcm(silence(640), tone(300, { rateHz: 24_000, ms: 960 }), silence(1400)))
    await realtime.settled()
    const [started] = realtime.emitted('input_audio_buffer.speech_started')
    const [stopped] = realtime.emitted('input_audio_buffer.speech_stopped')
    const [committed] = realtime.emitted('input_audio_buffer.committed')
    expect(new Set([started!.item_id, stopped!.item_id, committed!.item_id]).size).toBe(1)
    expect(Math.abs(started!.audio_start_ms - 640)).toBeLessThanOrEqual(frame)
    expect(Math.abs(stopped!.audio_end_ms - (1600 + 500))).toBeLessThanOrEqual(endToleranceMs)
    expect(realtime.session.vad.engine).toBe(engine)
    app.close()
  })
})

test('row 46: server VAD turn', async ({ realtime, caller }) => {
  const opening = 'We are open until ten in the evening, and on Sundays from noon until four.'
  realtime.respond('long', { when: 'hello', text: `Hello! ${opening} ${opening} ${opening} ${opening}` })
  realtime.respond('stop', { when: 'wait', text: 'Yes?' })
  const app = await startClient()
  caller.attach(app)
  await caller.says('Hello there')
  await caller.interrupts('Wait, please', { afterMs: 600 })
  await realtime.settled()
  expect(realtime.responses.map(({ name, status }) => [name, status])).toEqual([
    ['long', 'cancelled'],
    ['stop', 'completed'],
  ])
  expect(realtime).toHaveEmittedSequence(['input_audio_buffer.committed', 'conversation.item.added', 'response.created'])

  const turnDetection = { type: 'server_vad', create_response: false } as const
  app.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: turnDetection } } } })
  await caller.says('Hello again')
  await realtime.settled()
  expect(realtime.responses).toHaveLength(2)
})

describe('row 47', () => {
  const test = base.override('realtimeOptions', fine)

  test('row 47: VAD runtime control', async ({ realtime, caller }) => {
    const app = await startClient(ptt)
    caller.attach(app)
    const update = (turn_detection: { type: 'server_vad' } | null): void =>
      app.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection } } } })
    await caller.says('Nobody listens')
    expect(realtime.session.vad).toMatchObject({ enabled: false, segments: 0 })
    update({ type: 'server_vad' })
    await caller.says('Hello there')
    await realtime.settled()
    expect(realtime.session.vad).toMatchObject({ enabled: true, segments: 1 })
    update(null)
    await caller.says('Nobody listens again')
    await realtime.settled()
    expect(realtime.session.vad).toMatchObject({ enabled: false, segments: 1 })

    const client = new LocalRealtimeClient({ intercept: false })
    client.enableVad({ threshold: 0.3 })
    client.updateVadConfig({ silenceDurationMs: 800 })
    expect(client.getVadState()).toMatchObject({ enabled: true, configuration: { threshold: 0.3, silenceDurationMs: 800 } })
    client.disableVad()
    client.resetVadState()
    expect(client.getVadState()).toMatchObject({ enabled: false, stateDetails: { speechCounter: 0, silenceCounter: 0 } })
  })
})

describe('row 49', () => {
  const test = base.override('realtimeOptions', fine)

  test('row 49: VAD formats', async ({ realtime, caller }) => {
    for (const type of ['audio/pcm', 'audio/pcmu', 'audio/pcma'] as const) {
      const format = type === 'audio/pcm' ? { type, rate: 24_000 as const } : { type }
      const app = await startClient({ input: { format }, output: { format } })
      if (type === 'audio/pcm') caller.attach(app)
      const said = await speech(
        'Could you repeat that?',
        type === 'audio/pcm' ? {} : { format: type === 'audio/pcmu' ? 'pcmu' : 'pcma' },
      )
      const code = type === 'audio/pcmu' ? encodeMulaw : encodeAlaw
      if (type === 'audio/pcm') await caller.says(said)
      else {
        const bytes = Buffer.from(code(said.samples))
        for (let at = 0; at < bytes.length; at += 800)
          app.send({ type: 'input_audio_buffer.append', audio: bytes.subarray(at, at + 800).toString('base64') })
      }
      await realtime.settled()
      const session = realtime.sessions.at(-1)!
      expect(session.vad, type).toMatchObject({ segments: 1 })
      expect(session, type).toHaveDetectedSpeech({ ...said.speechSpan!, toleranceMs: 200 })
      app.close()
    }
  })
})

describe('row 50', () => {
  const test = base.override('realtimeOptions', fine)

  test('row 50: VAD state', async ({ realtime }) => {
    const app = await startClient({ input: { turn_detection: { type: 'server_vad', threshold: 0.6 } } })
    append(app, slicePcm(await speech('I would like to book a table for two please.'), 0, 1500))
    await realtime.waitFor('input_audio_buffer.speech_started')
    expect(realtime.session.vad).toMatchObject({
      enabled: true,
      engine: 'energy',
      speaking: true,
      segments: 1,
      settings: { type: 'server_vad', threshold: 0.6 },
    })
    app.close()
  })
})
