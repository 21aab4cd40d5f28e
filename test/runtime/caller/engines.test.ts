// The engines that may listen: each must find the same turns in the same words, and the timeline says which one ran.

import type { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe } from 'vitest'
import { test as base, expect, type Pcm, type RealtimeOptions, speech } from 'vitest-realtime'
import { pcm } from 'vitest-realtime/audio'
import { startClient, startSession } from './support/apps.ts'

const opening = 'Hello! How can I help you today? We are open until ten in the evening, and on Sundays from noon until four.'

/** A detector that hears loudness only, and takes its time. */
function loudness(turns: number): Exclude<NonNullable<RealtimeOptions['vad']>, string> {
  return {
    name: 'loudness',
    load: async () => {},
    open(rateHz) {
      const frame = Math.round(rateHz * 0.032)
      let heard: number[] = []
      let endSample = 0
      return {
        async push(samples) {
          heard.push(...samples)
          for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve))
          const frames = []
          for (; heard.length >= frame; heard = heard.slice(frame)) {
            endSample += frame
            const loudest = Math.max(...heard.slice(0, frame).map(Math.abs))
            frames.push({ endSample, probability: loudest > 1000 ? 0.9 : 0.1 })
          }
          return frames
        },
        reset() {
          heard = []
          endSample = 0
        },
      }
    },
  }
}

describe.for([
  ['energy', 'energy', 0],
  ['silero', 'silero-v6', 0],
  ['silero-v4', 'silero-v4', 0],
  ['truth', 'truth', 0],
  [loudness(0), 'loudness', 0],
  [loudness(3), 'loudness', 3],
] as const)('vad: %s', ([vad, name]) => {
  const test = base.override('realtimeOptions', { vad })

  test.for(['pcm16', 'g711_ulaw'] as const)(
    'finds and parts two turns in %s, one of them an interruption',
    async (format, { realtime, caller }) => {
      realtime.respond('opening', { when: 'hello', text: opening })
      realtime.respond('booked', { when: 'table for two', text: 'Done.' })
      caller.attach(await startSession({ format }))
      await caller.says('Hello there')
      await caller.interrupts('A table for two please', { afterMs: 2500 })
      await realtime.settled()

      const { speechSpan } = await speech('Hello there')
      expect(realtime).toHaveDetectedSpeech({ ...speechSpan, toleranceMs: 200 })
      expect(realtime.responses.map((response) => response.name)).toEqual(['opening', 'booked'])
      expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 5 })
      expect(realtime.responses[0]).toHaveBeenInterrupted({ afterMs: 2500, toleranceMs: 320 })
      expect(realtime.responses[1]).toHaveRespondedWithin(900)
      expect(realtime.session.vad.engine).toBe(name)
      expect(realtime.timeline.toString()).toContain(`vad by ${name}`)
    },
  )
})

describe('known bounds as turn detection', () => {
  const test = base.override('realtimeOptions', { vad: 'truth' })

  test('starts and ends within a frame of the truth', async ({ realtime, caller }) => {
    realtime.respond('hello', { when: 'hello', text: 'Hello!' })
    caller.attach(await startClient())
    await caller.says('Hello there', { snrDb: 5 })
    await realtime.settled()
    expect(realtime).toHaveDetectedSpeech({ ...(await speech('Hello there')).speechSpan, toleranceMs: 32 })
  })

  test('starts anew where turn detection is switched on late', async ({ realtime, caller }) => {
    realtime.respond('hello', { when: 'hello', text: 'Hello!' })
    const client = await startClient({ input: { turn_detection: null } })
    caller.attach(client)
    await caller.says('Nobody listens yet')
    client.send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: { type: 'server_vad' } } } },
    })
    await realtime.waitFor('session.updated', { session: { audio: { input: { turn_detection: { type: 'server_vad' } } } } })
    await caller.says('Hello there')
    expect(await realtime.nextResponse()).toSelectResponse('hello')
  })
})

