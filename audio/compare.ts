// How alike two sounds are: where the one lies in the other, how loud, how clean, and how their spectra differ.

import { RealtimeKitError } from '../src/errors.ts'
import { energyEnvelope, peakDbfs } from './level.ts'
import { samplesIn } from './pcm.ts'
import { resamplePcm } from './resample.ts'
import { logSpectra } from './spectrum.ts'
import type { Pcm } from './types.ts'

/** How `heard` differs from `reference`. */
export interface SoundDifference {
  /** By how much `heard` comes later; below 0 where it comes earlier. */
  readonly lagMs: number
  /** Level of `heard` against `reference`; above 0 is louder. */
  readonly gainDb: number
  /** What of `heard` is the reference, against all that is not; Infinity for equal samples. */
  readonly snrDb: number
  /** The same for each 20 ms of sound alone, on average, held within -10 and 35 dB. */
  readonly segmentalSnrDb: number
  /** Root mean square difference of the level-matched spectra, over 20 ms frames with sound; 0 for equal ones. */
  readonly spectralDistanceDb: number
  /** 0 to 1: how alike the outlines run. */
  readonly correlation: number
  /** `heard` against `reference`, without the lag. */
  readonly lengthDifferenceMs: number
  /** Samples of `heard` at the ends of 16 bits. */
  readonly clippedSamples: number
}

export interface CompareOptions {
  /** How far apart the two may lie; 500 by default. */
  readonly maxLagMs?: number
}

/** Frames this much below the loudest are no sound. */
const soundRangeDb = 40
const frameMs = 20

/**
 * Compares two sounds; the reference is brought to the rate of `heard`.
 *
 * @throws RealtimeKitError RTK_AUDIO when either is silent: there is nothing to compare
 * @example
 * const { lagMs, snrDb } = compareSounds(sent, caller.heard.audio)
 */
export function compareSounds(reference: Pcm, heard: Pcm, { maxLagMs = 500 }: CompareOptions = {}): SoundDifference {
  assertAudible(reference, 'The reference')
  assertAudible(heard, 'The sound')
  const { rateHz } = heard
  const expected = resamplePcm(reference, rateHz)
  const lag = findLag(expected, heard, samplesIn(maxLagMs, rateHz))
  const start = Math.max(0, lag)
  const count = Math.min(heard.samples.length - start, expected.samples.length - Math.max(0, -lag))
  const left = expected.samples.subarray(Math.max(0, -lag), Math.max(0, -lag) + count)
  const right = heard.samples.subarray(start, start + count)
  const scale = dot(left, right) / dot(left, left)
  return {
    lagMs: (lag * 1000) / rateHz,
    gainDb: 10 * Math.log10(dot(right, right) / dot(left, left)),
    snrDb: signalToNoise(left, right, scale),
    segmentalSnrDb: segmentalSnr(left, right, scale, rateHz),
    spectralDistanceDb: spectralDistance(left, right, rateHz),
    correlation: Math.max(0, dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right))),
    lengthDifferenceMs: heard.durationMs - expected.durationMs,
    clippedSamples: heard.samples.reduce((sum, sample) => sum + (sample === 32_767 || sample === -32_768 ? 1 : 0), 0),
  }
}

function assertAudible(audio: Pcm, what: string): void {
  if (peakDbfs(audio.samples) > -Infinity) return
  throw new RealtimeKitError('RTK_AUDIO', `${what} is silent (${Math.round(audio.durationMs)} ms): there is nothing to compare.`)
}

