// Rows of the capability table about transcription, one test each. Details: test/audio/engines, test/runtime/recognition-queue.test.ts.

import { describe } from 'vitest'
import { test as base, createLocalConnection, expect, LocalRealtimeClient, type Pcm } from 'vitest-realtime'
import { scriptedTranscription, tunedTranscription } from 'vitest-realtime/audio'
import { checkEngines } from '../../src/cli/engine-checks.ts'
import { startClient } from '../runtime/caller/support/apps.ts'
import { append, fine, tone } from './support/sounds.ts'

const test = base
const ptt = { input: { turn_detection: null } } as const

test('row 51: transcription enable rules', () => {
  const of = (options: object) => new LocalRealtimeClient({ intercept: false, ...options })
  const asked = { sessionConfig: { inputAudioTranscription: { model: 'whisper-1' } } }
  expect(of({ ...asked, enableTranscription: null }).isTranscriptionEnabled).toBe(true)
  expect(of({ enableTranscription: null }).isTranscriptionEnabled).toBe(false)
  expect(of({ ...asked, enableTranscription: false }).isTranscriptionEnabled).toBe(false)
  expect(of({ enableTranscription: true }).isTranscriptionEnabled).toBe(true)
})

test('row 51: transcription enable rules, one that cannot be loaded is switched off', async () => {
  const lost = async (): Promise<never> => {
    throw new Error('no model')
  }
  const logger = { warn() {} }
  const realtime = { transcription: { name: 'lost', load: lost, transcribe: lost } }
  await using socket = createLocalConnection({ enableVad: false, enableTranscription: true, realtime, logger })
  await socket.send({ type: 'input_audio_buffer.append', audio: tone(300, { rateHz: 24_000 }).base64 })
  await socket.send({ type: 'input_audio_buffer.commit' })
  await socket.client.realtime.settled()
  expect(socket.client.getTranscriptionState()).toMatchObject({ enabled: false, initialized: false })
  expect(socket.client.realtime.emitted('conversation.item.input_audio_transcription.failed')).toEqual([])
})

describe('row 52', () => {
  const transcription = scriptedTranscription(['a table for two', new Error('out of memory')])
  const test = base.override('realtimeOptions', { ...fine, transcription })

  test('row 52: transcription backends by factory', { timeout: 60_000 }, async ({ realtime }) => {
    const app = await startClient({ input: { turn_detection: null, transcription: { model: 'whisper-1' } } })
    for (let turn = 0; turn < 2; turn++) {
      append(app, tone(300, { rateHz: 24_000 }))
      app.send({ type: 'input_audio_buffer.commit' })
      await realtime.settled()
    }
    expect(realtime).toHaveTranscribed('a table for two')
    expect(realtime.emitted('conversation.item.input_audio_transcription.failed')).toMatchObject([
      { error: { code: 'transcription_failed', message: 'out of memory' } },
    ])
    app.close()

    // Available is what works, not what can be named.
    const reports = (await checkEngines()).filter(({ part }) => part === 'transcription')
    expect(reports.map(({ engine }) => engine)).toEqual(expect.arrayContaining(['pocketsphinx', 'whisper']))
    for (const { state, install } of reports) expect(install === undefined).toBe(state === 'ok')
  })

  test('row 52: transcription backends by factory, one that nobody knows', async () => {
    const { createLocalRealtime } = await import('vitest-realtime')
    await expect((async () => createLocalRealtime({ transcription: 'vosk' as never }))()).rejects.toThrow(
      /RTK_OPTION.*transcription.*pocketsphinx/,
    )
  })
})

