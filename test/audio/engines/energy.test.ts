import { describe, expect, test } from 'vitest'
import { withEffects } from '../../../audio/effects/chain.ts'
import { babble } from '../../../audio/effects/level-effects.ts'
import { energyEngine } from '../../../audio/engines/energy.ts'
import { noise, withNoise } from '../../../audio/noise.ts'
import { concatPcm, pcm, silence } from '../../../audio/pcm.ts'
import { resamplePcm } from '../../../audio/resample.ts'
import { speechSegments } from '../../../audio/segments.ts'
import { speech } from '../../../audio/speech.ts'
import type { Pcm, SpeechFrame } from '../../../audio/types.ts'
import { boundErrors, corpus, percentile, sentences, voices } from '../support/vad-corpus.ts'

const engine = energyEngine()

function framesOf(audio: Pcm): SpeechFrame[] {
  return [...(engine.open(audio.rateHz).push(audio.samples) as readonly SpeechFrame[])]
}

const loudFrames = (audio: Pcm) => framesOf(audio).filter(({ probability }) => probability >= 0.5)
const segments = (audio: Pcm) => speechSegments(framesOf(audio), audio.rateHz)

/** Ten people who talk on, each in a voice of another pitch. */
function crowd(): Promise<Pcm[]> {
  return Promise.all(
    Array.from({ length: 10 }, async (_, person) => {
      const voice = voices[person % voices.length]!
      const said = [0, 1, 2].map((turn) => speech(sentences[(person * 5 + turn * 7) % sentences.length]!, { voice }))
      const { samples, rateHz } = concatPcm(...(await Promise.all(said)))
      return resamplePcm(pcm(samples, Math.round(rateHz * (0.82 + 0.04 * person))), rateHz)
    }),
  )
}

describe('frames', () => {
  test.each([8000, 16_000, 24_000, 48_000])('are 32 ms each at %i Hz and count input samples', (rateHz) => {
    const frames = framesOf(silence(1000, { rateHz }))
    expect(frames).toHaveLength(31)
    expect(frames.map(({ endSample }) => endSample)).toEqual(frames.map((_, index) => (index + 1) * rateHz * 0.032))
  })

  test('do not depend on the chunks', async () => {
    const audio = withNoise(await speech('Hello there, how are you?'), { snrDb: 20 })
    const stream = engine.open(24_000)
    const chunked: SpeechFrame[] = []
    for (let at = 0; at < audio.samples.length; at += 331) {
      chunked.push(...((await stream.push(audio.samples.subarray(at, at + 331))) as SpeechFrame[]))
    }
    expect(chunked).toEqual(framesOf(audio))
  })

  test('begin anew after reset', async () => {
    const audio = await speech('Stop.')
    const stream = engine.open(24_000)
    const first = stream.push(audio.samples)
    stream.reset()
    expect(stream.push(audio.samples)).toEqual(first)
  })
})

describe('what is no speech', () => {
  test('digital silence, at any rate', () => {
    for (const rateHz of [8000, 24_000]) expect(loudFrames(silence(3000, { rateHz }))).toEqual([])
  })

  test.each([-60, -45, -30, -15])('steady white or pink noise at %i dBFS', (levelDbfs) => {
    for (const seed of [1, 2, 3]) {
      for (const kind of ['white', 'pink'] as const) {
        for (const rateHz of [8000, 24_000]) expect(segments(noise(4000, { kind, levelDbfs, seed, rateHz }))).toEqual([])
      }
    }
  })

  test('white noise that begins after digital silence, as when a line opens', () => {
    for (const levelDbfs of [-60, -50, -40]) {
      const opened = concatPcm(silence(500), noise(3000, { levelDbfs }), silence(500))
      expect(segments(opened)).toEqual([])
    }
  })

  test('loud noise that begins after silence is taken for speech for half a second at most', () => {
    const [found, ...others] = segments(concatPcm(silence(500), noise(3000, { levelDbfs: -20 }), silence(500)))
    expect(others).toEqual([])
    expect(found!.endMs - found!.startMs).toBeLessThan(500)
  })

  test('a click, which earns no hangover', () => {
    const audio = silence(1000)
    audio.samples.fill(20_000, 12_000, 12_020)
    expect(loudFrames(audio)).toHaveLength(1)
    expect(segments(audio)).toEqual([])
  })

  test('a crowd of ten, before, between and after what is said over it', async () => {
    const people = await crowd()
    const said = await corpus(undefined)
    for (const snrDb of [20, 10]) {
      for (const seed of [0, 1, 2, 3]) {
        const [first, second] = [said[seed * 2]!, said[seed * 2 + 1]!]
        const clean = concatPcm(silence(1000), first, silence(1000), second, silence(1500))
        const frames = framesOf(withEffects(clean, [babble({ snrDb, voices: people })], { seed }))
        const found = speechSegments(frames, clean.rateHz, { minSilenceMs: 500 })
        expect(found).toHaveLength(2)
        expect(found[0]!.endMs).toBeLessThan(1000 + first.durationMs)
        expect(found[1]!.startMs).toBeGreaterThan(2000 + first.durationMs)
      }
    }
  })
})

