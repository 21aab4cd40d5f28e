// Sample-rate conversion: a polyphase Kaiser filter, exact at chunk borders, without delay in its output.
// Figures (test/audio/resample.test.ts): SNR >= 95 dB, alias <= -90 dB, flat within 0.1 dB to 0.8 of the lower Nyquist.

import { RealtimeKitError } from '../src/errors.ts'
import { clampToInt16, pcm } from './pcm.ts'
import type { Pcm } from './types.ts'

/** Converts a stream chunk by chunk; the chunks' sizes do not change the result. */
export interface Resampler {
  /** The output that `samples` complete; a few milliseconds are held back until the next push or `flush`. */
  push(samples: Int16Array): Int16Array
  /** The held back rest; the resampler is then as new. */
  flush(): Int16Array
}

/** The same for samples that are floats, whose scale is kept. */
export interface FloatResampler {
  push(samples: Float32Array | Int16Array): Float32Array
  flush(): Float32Array
}

/** Filter length in periods of the lower rate, to each side. Delay held back: 4 ms at 8,000 Hz. */
const zeroCrossings = 32
/** Where only loudness counts: a quarter of the work. */
const fewCrossings = 8
/** Middle of the transition band, in parts of the lower Nyquist frequency. */
const cutoff = 0.95
/** Kaiser window for 100 dB of attenuation. */
const kaiserBeta = 10.06

/**
 * A streaming resampler for 16-bit sound.
 *
 * @throws RealtimeKitError RTK_AUDIO for rates that are not positive whole numbers
 * @example
 * const resampler = createResampler(24_000, 16_000)
 * const out = [resampler.push(first), resampler.push(second), resampler.flush()]
 */
export function createResampler(fromHz: number, toHz: number): Resampler {
  const floats = createFloatResampler(fromHz, toHz)
  if (fromHz === toHz) return { push: (samples) => samples, flush: () => new Int16Array(0) }
  return rounded(floats)
}

/**
 * A streaming resampler for float samples, whose scale is kept; see `createResampler`.
 *
 * @throws RealtimeKitError RTK_AUDIO for rates that are not positive whole numbers
 * @example
 * const out = createFloatResampler(48_000, 16_000).push(Float32Array.of(0.5, 0.25))
 */
export function createFloatResampler(fromHz: number, toHz: number): FloatResampler {
  assertRate(fromHz)
  assertRate(toHz)
  if (fromHz === toHz) return { push: (samples) => Float32Array.from(samples), flush: () => new Float32Array(0) }
  return new PolyphaseResampler(filterBank(fromHz, toHz, zeroCrossings))
}

/**
 * The sound at another rate; what is known of its words stays. The length is rounded up to a whole sample.
 *
 * @throws RealtimeKitError RTK_AUDIO for rates that are not positive whole numbers
 * @example
 * resamplePcm(silence(1000), 8000).samples.length // 8000
 */
export function resamplePcm(audio: Pcm, toHz: number): Pcm {
  return audio.rateHz === toHz ? audio : resampleBy(createResampler(audio.rateHz, toHz), audio, toHz)
}

/**
 * As `resamplePcm`, for outlines: the highest quarter of the band is not clean.
 *
 * @throws RealtimeKitError RTK_AUDIO for rates that are not positive whole numbers
 * @example
 * resampleRoughly(silence(1000), 8000).samples.length // 8000
 */
export function resampleRoughly(audio: Pcm, toHz: number): Pcm {
  if (audio.rateHz === toHz) return audio
  assertRate(toHz)
  return resampleBy(rounded(new PolyphaseResampler(filterBank(audio.rateHz, toHz, fewCrossings))), audio, toHz)
}

function resampleBy(resampler: Resampler, audio: Pcm, toHz: number): Pcm {
  const body = resampler.push(audio.samples)
  const rest = resampler.flush()
  const samples = new Int16Array(body.length + rest.length)
  samples.set(body)
  samples.set(rest, body.length)
  return pcm(samples, toHz, audio)
}

function rounded(floats: FloatResampler): Resampler {
  return { push: (samples) => roundToInt16(floats.push(samples)), flush: () => roundToInt16(floats.flush()) }
}

/**
 * Output sample n lies at input position n * step / phases. Each of the `phases` possible fractions has its own
 * row of filter taps; position and row are whole numbers, so nothing drifts however long the stream is.
 */
class PolyphaseResampler implements FloatResampler {
  readonly #bank: FilterBank
  #held: Float32Array
  #inputCount = 0
  #outputCount = 0
  /** Left edge of the next output's filter, counted in `#held`. */
  #edge = 0
  #phase = 0

  constructor(bank: FilterBank) {
    this.#bank = bank
    this.#held = new Float32Array(this.#bank.half - 1)
  }