describe.for(['energy', 'silero', 'truth'] as const)('noise at 20 dB', (vad) => {
  const test = base.override('realtimeOptions', { vad })

  test(`is no hindrance for ${vad}`, async ({ realtime, caller }) => {
    realtime.respond('hello', { when: 'hello', text: 'Hello!' })
    realtime.respond('booked', { when: 'table for two', text: 'Done.' })
    caller.attach(await startClient({ input: { transcription: { model: 'whisper-1' } } }))
    await caller.says('Hello there', { snrDb: 20 })
    await realtime.nextResponse()
    await caller.says('A table for two please', { snrDb: 20, voice: 'rms' })
    await realtime.settled()
    const transcripts = realtime.emitted('conversation.item.input_audio_transcription.completed')
    expect(transcripts.map(({ transcript }) => transcript)).toEqual(['Hello there', 'A table for two please'])
    expect(realtime.emitted('input_audio_buffer.speech_started')).toHaveLength(2)
  })
})

/** Sends a sound that is no speech, as one push-to-talk turn. */
function sendHum(client: OpenAIRealtimeWS, { asks = true } = {}): void {
  const hum = Int16Array.from({ length: 36_000 }, (_, i) => 9000 * Math.sin(i / 20) * Math.sin(i / 3000) + 3000 * Math.sin(i / 7))
  for (const frame of pcm(hum, 24_000).frames(100)) client.send({ type: 'input_audio_buffer.append', audio: frame.base64 })
  client.send({ type: 'input_audio_buffer.commit' })
  if (asks) client.send({ type: 'response.create' })
}