describe('what is speech', () => {
  test('tones in the range of voices', () => {
    const tone = pcm(Int16Array.from({ length: 48_000 }, (_, index) => 6000 * Math.sin((2 * Math.PI * 200 * index) / 24_000)))
    expect(segments(concatPcm(silence(480), tone, silence(480)))).toEqual([{ startMs: 480, endMs: 2480 }])
  })

  test('the probability stays up for 64 ms after the sound, then falls', () => {
    const tone = pcm(Int16Array.from({ length: 768 * 20 }, (_, index) => 6000 * Math.sin(index / 15)))
    const probabilities = framesOf(concatPcm(tone, silence(640))).map(({ probability }) => probability)
    expect(probabilities.slice(18, 26).map((value) => Number(value.toFixed(2)))).toEqual([1, 1, 0.65, 0.55, 0, 0, 0, 0])
  })

  test('at low level', async () => {
    const audio = await speech('Where is the nearest station?')
    const quiet = pcm(
      audio.samples.map((sample) => sample / 20),
      24_000,
    )
    expect(segments(quiet)).toHaveLength(1)
  })

  test('no sentence is missed or split off, at 24,000 and 8,000 Hz, clean and in 20 dB of noise', async () => {
    for (const snrDb of [undefined, 20]) {
      const sounds = await corpus(snrDb)
      for (const rateHz of [24_000, 8000]) {
        const { missed, extra } = await boundErrors(
          engine,
          sounds.map((audio) => resamplePcm(audio, rateHz)),
        )
        expect({ missed, extra }).toEqual({ missed: 0, extra: 0 })
      }
    }
  })

  test('in white and pink noise at 5 dB, every sentence, and nothing else', async () => {
    for (const kind of ['white', 'pink'] as const) {
      const sounds = (await corpus(undefined)).map((audio, index) => withNoise(audio, { kind, snrDb: 5, seed: index + 1 }))
      const { missed, extra, startMs } = await boundErrors(engine, sounds)
      expect({ missed, extra }).toEqual({ missed: 0, extra: 0 })
      expect(percentile(startMs, 0.5)).toBeLessThan(60)
    }
  })

  test('from the first sample of a stream on, and after it no less', async () => {
    const audio = await speech('Are you there? I cannot hear you.', { leadMs: 0 })
    const begun = pcm(audio.samples.subarray(Math.round(audio.rateHz * 0.03)), audio.rateHz)
    for (const sound of [begun, withNoise(begun, { snrDb: 20 })]) {
      const [found] = segments(concatPcm(sound, sound))
      expect(found!.startMs).toBeLessThan(65)
    }
  })

  test('bounds: in silence those of the sound, without the hangover', async () => {
    const clean = await boundErrors(engine, await corpus(undefined))
    expect(clean.startMs).toHaveLength(sentences.length)
    expect(percentile(clean.startMs, 0.5)).toBeLessThan(17)
    expect(percentile(clean.startMs, 0.9)).toBeLessThan(58)
    expect(percentile(clean.endMs, 0.5)).toBeLessThan(40)
    expect(percentile(clean.endMs, 0.9)).toBeLessThan(90)
    const noisy = await boundErrors(engine, await corpus(20))
    expect(percentile(noisy.startMs, 0.5)).toBeLessThan(60)
    expect(percentile(noisy.endMs, 0.9)).toBeLessThan(200)
  })
})