/** Samples by which `heard` lies later: the outlines say where about, the samples exactly where. */
function findLag(expected: Pcm, heard: Pcm, maxLag: number): number {
  const stepMs = 5
  const step = samplesIn(stepMs, heard.rateHz)
  const left = energyEnvelope(expected.samples, expected.rateHz, stepMs).map(Math.sqrt)
  const right = energyEnvelope(heard.samples, heard.rateHz, stepMs).map(Math.sqrt)
  const rough = bestShift(left, right, { from: -Math.floor(maxLag / step), to: Math.floor(maxLag / step) }) * step
  const near = { from: Math.max(-maxLag, rough - 2 * step), to: Math.min(maxLag, rough + 2 * step) }
  const longest = samplesIn(longestMatchMs, heard.rateHz)
  if (expected.samples.length <= longest) return bestShift(expected.samples, heard.samples, near)
  // Of a long sound the stretch that is loudest in both says it as well.
  const common = left.map((level, at) => level * (right[at + rough / step] ?? 0))
  const from = Math.max(loudestStretch(common, Math.floor(longest / step)) * step, -near.from)
  const excerpt = expected.samples.subarray(from, from + longest)
  const first = from + near.from
  return near.from + bestShift(excerpt, heard.samples.subarray(first), { from: 0, to: near.to - near.from })
}

const longestMatchMs = 10_000

/** Where the loudest run of so many steps begins. */
function loudestStretch(steps: Float64Array, count: number): number {
  let best = { at: 0, sum: 0 }
  let sum = 0
  for (let end = 0; end < steps.length; end++) {
    sum += steps[end]! - (end >= count ? steps[end - count]! : 0)
    if (sum > best.sum) best = { at: Math.max(0, end - count + 1), sum }
  }
  return best.at
}

function bestShift(
  left: Int16Array | Float64Array,
  right: Int16Array | Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  let best = { shift: 0, score: Number.NEGATIVE_INFINITY }
  for (let shift = from; shift <= to; shift++) {
    const a = left.subarray(Math.max(0, -shift))
    const b = right.subarray(Math.max(0, shift))
    const score = dot(a, b)
    // Of equal places the nearest: a steady tone fits everywhere.
    if (score > best.score || (score === best.score && Math.abs(shift) < Math.abs(best.shift))) best = { shift, score }
  }
  return best.shift
}

function dot(left: Int16Array | Float64Array, right: Int16Array | Float64Array): number {
  const count = Math.min(left.length, right.length)
  let sum = 0
  for (let index = 0; index < count; index++) sum += left[index]! * right[index]!
  return sum
}

function signalToNoise(left: Int16Array, right: Int16Array, scale: number): number {
  let signal = 0
  let noise = 0
  for (let index = 0; index < left.length; index++) {
    const expected = left[index]! * scale
    signal += expected * expected
    noise += (right[index]! - expected) ** 2
  }
  return 10 * Math.log10(signal / noise)
}

function segmentalSnr(left: Int16Array, right: Int16Array, scale: number, rateHz: number): number {
  const size = samplesIn(frameMs, rateHz)
  const powers = energyEnvelope(left, rateHz, frameMs)
  const floor = Math.max(...powers) * 10 ** (-soundRangeDb / 10)
  const ratios = [...powers.keys()]
    .filter((frame) => powers[frame]! > floor)
    .map((frame) => {
      const [start, end] = [frame * size, (frame + 1) * size]
      return Math.min(35, Math.max(-10, signalToNoise(left.subarray(start, end), right.subarray(start, end), scale)))
    })
  return mean(ratios)
}

/** Each frame's spectra are brought to the same level first: loudness is `gainDb`, not colour. */
function spectralDistance(left: Int16Array, right: Int16Array, rateHz: number): number {
  const powers = energyEnvelope(left, rateHz, frameMs)
  const floor = Math.max(...powers) * 10 ** (-soundRangeDb / 10)
  const expected = logSpectra(left, rateHz, frameMs)
  const heard = logSpectra(right, rateHz, frameMs)
  const distances = [...powers.keys()]
    .filter((frame) => powers[frame]! > floor && frame < Math.min(expected.length, heard.length))
    .map((frame) => {
      const differences = expected[frame]!.map((level, band) => level - heard[frame]![band]!)
      const offset = mean([...differences])
      return Math.sqrt(mean([...differences].map((difference) => (difference - offset) ** 2)))
    })
  return mean(distances)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