describe('words that nobody knows', () => {
  const test = base.override('realtimeOptions', { fallback: 'Pardon?' })
  test('are a finding', async ({ realtime }) => {
    sendHum(await startClient({ input: { turn_detection: null } }))
    expect(await realtime.nextResponse()).toHaveSaid('Pardon?')
    expect(realtime.timeline.toString()).toMatch(/speech without known words was heard \(1500 ms/)
  })
})

describe('an engine of the test', () => {
  const test = base.override('realtimeOptions', {
    transcription: {
      name: 'guess',
      load: async () => {},
      transcribe: async (audio: Pcm) => ({ text: `a hum of ${audio.durationMs} ms` }),
    },
  })
  test('finds the words, for the model and for the transcript', async ({ realtime }) => {
    realtime.respond('hum', { when: /a hum of 1500 ms/, text: 'Nice.' })
    sendHum(await startClient({ input: { turn_detection: null, transcription: { model: 'whisper-1' } } }))
    expect(await realtime.nextResponse()).toSelectResponse('hum')
    await realtime.settled()
    expect(realtime).toHaveTranscribed('a hum of 1500 ms')
    expect(realtime.timeline.toString()).toMatch(/transcription by guess/)
  })
})

describe.for(['virtual', 'real'] as const)('an engine that tells what it has heard so far, in %s time', (timing) => {
  const asked: boolean[] = []
  const test = base.override('realtimeOptions', {
    timing,
    latency: 'instant',
    fallback: 'Nice.',
    transcription: {
      name: 'stenographer',
      load: async () => {},
      async transcribe(_audio, { onPartial }) {
        asked.push(onPartial !== undefined)
        for (const text of ['a', 'a hum', 'a hum', 'a hum of']) {
          onPartial?.(text)
          await new Promise((resolve) => setImmediate(resolve))
        }
        // Nothing may have been completed by now, and the first deltas were sent.
        return { text: `a hum of some kind` }
      },
    },
  })

  test('has its deltas sent before it is done, and the rest after', async ({ realtime }) => {
    sendHum(await startClient({ input: { turn_detection: null, transcription: { model: 'gpt-4o-transcribe' } } }))
    await realtime.waitFor('conversation.item.input_audio_transcription.completed')
    const deltas = realtime.emitted('conversation.item.input_audio_transcription.delta').map(({ delta }) => delta)
    expect(deltas.slice(0, 2)).toEqual(['a', ' hum'])
    expect(deltas.join('')).toBe('a hum of some kind')
    expect(realtime).toHaveTranscribed('a hum of some kind')
  })

  test('is not asked for them by a model that gives its text at once', async ({ realtime }) => {
    asked.length = 0
    sendHum(await startClient({ input: { turn_detection: null, transcription: { model: 'whisper-1' } } }))
    await realtime.waitFor('conversation.item.input_audio_transcription.completed')
    expect(asked).toEqual([false])
    expect(realtime.emitted('conversation.item.input_audio_transcription.delta')).toHaveLength(1)
  })
})

describe('an engine that takes back what it has told twice', () => {
  const test = base.override('realtimeOptions', {
    latency: 'instant',
    fallback: 'Nice.',
    transcription: {
      name: 'fickle',
      load: async () => {},
      async transcribe(_audio, { onPartial }) {
        for (const text of ['good mourning', 'good mourning']) onPartial?.(text)
        return { text: 'good morning' }
      },
    },
  })

  test('is named with what it said: a delta cannot be taken back', async ({ realtime }) => {
    sendHum(await startClient({ input: { turn_detection: null, transcription: { model: 'gpt-4o-transcribe' } } }))
    await realtime.settled()
    expect(realtime).toHaveTranscribed('good morning')
    expect(realtime.timeline.toString()).toMatch(/engine 'fickle' told "good mourning" twice and heard "good morning" in the end/)
  })
})

/** Fails so many times; what is done with it is told. */
function frail(deaths: number, told: string[]): Exclude<NonNullable<RealtimeOptions['transcription']>, string | false> {
  let left = deaths
  return {
    name: 'frail',
    load: async () => void told.push('load'),
    async transcribe() {
      told.push('transcribe')
      if (left-- > 0) throw new Error('out of memory')
      return { text: 'still here' }
    },
  }
}

describe.for([
  [1, 'input_audio_transcription.completed'],
  [2, 'input_audio_transcription.failed'],
] as const)('a recognizer of the test that throws %i times', ([deaths, outcome]) => {
  const told: string[] = []
  const test = base.override('realtimeOptions', { transcription: frail(deaths, told), fallback: 'Fine.' })
  test(`is loaded again and asked once more: ${outcome}`, async ({ realtime }) => {
    sendHum(await startClient({ input: { turn_detection: null, transcription: { model: 'whisper-1' } } }), { asks: false })
    const event = await realtime.waitFor(`conversation.item.${outcome}`)
    expect(told).toEqual(['load', 'transcribe', 'load', 'transcribe'])
    expect(event).toMatchObject(deaths === 1 ? { transcript: 'still here' } : { error: { message: 'out of memory' } })
    expect(realtime.timeline.toString()).toContain("the engine 'frail' failed and was restarted: out of memory")
  })
})

/** The detector above, with a stream that dies in the middle of a word. */
function frailVad(deaths: number): Exclude<NonNullable<RealtimeOptions['vad']>, string> {
  const engine = loudness(1)
  let [left, pushes] = [deaths, 0]
  return {
    ...engine,
    open(rateHz) {
      const stream = engine.open(rateHz)
      return {
        ...stream,
        async push(samples) {
          if (++pushes > 20 && left-- > 0) throw new Error('a thread died')
          return stream.push(samples)
        },
      }
    },
  }
}

describe('a voice activity detector of the test that throws', () => {
  const test = base.override('realtimeOptions', { vad: frailVad(1) })
  test('is opened anew, and loses no turn', async ({ realtime, caller }) => {
    realtime.respond('booked', { when: 'table for two', text: 'Done.' })
    caller.attach(await startClient())
    await caller.says('A table for two please')
    expect(await realtime.nextResponse()).toSelectResponse('booked')
    const { speechSpan } = await speech('A table for two please')
    expect(realtime).toHaveDetectedSpeech({ ...speechSpan, toleranceMs: 200 })
    expect(realtime.timeline.toString()).toContain("the engine 'loudness' failed and was restarted: a thread died")
  })
})
