// Seeded noise, and its mixing at a signal-to-noise ratio. The same seed gives the same samples everywhere.

import { RealtimeKitError } from '../src/errors.ts'
import { checkDecibels, checkMs, checkOneOf } from './checks.ts'
import { activeSpeechDbfs } from './level.ts'
import { clampToInt16, pcm, samplesIn } from './pcm.ts'
import type { Pcm } from './types.ts'

export type NoiseKind = 'white' | 'pink'

export interface NoiseOptions {
  /** `white` (default) or `pink`. */
  readonly kind?: NoiseKind
  /** Any integer; 1 by default. */
  readonly seed?: number
}

/** A source of numbers in [0, 1), equal for equal seeds (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * Noise alone, `ms` long.
 *
 * @param options.rateHz 24,000 by default
 * @param options.levelDbfs its root mean square; -40 by default
 * @example
 * const hiss = noise(1000, { levelDbfs: -45, seed: 7 })
 */
export function noise(ms: number, options: NoiseOptions & { readonly rateHz?: number; readonly levelDbfs?: number } = {}): Pcm {
  const { rateHz = 24_000, levelDbfs = -40 } = options
  checkMs('noise()', 'its length', ms)
  checkDecibels('noise()', 'levelDbfs', levelDbfs)
  const shape = noiseShape(samplesIn(ms, rateHz), options)
  const gain = 32_768 * 10 ** (levelDbfs / 20)
  return pcm(
    Int16Array.from(shape, (value) => clampToInt16(value * gain)),
    rateHz,
  )
}

/**
 * The sound with noise under all of it. The ratio is against the speech alone: pauses, lead and trail do not count.
 *
 * @param options.snrDb speech level minus noise level, in dB
 * @throws RealtimeKitError RTK_AUDIO for a ratio or kind that is none, and when the sound is silent: there is nothing to measure against
 * @example
 * const noisy = withNoise(await speech('Hello there'), { snrDb: 20 })
 */
export function withNoise(audio: Pcm, options: NoiseOptions & { readonly snrDb: number }): Pcm {
  checkDecibels('withNoise()', 'snrDb', options.snrDb)
  const speechDbfs = activeSpeechDbfs(audio.samples, audio.rateHz)
  if (speechDbfs === -Infinity) {
    throw new RealtimeKitError(
      'RTK_AUDIO',
      'withNoise() cannot set a ratio to silence. Use noise(ms, { levelDbfs }) for noise alone.',
    )
  }
  const gain = 32_768 * 10 ** ((speechDbfs - options.snrDb) / 20)
  const shape = noiseShape(audio.samples.length, options)
  const mixed = audio.samples.map((sample, index) => clampToInt16(sample + shape[index]! * gain))
  return pcm(mixed, audio.rateHz, audio)
}

/** Noise whose root mean square is exactly 1. */
function noiseShape(count: number, { kind = 'white', seed = 1 }: NoiseOptions): Float64Array {
  checkOneOf('noise', 'kind', kind, ['white', 'pink'])
  const shape = kind === 'pink' ? pinkNoise(count, seed) : gaussianNoise(count, seed)
  const rms = Math.sqrt(shape.reduce((sum, value) => sum + value * value, 0) / Math.max(1, count))
  return rms > 0 ? shape.map((value) => value / rms) : shape
}

function gaussianNoise(count: number, seed: number): Float64Array {
  const random = seededRandom(seed)
  return Float64Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    return radius * Math.cos(2 * Math.PI * random())
  })
}

/** Three one-pole filters over white noise: -3 dB an octave within 0.5 dB over most of the band. */
function pinkNoise(count: number, seed: number): Float64Array {
  let low = 0
  let middle = 0
  let high = 0
  return gaussianNoise(count, seed).map((white) => {
    low = 0.99765 * low + white * 0.099046
    middle = 0.963 * middle + white * 0.2965164
    high = 0.57 * high + white * 1.0526913
    return low + middle + high + white * 0.1848
  })
}
