// How answers get their sound: the embedded voice, an author's sound, a WAV file, an engine; always in the format of the response.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeWireAudio } from '../../audio/formats.ts'
import { recognizeKnown } from '../../audio/known-speech.ts'
import { pcm } from '../../audio/pcm.ts'
import { speech } from '../../audio/speech.ts'
import type { SpeechEngine, WireAudioFormat } from '../../audio/types.ts'
import { writeWav } from '../../audio/wav.ts'
import { Mouth } from '../../src/runtime/mouth.ts'

const pcm24: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }
const formats: [string, WireAudioFormat, number][] = [
  ['PCM', pcm24, 24_000],
  ['mu-law', { type: 'audio/pcmu' }, 8000],
  ['A-law', { type: 'audio/pcma' }, 8000],
]
const sentence = 'We are open from nine to five'

describe.for(formats)('in %s', ([, format, rateHz]) => {
  test('a text is spoken at once, and ends with a breath; its words have times', async () => {
    const { bytes, durationMs, words } = await new Mouth(undefined).speak(sentence, format)
    const samples = decodeWireAudio(bytes, format)
    expect(samples.length).toBe(Math.round((durationMs * rateHz) / 1000))
    expect(words?.map(({ text }) => text)).toEqual(sentence.split(' '))
    expect(words?.[0]?.startMs).toBe(0)
    expect(words?.at(-1)?.endMs).toBeLessThanOrEqual(durationMs - 120)
    expect(recognizeKnown(pcm(samples, rateHz))?.text).toBe(sentence)
  })

  test('a sound of another rate is brought over, words and all', async () => {
    const sound = await speech(sentence, { rateHz: 16_000 })
    const { bytes, durationMs, words } = await new Mouth(undefined).play(sound, format)
    expect(durationMs).toBeCloseTo(sound.durationMs, 0)
    expect(decodeWireAudio(bytes, format).length).toBe(Math.round((durationMs * rateHz) / 1000))
    expect(words).toEqual(sound.words)
  })
})

describe('a WAV file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mouth-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  test('is played as it is', async () => {
    const samples = Int16Array.from({ length: 2400 }, (_, i) => 5000 * Math.sin(i / 9))
    const path = join(folder, 'tone.wav')
    await writeFile(path, writeWav(pcm(samples, 24_000)))
    const { bytes, durationMs, words } = await new Mouth(undefined).play(path, pcm24)
    expect(decodeWireAudio(bytes, pcm24)).toEqual(samples)
    expect(durationMs).toBe(100)
    expect(words).toBeUndefined()
  })

  test('that is not there is named', async () => {
    const path = join(folder, 'none.wav')
    await expect(new Mouth(undefined).play(path, pcm24)).rejects.toMatchObject({
      code: 'RTK_AUDIO',
      message: expect.stringContaining(path),
    })
  })
})

describe('the voice', () => {
  test('may be another one', async () => {
    const [usual, other] = await Promise.all([
      new Mouth(undefined).speak(sentence, pcm24),
      new Mouth('rms').speak(sentence, pcm24),
    ])
    expect(other.bytes).not.toEqual(usual.bytes)
  })

  test('that does not exist is refused by name', async () => {
    await expect(new Mouth('nobody').speak(sentence, pcm24)).rejects.toMatchObject({
      code: 'RTK_OPTION',
      message: expect.stringContaining('nobody'),
    })
  })

  test('may be an engine, at its own rate', async () => {
    const engine: SpeechEngine = {
      name: 'beep',
      synthesize: async (text) =>
        pcm(new Int16Array(text.length * 160).fill(1000), 16_000, { words: [{ text, startMs: 0, endMs: text.length * 10 }] }),
    }
    const { bytes, durationMs, words } = await new Mouth(engine).speak('four', { type: 'audio/pcmu' })
    expect([bytes.length, durationMs]).toEqual([320, 40])
    expect(words).toEqual([{ text: 'four', startMs: 0, endMs: 40 }])
  })
})
