import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../audio/noise.ts'
import { pcm } from '../../audio/pcm.ts'
import { createFloatResampler, createResampler, type FloatResampler, resamplePcm, resampleRoughly } from '../../audio/resample.ts'
import { fitSine, levelDb, sine } from './support/sine.ts'

const pairs = [
  [24_000, 16_000],
  [24_000, 8000],
  [8000, 24_000],
  [8000, 16_000],
  [48_000, 24_000],
  [44_100, 24_000],
  [16_000, 24_000],
  [11_025, 8000],
] as const

function convert(resampler: FloatResampler, samples: Float32Array): Float32Array {
  return Float32Array.of(...resampler.push(samples), ...resampler.flush())
}

describe.each(pairs)('%i to %i Hz', (fromHz, toHz) => {
  const nyquist = Math.min(fromHz, toHz) / 2
  const converted = (hz: number) => convert(createFloatResampler(fromHz, toHz), sine(hz, fromHz))

  test('1 kHz comes through with 95 dB over all else, without delay', () => {
    const { snrDb, gainDb, phase } = fitSine(converted(1000), 1000, toHz)
    expect(snrDb).toBeGreaterThan(95)
    expect(Math.abs(gainDb)).toBeLessThan(0.001)
    expect(Math.abs(phase)).toBeLessThan(1e-6)
  })

  test('is flat within 0.1 dB to 0.8 of the lower Nyquist frequency', () => {
    const parts = [0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8]
    const gains = parts.map((part) => fitSine(converted(part * nyquist), part * nyquist, toHz).gainDb)
    expect(Math.max(...gains.map(Math.abs))).toBeLessThan(0.1)
  })

  test('chunks of any size give the same samples as the whole', () => {
    const random = seededRandom(9)
    const samples = Int16Array.from({ length: fromHz }, () => Math.round((random() - 0.5) * 60_000))
    const whole = createResampler(fromHz, toHz)
    const expected = [...whole.push(samples), ...whole.flush()]
    const chunked = createResampler(fromHz, toHz)
    const actual: number[] = []
    for (let at = 0; at < samples.length; ) {
      const size = Math.floor(random() * 700)
      actual.push(...chunked.push(samples.subarray(at, at + size)))
      at += size
    }
    actual.push(...chunked.flush())
    expect(actual).toEqual(expected)
    expect(actual.length).toBe(toHz)
  })
})

test.each(pairs.filter(([fromHz, toHz]) => fromHz > toHz))(
  '%i to %i Hz: what is above the new Nyquist frequency is 90 dB down',
  (fromHz, toHz) => {
    for (const part of [1.06, 1.1, 1.25]) {
      const tone = sine((part * toHz) / 2, fromHz)
      expect(levelDb(convert(createFloatResampler(fromHz, toHz), tone))).toBeLessThan(-90)
    }
  },
)

describe('createResampler', () => {
  test('16-bit sound keeps 90 dB', () => {
    const samples = Int16Array.from(sine(1000, 24_000), (value) => Math.round(value * 30_000))
    const { snrDb } = fitSine(resamplePcm(pcm(samples, 24_000), 16_000).samples, 1000, 16_000)
    expect(snrDb).toBeGreaterThan(90)
  })

  test('holds back less than 5 ms', () => {
    const pushed = createResampler(24_000, 8000).push(new Int16Array(24_000))
    expect(8000 - pushed.length).toBeLessThanOrEqual(40)
  })

  test('is as new after flush', () => {
    const resampler = createResampler(24_000, 8000)
    const samples = Int16Array.from({ length: 1001 }, (_, index) => index * 13)
    const first = [...resampler.push(samples), ...resampler.flush()]
    expect([...resampler.push(samples), ...resampler.flush()]).toEqual(first)
    expect(first.length).toBe(334)
  })

  test('loud steps clip instead of wrapping', () => {
    const square = Int16Array.from({ length: 2400 }, (_, index) => (Math.floor(index / 30) % 2 ? 32_767 : -32_768))
    const { samples } = resamplePcm(pcm(square, 24_000), 48_000)
    const middle = samples.subarray(62, 118)
    expect(middle.every((sample) => sample > 20_000) || middle.every((sample) => sample < -20_000)).toBe(true)
  })

  test('equal rates pass through, bad rates are refused', () => {
    const samples = Int16Array.of(1, 2, 3)
    expect(createResampler(8000, 8000).push(samples)).toBe(samples)
    expect(() => createResampler(8000, 0)).toThrow(/RTK_AUDIO.*got 0/)
    expect(() => createResampler(44_100.5, 8000)).toThrow('got 44100.5')
  })

  test('resamplePcm keeps the words', () => {
    const sound = pcm(new Int16Array(2400), 24_000, { text: 'a', speechSpan: { startMs: 1, endMs: 2 } })
    expect(resamplePcm(sound, 8000)).toMatchObject({
      text: 'a',
      rateHz: 8000,
      durationMs: 100,
      speechSpan: { startMs: 1, endMs: 2 },
    })
  })
})

test('a rough conversion keeps loudness and length; only the top of the band is not clean', () => {
  const sound = (hz: number) =>
    pcm(
      Int16Array.from(sine(hz, 24_000), (value) => value * 16_000),
      24_000,
    )
  const gainDb = (hz: number): number =>
    levelDb(Float32Array.from(resampleRoughly(sound(hz), 8000).samples)) - levelDb(Float32Array.from(sound(hz).samples))
  for (const hz of [100, 1000, 2000, 2800]) expect(Math.abs(gainDb(hz))).toBeLessThan(0.3)
  for (const hz of [6000, 9000]) expect(gainDb(hz)).toBeLessThan(-60)
  expect(resampleRoughly(pcm(new Int16Array(24_001), 24_000), 8000).samples).toHaveLength(8001)
})
