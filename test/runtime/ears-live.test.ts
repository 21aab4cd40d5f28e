// What one session knows of speech that goes on: whether the caller's sentence is over, which words were said, and where in an item.

import { describe, expect, test } from 'vitest'
import { bytesFromSamples, concatPcm, pcm } from '../../audio/pcm.ts'
import { speech } from '../../audio/speech.ts'
import type { Pcm, SpeechFrame, WireAudioFormat } from '../../audio/types.ts'
import { Ears, type EarsWorld } from '../../src/runtime/ears.ts'
import { Utterances } from '../../src/runtime/utterances.ts'

const format: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

function ears(some: Partial<EarsWorld> = {}) {
  const utterances = new Utterances()
  const world: EarsWorld = { sessionId: 's', utterances, vad: 'truth', recognizer: undefined, finding: () => {}, ...some }
  return { ears: new Ears(world), utterances }
}

/** The caller says it from the beginning on. */
function say(utterances: Utterances, sound: Pcm): void {
  const { text = '', words = [], speechSpan = { startMs: 0, endMs: sound.durationMs } } = sound
  utterances.add({ text, words, beganMs: 0, ...speechSpan, sessionId: () => 's' })
}

/** A stretch of audio that became an item, in 20 ms pieces as it was spoken. */
function hear(some: Ears, sound: Pcm, itemId: string): void {
  const from = some.arrivals.endMs
  for (let endMs = 20; endMs <= sound.durationMs; endMs += 20) some.arrivals.note(from + endMs, from + endMs)
  const startSample = from * 24
  const place = { startSample, endSample: startSample + sound.samples.length }
  some.listen({ itemId, ...place, audio: bytesFromSamples(sound.samples), format })
}

describe('what is known of speech as it goes on', () => {
  /** Loud frames are speech. */
  const loudness: EarsWorld['vad'] = {
    name: 'loudness',
    load: async () => {},
    open: () => {
      let heard = 0
      return {
        push: (samples) => {
          heard += samples.length
          return [{ endSample: heard, probability: samples.some((one) => one > 1000) ? 1 : 0 }]
        },
        reset: () => {},
      }
    },
  }
  const level = (ms: number, value: number): Pcm => pcm(new Int16Array(ms * 24).fill(value), 24_000)

  test('a sentence that trails off is a finding, once: why the turn takes so long', () => {
    const findings: string[] = []
    const { ears: some, utterances } = ears({ vad: loudness, finding: (message) => findings.push(message) })
    utterances.add({ text: 'Hello, I would like, um', words: [], beganMs: 0, startMs: 0, endMs: 1000, sessionId: () => 's' })
    judgements(some, 1500)
    judgements(some, 500)
    expect(findings).toEqual([expect.stringMatching(/^semantic_vad takes "Hello, I would like, um" as unfinished/)])
  })

  /** What the frames of so much silence say after 1 s of sound; all of it came as it was spoken. */
  function judgements(some: Ears, silenceMs: number): (boolean | undefined)[] {
    const frames: SpeechFrame[] = []
    for (const piece of concatPcm(level(1000, 9000), level(silenceMs, 0)).frames(20)) {
      some.arrivals.note(some.arrivals.endMs + 20, some.arrivals.endMs + 20)
      const found = some.detect({ audio: bytesFromSamples(piece.samples), format, restart: false, judges: true })
      if (found instanceof Promise) throw new Error('loudness needs no time')
      frames.push(...found)
    }
    return [...new Set(frames.filter(({ probability }) => probability === 0).map(({ isFinished }) => isFinished))]
  }
  const utterance = (text: string, endMs: number) => ({ text, words: [], beganMs: 0, startMs: 0, endMs, sessionId: () => 's' })

  test.for([
    ['A table for two.', true],
    ['A table for', false],
    ['我想要', undefined],
  ] as const)('%s: finished %s', ([text, isFinished]) => {
    const { ears: some, utterances } = ears({ vad: loudness })
    utterances.add(utterance(text, 1000))
    expect(judgements(some, 500)).toEqual([isFinished])
  })

  test('a sentence whose words are not over goes on, however long the pause', () => {
    const { ears: some, utterances } = ears({ vad: loudness })
    utterances.add(utterance('A table for two.', 1700))
    expect(judgements(some, 600)).toEqual([false])
    const other = ears({ vad: loudness })
    other.utterances.add(utterance('A table for two.', 1300))
    expect(judgements(other.ears, 600)).toEqual([false, true])
  })

  test('nothing is known of sound that is not that of the caller', () => {
    const { ears: some, utterances } = ears({ vad: loudness })
    utterances.add(utterance('A table for two.', 200))
    expect(judgements(some, 500)).toEqual([undefined])
  })

  test('frames say nothing where nobody asks', () => {
    const { ears: some, utterances } = ears({ vad: loudness })
    utterances.add(utterance('A table for two.', 0))
    for (const sound of [level(20, 9000), level(20, 0)]) {
      const [frame] = some.detect({ audio: bytesFromSamples(sound.samples), format, restart: false }) as SpeechFrame[]
      expect(frame).not.toHaveProperty('isFinished')
    }
  })

  test('words are told when they are over, each stretch from its start, and once', async () => {
    const { ears: some, utterances } = ears()
    const sound = await speech('Good morning, everyone')
    say(utterances, sound)
    const told: string[] = []
    for (let endMs = 20; endMs <= sound.durationMs; endMs += 20) {
      some.arrivals.note(endMs, endMs)
      const pieces = some.follow({ startSample: 0, endSample: endMs * 24, format })
      if (pieces) told.push(pieces.join('|'))
    }
    expect(told).toEqual(['Good', 'Good| morning,', 'Good| morning,| everyone'])
  })

  test('words of sound that came all at once are told by nobody', async () => {
    const { ears: some, utterances } = ears()
    const sound = await speech('Good morning')
    say(utterances, sound)
    some.arrivals.note(sound.durationMs, 10)
    expect(some.follow({ startSample: 0, endSample: sound.samples.length, format })).toBeUndefined()
  })

  test('the bounds of the speech in an item', async () => {
    const { ears: some, utterances } = ears()
    const question = await speech('What time is it?')
    say(utterances, question)
    hear(some, question, 'item')
    const { startMs = 0, endMs = 0 } = some.boundsOf('item') ?? {}
    expect([Math.round(startMs), Math.round(endMs)]).toEqual([question.speechSpan?.startMs, question.speechSpan?.endMs])
    hear(some, level(500, 3000), 'hum')
    expect(some.boundsOf('hum')).toBeUndefined()
  })
})
