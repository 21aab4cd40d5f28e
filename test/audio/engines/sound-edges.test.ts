import { describe, expect, test } from 'vitest'
import { energyEngine } from '../../../audio/engines/energy.ts'
import { framed, SoundEdges } from '../../../audio/engines/sound-edges.ts'
import { noise } from '../../../audio/noise.ts'
import { concatPcm, pcm, silence } from '../../../audio/pcm.ts'
import { speechSegments } from '../../../audio/segments.ts'
import type { SpeechFrame } from '../../../audio/types.ts'

/** Frames of 32 samples, each block of 8 with its level in dBFS. */
function edgesOf(...frames: number[][]) {
  const edges = new SoundEdges()
  return frames.map((levels) => edges.next(32, (start) => 10 ** (levels[start / 8]! / 10)))
}

describe('silence within a frame', () => {
  test('is what lies below -58 dBFS at its edges; in between it is a pause of the sound', () => {
    expect(edgesOf([-59, -59, -30, -30])).toEqual([{ silentUntil: 16 }])
    expect(edgesOf([-30, -59, -59, -59])).toEqual([{ silentFrom: 8 }])
    expect(edgesOf([-30, -90, -90, -30])).toEqual([{}])
    expect(edgesOf([-57, -57, -57, -57])).toEqual([{}])
    expect(edgesOf([-90, -90, -90, -90])).toEqual([{ silentUntil: 32, silentFrom: 0 }])
  })

  test('is also what lies 30 dB below the loudest of late, which is forgotten by 10 dB in a second', () => {
    expect(edgesOf([-10, -10, -10, -41])).toEqual([{ silentFrom: 24 }])
    expect(edgesOf([-10, -10, -10, -10], [-41, -41, -41, -39])[1]).toEqual({ silentUntil: 24 })
    const later = new Array<number[]>(31).fill([-44, -44, -44, -44])
    expect(edgesOf([-10, -10, -10, -10], ...later, [-45, -45, -45, -45]).at(-1)).toEqual({})
  })

  test('is noise of known power where sound begins, but not where it ends, and no noise that is nearly as loud', () => {
    const edges = new SoundEdges()
    const next = (levels: number[], noiseDbfs: number) =>
      edges.next(32, (start) => 10 ** (levels[start / 8]! / 10), 10 ** (noiseDbfs / 10))
    expect(next([-40, -39, -20, -20], -40)).toEqual({ silentUntil: 16 })
    expect(next([-20, -20, -39, -40], -40)).toEqual({})
    expect(next([-40, -40, -40, -40], -40)).toEqual({})
    expect(next([-30, -30, -20, -20], -30)).toEqual({})
  })

  test('begins anew after reset', () => {
    const edges = new SoundEdges()
    edges.next(32, () => 0.1)
    edges.reset()
    expect(edges.next(32, () => 1e-5)).toEqual({})
  })
})

test('edges count as the end of the frame does, at the rate of the input', () => {
  expect(framed(1000, 0.5, {}, 32)).toEqual({ endSample: 1000, probability: 0.5 })
  expect(framed(1000, 0.5, { silentUntil: 8, silentFrom: 24 }, 32)).toMatchObject({
    silentUntilSample: 976,
    silentFromSample: 992,
  })
  expect(framed(1536, 0.5, { silentUntil: 0, silentFrom: 256 }, 512, 1.5)).toMatchObject({
    silentUntilSample: 768,
    silentFromSample: 1152,
  })
})

test('with noise on the line, nothing is silence', () => {
  const hiss = noise(1000, { levelDbfs: -50 })
  const frames = energyEngine().open(24_000).push(hiss.samples) as readonly SpeechFrame[]
  expect(frames.filter((frame) => 'silentUntilSample' in frame || 'silentFromSample' in frame)).toEqual([])
})

test('a tone in digital silence is found to 8 ms', () => {
  const tone = pcm(Int16Array.from({ length: 24_000 }, (_, index) => 6000 * Math.sin((2 * Math.PI * 200 * index) / 24_000)))
  const { samples } = concatPcm(silence(495), tone, silence(500))
  const frames = energyEngine().open(24_000).push(samples) as readonly SpeechFrame[]
  expect(
    frames.flatMap(({ silentUntilSample, endSample }) => (silentUntilSample! < endSample ? [silentUntilSample! / 24] : [])),
  ).toEqual([488])
  const [end] = frames.flatMap((frame) => (frame.silentFromSample! > frame.endSample - 768 ? [frame.silentFromSample! / 24] : []))
  expect(end).toBe(1496)
})

test('a tone in noise 20 dB below it is found to 8 ms where it begins', () => {
  const tone = pcm(Int16Array.from({ length: 24_000 }, (_, index) => 6000 * Math.sin((2 * Math.PI * 200 * index) / 24_000)))
  const begins = concatPcm(silence(1015), tone)
  const hiss = noise(begins.durationMs, { levelDbfs: -38 }).samples
  const samples = begins.samples.map((sample, index) => sample + hiss[index]!)
  const [found] = speechSegments(energyEngine().open(24_000).push(samples) as readonly SpeechFrame[], 24_000)
  expect(found!.startMs).toBeGreaterThanOrEqual(1008)
  expect(found!.startMs).toBeLessThanOrEqual(1016)
})