  push(samples: Float32Array | Int16Array): Float32Array {
    this.#inputCount += samples.length
    return this.#convert(samples, Number.POSITIVE_INFINITY)
  }

  flush(): Float32Array {
    const { step, phases, half } = this.#bank
    const total = Math.ceil((this.#inputCount * phases) / step)
    const rest = this.#convert(new Float32Array(half + 1), total - this.#outputCount)
    this.#held = new Float32Array(half - 1)
    this.#inputCount = this.#outputCount = this.#edge = this.#phase = 0
    return rest
  }

  #convert(samples: Float32Array | Int16Array, limit: number): Float32Array {
    const { taps, rows, phases, step } = this.#bank
    const input = new Float32Array(this.#held.length + samples.length)
    input.set(this.#held)
    input.set(samples, this.#held.length)

    const output = new Float32Array(Math.max(0, Math.ceil(((input.length + 1) * phases) / step)))
    let written = 0
    while (this.#edge + taps <= input.length && written < limit) {
      output[written++] = dot(input, this.#edge, rows, this.#phase * taps, taps)
      this.#phase += step
      this.#edge += Math.floor(this.#phase / phases)
      this.#phase %= phases
    }

    const used = Math.min(this.#edge, input.length)
    this.#held = input.slice(used)
    this.#edge -= used
    this.#outputCount += written
    return output.slice(0, written)
  }
}

interface FilterBank {
  /** Rows of taps, one for each fraction of an input sample. */
  readonly rows: Float32Array
  readonly taps: number
  /** Taps on each side of the position. */
  readonly half: number
  readonly phases: number
  readonly step: number
}

const banks = new Map<string, FilterBank>()

/** Filters depend on the ratio alone, so they are made once; a kit meets a handful of ratios. */
function filterBank(fromHz: number, toHz: number, crossings: number): FilterBank {
  const divisor = greatestCommonDivisor(fromHz, toHz)
  const phases = toHz / divisor
  const step = fromHz / divisor
  const key = `${step}/${phases}/${crossings}`
  const known = banks.get(key)
  if (known) return known
  if (banks.size >= 32) banks.clear()
  const bank = buildFilterBank(phases, step, crossings)
  banks.set(key, bank)
  return bank
}

function buildFilterBank(phases: number, step: number, crossings: number): FilterBank {
  // One period of the lower rate, in input samples.
  const period = Math.max(1, step / phases)
  const half = Math.ceil(crossings * period)
  const taps = 2 * half
  const rows = new Float32Array(phases * taps)
  for (let phase = 0; phase < phases; phase++) {
    const row = rows.subarray(phase * taps, (phase + 1) * taps)
    // Tap k lies at input sample (k - half + 1), the output at (phase / phases).
    for (let tap = 0; tap < taps; tap++) row[tap] = kaiserSinc((tap - half + 1 - phase / phases) / period, crossings)
    const sum = row.reduce((total, value) => total + value, 0)
    for (let tap = 0; tap < taps; tap++) row[tap] = row[tap]! / sum
  }
  return { rows, taps, half, phases, step }
}

function kaiserSinc(periods: number, crossings: number): number {
  const place = periods / crossings
  if (Math.abs(place) >= 1) return 0
  const angle = Math.PI * periods * cutoff
  const sinc = angle === 0 ? 1 : Math.sin(angle) / angle
  return sinc * besselI0(kaiserBeta * Math.sqrt(1 - place * place))
}

/** Modified Bessel function of order zero, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4
  let sum = 1
  let term = 1
  for (let index = 1; term > sum * 1e-16; index++) {
    term *= quarter / (index * index)
    sum += term
  }
  return sum
}

/** Four sums at a time: the order of additions is fixed, so chunks cannot change it. */
function dot(input: Float32Array, at: number, rows: Float32Array, row: number, taps: number): number {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  let tap = 0
  for (; tap + 3 < taps; tap += 4) {
    first += input[at + tap]! * rows[row + tap]!
    second += input[at + tap + 1]! * rows[row + tap + 1]!
    third += input[at + tap + 2]! * rows[row + tap + 2]!
    fourth += input[at + tap + 3]! * rows[row + tap + 3]!
  }
  for (; tap < taps; tap++) first += input[at + tap]! * rows[row + tap]!
  return first + second + third + fourth
}

function roundToInt16(floats: Float32Array): Int16Array {
  const samples = new Int16Array(floats.length)
  for (let index = 0; index < floats.length; index++) samples[index] = clampToInt16(floats[index]!)
  return samples
}

function greatestCommonDivisor(left: number, right: number): number {
  return right === 0 ? left : greatestCommonDivisor(right, left % right)
}

function assertRate(rateHz: number): void {
  if (Number.isInteger(rateHz) && rateHz > 0) return
  throw new RealtimeKitError('RTK_AUDIO', `A resampler wants rates in whole Hz above 0, got ${String(rateHz)}.`)
}
