import { describe, expect, test } from 'vitest'
import { activeSpeechDbfs, energyEnvelope, peakDbfs, rmsDbfs } from '../../audio/level.ts'

const sine = (amplitude: number, count = 24_000) =>
  Int16Array.from({ length: count }, (_, index) => Math.round(amplitude * Math.sin((2 * Math.PI * index) / 48)))

describe('levels', () => {
  test('a full-scale sine has a root mean square of -3 dBFS and a peak of 0', () => {
    expect(rmsDbfs(sine(32_767))).toBeCloseTo(-3.01, 2)
    expect(peakDbfs(sine(32_767))).toBeCloseTo(0, 2)
    expect(peakDbfs(Int16Array.of(-32_768))).toBe(0)
  })

  test('silence and nothing are -Infinity', () => {
    expect([rmsDbfs(new Int16Array(10)), rmsDbfs(new Int16Array(0)), peakDbfs(new Int16Array(3))]).toEqual([
      -Infinity,
      -Infinity,
      -Infinity,
    ])
    expect(activeSpeechDbfs(new Int16Array(24_000), 24_000)).toBe(-Infinity)
  })

  test('the envelope has one power for each whole 20 ms', () => {
    const samples = new Int16Array(1000)
    samples.fill(16_384, 480, 960)
    expect([...energyEnvelope(samples, 24_000)]).toEqual([0, 0.25])
  })

  test('the level of speech does not count pauses, however long', () => {
    const samples = new Int16Array(240_000)
    samples.set(sine(3277, 6000), 100_000)
    expect(activeSpeechDbfs(samples, 24_000)).toBeCloseTo(-23, 0)
  })
})