describe('row 53', () => {
  const heard = { text: 'a table for two', confidence: 0.55 }
  const asked: object[] = []
  const ear = {
    ...scriptedTranscription([heard, heard]),
    transcribe: async (_: Pcm, options: object) => {
      asked.push(options)
      return heard
    },
  }
  const transcription = { model: 'whisper-1', language: 'nl' } as const

  describe('strict', () => {
    const test = base.override('realtimeOptions', { ...fine, transcription: tunedTranscription(ear, { minConfidence: 0.6 }) })

    test('row 53: transcription options, a confidence below the least asked for', async ({ realtime }) => {
      const app = await startClient({ input: { turn_detection: null, transcription } })
      append(app, tone(300, { rateHz: 24_000 }))
      app.send({ type: 'input_audio_buffer.commit' })
      await realtime.settled()
      expect(realtime.emitted('conversation.item.input_audio_transcription.completed')).toMatchObject([{ transcript: '' }])
      app.close()
    })
  })

  describe('mild', () => {
    const test = base.override('realtimeOptions', { ...fine, transcription: tunedTranscription(ear, { minConfidence: 0.5 }) })

    test('row 53: transcription options', async ({ realtime }) => {
      const app = await startClient({ input: { turn_detection: null, transcription } })
      append(app, tone(300, { rateHz: 24_000 }))
      app.send({ type: 'input_audio_buffer.commit' })
      await realtime.settled()
      expect(realtime).toHaveTranscribed('a table for two')
      expect(asked.at(-1)).toMatchObject({ language: 'nl' })
      expect(() => tunedTranscription(ear, { minConfidence: 3 })).toThrow(/RTK_OPTION.*minConfidence/)
      expect(() => tunedTranscription(ear, { chunkMs: -1 })).toThrow(/RTK_OPTION.*chunkMs/)
      for (const config of [{ language: 'deutsch' }, { modelSize: 'enormous' }, { confidenceThreshold: 2 }, { chunkDuration: 0 }])
        expect(() => new LocalRealtimeClient({ transcriptionConfig: config })).toThrow(
          new RegExp(`RTK_OPTION.*transcriptionConfig.*\`${Object.keys(config)[0]}\` must be`),
        )
      app.close()
    })
  })
})

describe('row 54', () => {
  const words = [
    { text: 'a', startMs: 0, endMs: 100 },
    { text: 'table', startMs: 100, endMs: 400 },
    { text: 'for', startMs: 600, endMs: 700 },
    { text: 'two', startMs: 700, endMs: 950 },
  ]
  const transcription = tunedTranscription(scriptedTranscription([{ text: 'a table for two', words }]), { chunkMs: 500 })
  const test = base.override('realtimeOptions', { ...fine, transcription })

  test('row 54: streaming result', async ({ realtime }) => {
    const app = await startClient({ input: { turn_detection: null, transcription: { model: 'gpt-4o-transcribe' } } })
    append(app, tone(300, { rateHz: 24_000 }))
    app.send({ type: 'input_audio_buffer.commit' })
    await realtime.settled()
    const deltas = realtime.emitted('conversation.item.input_audio_transcription.delta').map(({ delta }) => delta)
    expect(deltas).toEqual(['a table', ' for two'])
    expect(realtime.emitted('conversation.item.input_audio_transcription.completed')[0]!.transcript).toBe(deltas.join(''))
    app.close()
  })
})

describe('row 55', () => {
  const test = base.override('realtimeOptions', { ...fine, transcription: scriptedTranscription(['unasked', 'asked']) })

  test('row 55: transcription runtime control and state', async ({ realtime }) => {
    const app = await startClient(ptt)
    const turn = async (): Promise<void> => {
      append(app, tone(300, { rateHz: 24_000 }))
      app.send({ type: 'input_audio_buffer.commit' })
      await realtime.settled()
    }
    await turn()
    expect(realtime.session.transcription).toEqual({
      ...realtime.session.transcription,
      enabled: false,
      model: null,
      completed: 0,
    })
    const transcription = { model: 'whisper-1' } as const
    app.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription } } } })
    await turn()
    expect(realtime.session.transcription).toMatchObject({
      enabled: true,
      model: 'whisper-1',
      engine: 'scripted',
      completed: 1,
      failed: 0,
    })
    expect(realtime).toHaveTranscribed('asked')
    app.close()
  })
})
