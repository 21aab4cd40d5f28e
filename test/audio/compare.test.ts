import { expect, test } from 'vitest'
import { compareSounds } from '../../audio/compare.ts'
import { withEffects } from '../../audio/effects/chain.ts'
import { clipping, gain, noisy } from '../../audio/effects/level-effects.ts'
import { bandLimit } from '../../audio/effects/line.ts'
import { concatPcm, silence, slicePcm } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import { speech } from '../../audio/speech.ts'

const hello = await speech('We are open until ten tonight.')
const other = await speech('Your parcel is on its way to you.', { voice: 'rms' })

test('a sound is like itself', () => {
  expect(compareSounds(hello, hello)).toEqual({
    lagMs: 0,
    gainDb: 0,
    snrDb: Number.POSITIVE_INFINITY,
    segmentalSnrDb: 35,
    spectralDistanceDb: 0,
    correlation: 1,
    lengthDifferenceMs: 0,
    clippedSamples: 0,
  })
})

test.for([170, -90])('a lag of %i ms is found to the sample', (lagMs) => {
  const moved = lagMs > 0 ? concatPcm(silence(lagMs), hello) : slicePcm(hello, -lagMs)
  expect(compareSounds(hello, moved)).toMatchObject({ lagMs, lengthDifferenceMs: lagMs, spectralDistanceDb: 0 })
})

test('softer, noisier and narrower are told apart', () => {
  const softer = compareSounds(hello, withEffects(hello, [gain(-9)]))
  expect(softer.gainDb).toBeCloseTo(-9, 1)
  expect(softer.snrDb).toBeGreaterThan(40)
  const noisier = compareSounds(hello, withEffects(hello, [noisy({ snrDb: 12 })]))
  expect(noisier.snrDb).toBeGreaterThan(8)
  expect(noisier.snrDb).toBeLessThan(14)
  const narrower = compareSounds(hello, withEffects(hello, [bandLimit({ lowHz: 600, highHz: 1200 })]))
  expect(narrower.spectralDistanceDb).toBeGreaterThan(6)
  expect(softer.spectralDistanceDb).toBeLessThan(2)
  expect(compareSounds(hello, withEffects(hello, [clipping({ driveDb: 24 })])).clippedSamples).toBeGreaterThan(500)
})

test('another sentence correlates with nothing', () => {
  const { correlation, snrDb, spectralDistanceDb } = compareSounds(hello, other)
  expect(correlation).toBeLessThan(0.35)
  expect(snrDb).toBeLessThan(0)
  expect(spectralDistanceDb).toBeGreaterThan(6)
})

test('sounds of other rates are brought together', () => {
  const { correlation, lagMs } = compareSounds(hello, resamplePcm(hello, 8000))
  expect(correlation).toBeGreaterThan(0.99)
  expect(lagMs).toBe(0)
})

test('silence is no sound to compare', () => {
  expect(() => compareSounds(hello, silence(300))).toThrow('The sound is silent (300 ms)')
  expect(() => compareSounds(silence(300), hello)).toThrow('The reference is silent (300 ms)')
})

test.for([
  ['whole', 130, 0],
  ['without its beginning', -90, 0],
  ['without its loudest part, which comes last', 0, 9000],
] as const)('a long sound, %s, is found to the sample', ([, lagMs, endMs]) => {
  const long = concatPcm(
    withEffects(hello, [gain(-12)]),
    silence(5000),
    withEffects(hello, [gain(-9)]),
    silence(3000),
    other,
    hello,
  )
  const moved = lagMs > 0 ? concatPcm(silence(lagMs), long) : slicePcm(long, -lagMs, endMs || undefined)
  expect(compareSounds(long, moved)).toMatchObject({ lagMs, spectralDistanceDb: 0 })
})
