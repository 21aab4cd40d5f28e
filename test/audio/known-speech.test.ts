import { beforeEach, describe, expect, test } from 'vitest'
import { decodeMulaw, encodeMulaw } from '../../audio/g711.ts'
import { forgetSpeech, recognizeKnown, rememberSpeech, SpeechMemory } from '../../audio/known-speech.ts'
import { noise, withNoise } from '../../audio/noise.ts'
import { concatPcm, pcm, silence, slicePcm } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import { speech } from '../../audio/speech.ts'
import type { Pcm } from '../../audio/types.ts'
import { sentences } from './support/vad-corpus.ts'

const known = [
  'Hello there',
  'Hello there, how are you?',
  'I would like to book a table for two',
  'I would like to book a table for four',
  'Thank you, goodbye.',
  'What is the weather in Paris?',
  'What is the weather in London?',
  'Yes',
  'No',
  'Cancel my order',
  'I need help with my account',
  'This is a technical error',
]

/** The sound alone, as an app would pass it on: nothing known about it. */
const bare = (audio: Pcm) => pcm(audio.samples, audio.rateHz)

/** 8 kHz mu-law with noise, shifted by a part of a frame. */
function overThePhone(audio: Pcm, options: { snrDb?: number; seed: number }): Pcm {
  const eight = resamplePcm(bare(audio), 8000)
  const shifted = concatPcm(silence(301 + 7 * options.seed, { rateHz: 8000 }), eight, silence(500, { rateHz: 8000 }))
  const noisy = options.snrDb === undefined ? shifted : withNoise(shifted, { snrDb: options.snrDb, seed: options.seed })
  return pcm(decodeMulaw(encodeMulaw(noisy.samples)), 8000)
}

async function learn(): Promise<Pcm[]> {
  forgetSpeech()
  return Promise.all(['slt', 'rms', 'kal16'].flatMap((voice) => known.map((text) => speech(text, { voice }))))
}

beforeEach(forgetSpeech)

describe('recognizeKnown', () => {
  test.each([undefined, 20])('at least 35 of 36 sentences over the phone, noise at %s dB', async (snrDb) => {
    const learned = await learn()
    const right = learned.filter((audio, seed) => {
      const found = recognizeKnown(overThePhone(audio, snrDb === undefined ? { seed } : { snrDb, seed }))
      return found?.text === audio.text
    })
    expect(right.length).toBeGreaterThanOrEqual(35)
  })

  test('at 10 dB it rather knows nothing than takes one for another', async () => {
    const learned = await learn()
    const found = learned.map((audio, seed) => recognizeKnown(overThePhone(audio, { snrDb: 10, seed }))?.text)
    const wrong = found.filter((text, index) => text !== undefined && text !== learned[index]!.text)
    expect(wrong).toEqual([])
    expect(found.filter((text) => text !== undefined).length).toBeGreaterThanOrEqual(12)
  })

  test('rejects unknown speech, clean and noisy', async () => {
    const others = sentences.filter((text) => !known.includes(text))
    const strangers = await Promise.all(['slt', 'awb'].flatMap((voice) => others.map((text) => speech(text, { voice }))))
    await learn()
    for (const options of [{}, { snrDb: 20 }]) {
      const mistaken = strangers.flatMap((audio, seed) => {
        const found = recognizeKnown(overThePhone(audio, { ...options, seed }))
        return found ? [`${audio.text} -> ${found.text} (${found.score.toFixed(3)})`] : []
      })
      expect(mistaken).toEqual([])
    }
  })

  test('rejects silence, noise and nothing', async () => {
    await learn()
    for (const audio of [silence(0), silence(3000), noise(3000), silence(10)]) expect(recognizeKnown(audio)).toBeUndefined()
  })

  test('knows nothing before anything was said', async () => {
    const audio = await speech('Hello there')
    forgetSpeech()
    expect(recognizeKnown(bare(audio))).toBeUndefined()
    rememberSpeech(audio)
    expect(recognizeKnown(bare(audio))?.text).toBe('Hello there')
  })

  test('word times count from the start of the sound given', async () => {
    const audio = await speech('Please cancel the second one.')
    const found = recognizeKnown(concatPcm(silence(1234), bare(audio)))!
    expect(found.text).toBe('Please cancel the second one.')
    for (const [index, word] of found.words.entries()) {
      expect(word.text).toBe(audio.words![index]!.text)
      expect(Math.abs(word.startMs - audio.words![index]!.startMs - 1234)).toBeLessThanOrEqual(20)
    }
    expect(found.score).toBeGreaterThan(0.98)
  })

  test('does not care for the level', async () => {
    const audio = await speech('Could you repeat that?')
    for (const gain of [0.05, 0.3, 1.5]) {
      const scaled = audio.samples.map((sample) => Math.max(-32_768, Math.min(32_767, sample * gain)))
      expect(recognizeKnown(pcm(scaled, 24_000))?.text).toBe('Could you repeat that?')
    }
  })

  test('knows a sentence that was cut tight or a little within', async () => {
    const audio = await speech('How much does it cost?')
    const { startMs, endMs } = audio.speechSpan!
    expect(recognizeKnown(bare(slicePcm(audio, startMs, endMs)))?.text).toBe('How much does it cost?')
    expect(recognizeKnown(bare(slicePcm(audio, startMs + 60, endMs - 60)))?.text).toBe('How much does it cost?')
  })

  test('two sentences in one turn are both found, in order', async () => {
    const [first, second] = await Promise.all([
      speech('Wait, that is wrong.', { voice: 'awb' }),
      speech('I want to speak to a manager.'),
    ])
    const found = recognizeKnown(bare(concatPcm(first!, second!)))!
    expect(found.text).toBe('Wait, that is wrong. I want to speak to a manager.')
    expect(found.words.at(-1)!.endMs).toBeGreaterThan(first!.durationMs)
  })

  test('a known sentence together with an unknown one is unknown', async () => {
    const stranger = await speech('The screen stays black when I switch it on.')
    forgetSpeech()
    const friend = await speech('Could you repeat that?')
    expect(recognizeKnown(bare(concatPcm(friend, stranger)))).toBeUndefined()
  })

  test('remembers 512 sentences: the oldest is forgotten, the latest of equal ones wins', () => {
    const burst = (text: string, startMs: number) =>
      pcm(
        Int16Array.from({ length: 8000 }, (_, at) => 5000 * Math.sin(at / 9) * (at > startMs * 8 && at < 6000 ? 1 : 0)),
        8000,
        {
          text,
          words: [],
          speechSpan: { startMs, endMs: 750 },
        },
      )
    const oldest = burst('the oldest', 500)
    rememberSpeech(oldest)
    for (let index = 1; index < 512; index++) rememberSpeech(burst(`sentence ${index}`, 100))
    expect(recognizeKnown(bare(oldest))?.text).toBe('the oldest')
    rememberSpeech(burst('one more', 100))
    expect(recognizeKnown(bare(oldest))).toBeUndefined()
    expect(recognizeKnown(bare(burst('', 100)))?.text).toBe('one more')
  })
})

test.each([
  [0.97, 'nearly the same'],
  [0.9999, 'A table for two, please'],
])('a memory that is sure at a likeness of %d knows: %s', async (sureScore, text) => {
  const memory = new SpeechMemory({ sureScore })
  const right = await speech('A table for two, please')
  const { samples, rateHz } = withNoise(right, { snrDb: 30, seed: 3 })
  memory.remember(right)
  memory.remember(pcm(samples, rateHz, { ...right, text: 'nearly the same' }))
  expect(memory.recognize(bare(right))?.text).toBe(text)
})
