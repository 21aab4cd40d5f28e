import { afterEach, describe, expect, test } from 'vitest'
import { loadSpeexResampler } from '../../../audio/engines/speex.ts'
import { seededRandom } from '../../../audio/noise.ts'
import { fitSine, levelDb, sine } from '../support/sine.ts'

const speex = await loadSpeexResampler()
const open: { free(): void }[] = []
afterEach(() => {
  for (const resampler of open.splice(0)) resampler.free()
})

function create(fromHz: number, toHz: number) {
  const resampler = speex.create(fromHz, toHz)
  open.push(resampler)
  return resampler
}

describe.each([
  [24_000, 16_000],
  [8000, 24_000],
  [44_100, 24_000],
])('speex, %i to %i Hz', (fromHz, toHz) => {
  const nyquist = Math.min(fromHz, toHz) / 2
  const converted = (hz: number) => {
    const resampler = create(fromHz, toHz)
    return Float32Array.of(...resampler.push(sine(hz, fromHz)), ...resampler.flush())
  }

  test('95 dB, no delay, flat to 0.8 of Nyquist', () => {
    const { snrDb, phase } = fitSine(converted(1000), 1000, toHz)
    expect(snrDb).toBeGreaterThan(95)
    expect(Math.abs(phase)).toBeLessThan(0.001)
    for (const part of [0.1, 0.5, 0.8])
      expect(Math.abs(fitSine(converted(part * nyquist), part * nyquist, toHz).gainDb)).toBeLessThan(0.1)
    if (fromHz > toHz) expect(levelDb(converted(1.25 * nyquist))).toBeLessThan(-90)
  })

  test('chunks equal the whole, the length is exact, flush makes it new', () => {
    const random = seededRandom(2)
    const samples = Float32Array.from({ length: fromHz }, () => random() - 0.5)
    const resampler = create(fromHz, toHz)
    const whole = [...resampler.push(samples), ...resampler.flush()]
    expect(whole.length).toBe(toHz)
    const chunked: number[] = []
    for (let at = 0; at < samples.length; at += 331) chunked.push(...resampler.push(samples.subarray(at, at + 331)))
    chunked.push(...resampler.flush())
    expect(chunked).toEqual(whole)
  })
})

test('a quality that Speex does not have is refused', () => {
  expect(() => speex.create(8000, 16_000, 11)).toThrow(/RTK_AUDIO.*quality 11/)
})

test('memory is given back once; a resampler without any says so', () => {
  const resampler = speex.create(24_000, 16_000)
  resampler.free()
  resampler.free()
  expect(() => resampler.push(new Float32Array(10))).toThrow('was freed')
  expect(() => resampler.flush()).toThrow('was freed')
  const next = speex.create(24_000, 16_000)
  expect(next.push(new Float32Array(2400)).length + next.flush().length).toBe(1600)
  next.free()
})
