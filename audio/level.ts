// How loud a sound is. All levels are dBFS: 0 is the largest 16-bit sample, digital silence is -Infinity.

import { samplesIn } from './pcm.ts'

const fullScale = 32_768

/** -70 dBFS: what is below is no speech. */
const quietest = 1e-7

/**
 * Root mean square in dBFS (a full-scale sine is -3). -Infinity for silence and for no samples.
 *
 * @example
 * rmsDbfs(noise(1000, { levelDbfs: -45 }).samples) // -45
 */
export function rmsDbfs(samples: Int16Array): number {
  return 10 * Math.log10(meanSquare(samples, 0, samples.length))
}

/**
 * The largest sample in dBFS; -Infinity for silence.
 *
 * @example
 * peakDbfs(Int16Array.of(0, -32_768)) // 0
 */
export function peakDbfs(samples: Int16Array): number {
  let peak = 0
  for (let index = 0; index < samples.length; index++) peak = Math.max(peak, Math.abs(samples[index]!))
  return 20 * Math.log10(peak / fullScale)
}

/** Mean power of samples [start, end), 1 being full scale; 0 where there are none. */
export function meanSquare(samples: Int16Array, start: number, end: number): number {
  // Two sums, as one addition would have to wait for the last. They are exact: all squares are whole numbers.
  let even = 0
  let odd = 0
  let index = start
  for (; index + 1 < end; index += 2) {
    even += samples[index]! * samples[index]!
    odd += samples[index + 1]! * samples[index + 1]!
  }
  if (index < end) even += samples[index]! * samples[index]!
  return end > start ? (even + odd) / (end - start) / (fullScale * fullScale) : 0
}

/**
 * Mean power (1 is full scale) of each whole step of `stepMs`, 20 ms by default: the outline by which a sentence is known again.
 *
 * @example
 * energyEnvelope(silence(100).samples, 24_000) // five zeros
 */
export function energyEnvelope(samples: Int16Array, rateHz: number, stepMs = 20): Float64Array {
  const size = samplesIn(stepMs, rateHz)
  const envelope = new Float64Array(Math.floor(samples.length / size))
  for (let step = 0; step < envelope.length; step++) envelope[step] = meanSquare(samples, step * size, (step + 1) * size)
  return envelope
}

/**
 * The level of the speech itself, pauses left out: mean power of the 20 ms steps that are
 * within 25 dB of the loudest (95th percentile of those above -70 dBFS), in dBFS.
 *
 * @example
 * const audio = await speech('Hello there')
 * activeSpeechDbfs(audio.samples, audio.rateHz)
 */
export function activeSpeechDbfs(samples: Int16Array, rateHz: number): number {
  const steps = energyEnvelope(samples, rateHz)
    .filter((power) => power > quietest)
    .sort()
  const loud = steps[Math.floor(steps.length * 0.95)]
  if (loud === undefined) return rmsDbfs(samples)
  const active = steps.filter((power) => power >= loud * 10 ** -2.5)
  return 10 * Math.log10(active.reduce((sum, power) => sum + power, 0) / active.length)
}
