import { describe, expect, test } from 'vitest'
import { activeSpeechDbfs, rmsDbfs } from '../../audio/level.ts'
import { noise, seededRandom, withNoise } from '../../audio/noise.ts'
import { concatPcm, pcm, silence } from '../../audio/pcm.ts'

const tone = pcm(Int16Array.from({ length: 24_000 }, (_, index) => Math.round(6000 * Math.sin(index / 10))))

describe('noise', () => {
  test('the same seed gives the same samples, another seed others', () => {
    expect(noise(100, { seed: 3 }).samples).toEqual(noise(100, { seed: 3 }).samples)
    expect(noise(100, { seed: 3 }).samples).not.toEqual(noise(100, { seed: 4 }).samples)
    expect([seededRandom(1)(), seededRandom(1)()]).toEqual([0.6270739405881613, 0.6270739405881613])
  })

  test.each(['white', 'pink'] as const)('%s noise has the level asked for', (kind) => {
    expect(rmsDbfs(noise(2000, { kind, levelDbfs: -33 }).samples)).toBeCloseTo(-33, 1)
  })

  test('pink noise falls by 3 dB an octave, white does not', () => {
    const falls = (kind: 'white' | 'pink') => {
      const { samples } = noise(10_000, { kind, levelDbfs: -20 })
      const octave = (fromHz: number) => bandDb(samples, fromHz, 2 * fromHz)
      return [octave(20) - octave(160), octave(160) - octave(1280)]
    }
    // Equal power in each octave is 3 dB less per Hz; white has 9 dB more in an octave three octaves up.
    for (const fall of falls('pink')) expect(Math.abs(fall)).toBeLessThan(2)
    for (const fall of falls('white')) expect(fall).toBeLessThan(-7)
  })

  test.each([20, 10, 0])('withNoise sets the ratio to the speech alone: %i dB', (snrDb) => {
    const sparse = concatPcm(silence(3000), tone, silence(5000))
    const noisy = withNoise(sparse, { snrDb, seed: 5 })
    const quiet = noisy.samples.subarray(0, 72_000)
    expect(activeSpeechDbfs(sparse.samples, 24_000) - rmsDbfs(quiet)).toBeCloseTo(snrDb, 1)
  })

  test('withNoise keeps what is known of the words and refuses silence', () => {
    const spoken = pcm(tone.samples, 24_000, { text: 'a', speechSpan: { startMs: 0, endMs: 1000 } })
    expect(withNoise(spoken, { snrDb: 20 })).toMatchObject({ text: 'a', speechSpan: { startMs: 0, endMs: 1000 } })
    expect(() => withNoise(silence(100), { snrDb: 20 })).toThrow(/RTK_AUDIO.*noise\(ms, \{ levelDbfs \}\)/)
  })
})

/** Power between two frequencies, by single lines of a Fourier transform over pieces of 2,400 samples. */
function bandDb(samples: Int16Array, fromHz: number, toHz: number): number {
  let [power, lines] = [0, 0]
  for (let start = 0; start + 2400 <= samples.length; start += 2400) {
    for (let line = fromHz / 10; line < toHz / 10; line += Math.max(1, fromHz / 40)) {
      let [real, imaginary] = [0, 0]
      for (let index = 0; index < 2400; index++) {
        const angle = (2 * Math.PI * line * index) / 2400
        real += samples[start + index]! * Math.cos(angle)
        imaginary += samples[start + index]! * Math.sin(angle)
      }
      power += real ** 2 + imaginary ** 2
      lines++
    }
  }
  return 10 * Math.log10((power / lines) * (toHz - fromHz))
}
