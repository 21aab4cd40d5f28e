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
  ['silero', /silero/, 0],
  ['silero-v4', /silero/, 0],
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
      expect(realtime.timeline.toString()).toMatch(new RegExp(`vad by ${typeof name === 'string' ? name : name.source}`))
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
function sendHum(client: OpenAIRealtimeWS): void {
  const hum = Int16Array.from({ length: 36_000 }, (_, i) => 9000 * Math.sin(i / 20) * Math.sin(i / 3000) + 3000 * Math.sin(i / 7))
  for (const frame of pcm(hum, 24_000).frames(100)) client.send({ type: 'input_audio_buffer.append', audio: frame.base64 })
  client.send({ type: 'input_audio_buffer.commit' })
  client.send({ type: 'response.create' })
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
