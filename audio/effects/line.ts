// Effects of the line: its band, its codec, packets that are lost or late.

import { RealtimeKitError } from '../../src/errors.ts'
import { checkMs, checkOneOf, checkShare } from '../checks.ts'
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '../g711.ts'
import { clampToInt16, pcm, samplesIn } from '../pcm.ts'
import { resamplePcm } from '../resample.ts'
import type { SoundEffect } from './chain.ts'

/** The rate of G.711. */
const telephoneHz = 8000

/**
 * Over a telephone: 8,000 Hz through G.711, and back to the rate it had.
 *
 * @example withEffects(audio, [telephone('pcma')])
 */
export function telephone(law: 'pcmu' | 'pcma' = 'pcmu'): SoundEffect {
  checkOneOf('telephone()', 'law', law, ['pcmu', 'pcma'])
  return (audio) => {
    const narrow = resamplePcm(audio, telephoneHz)
    const coded = law === 'pcmu' ? decodeMulaw(encodeMulaw(narrow.samples)) : decodeAlaw(encodeAlaw(narrow.samples))
    const back = resamplePcm(pcm(coded, telephoneHz), audio.rateHz)
    const samples = new Int16Array(audio.samples.length)
    samples.set(back.samples.subarray(0, samples.length))
    return pcm(samples, audio.rateHz, audio)
  }
}

export interface BandOptions {
  /** 300 by default. */
  readonly lowHz?: number
  /** 3,400 by default. */
  readonly highHz?: number
}

/**
 * Only the band between two frequencies; beyond them 24 dB an octave softer.
 *
 * @throws RealtimeKitError RTK_AUDIO for frequencies that the sound's rate cannot have
 * @example withEffects(audio, [bandLimit({ lowHz: 300, highHz: 3400 })])
 */
export function bandLimit({ lowHz = 300, highHz = 3400 }: BandOptions = {}): SoundEffect {
  return (audio) => {
    const nyquistHz = audio.rateHz / 2
    if (!(lowHz > 0 && lowHz < highHz && highHz < nyquistHz)) {
      throw new RealtimeKitError(
        'RTK_AUDIO',
        `bandLimit() wants 0 < lowHz < highHz < ${nyquistHz} (half of the sound's ${audio.rateHz} Hz), got ${lowHz} and ${highHz}.`,
      )
    }
    let samples = Float64Array.from(audio.samples)
    for (const quality of butterworthQualities) {
      samples = biquad(samples, lowPass(highHz, audio.rateHz, quality))
      samples = biquad(samples, highPass(lowHz, audio.rateHz, quality))
    }
    return pcm(Int16Array.from(samples, clampToInt16), audio.rateHz, audio)
  }
}

/** Two second-order sections with these make a Butterworth filter of the fourth order. */
const butterworthQualities = [0.5411961, 1.306563]

interface Biquad {
  readonly b0: number
  readonly b1: number
  readonly b2: number
  readonly a1: number
  readonly a2: number
}

function lowPass(cutoffHz: number, rateHz: number, quality: number): Biquad {
  return section(cutoffHz, rateHz, quality, (cos) => [(1 - cos) / 2, 1 - cos])
}

function highPass(cutoffHz: number, rateHz: number, quality: number): Biquad {
  return section(cutoffHz, rateHz, quality, (cos) => [(1 + cos) / 2, -1 - cos])
}

/** By the bilinear transform; `shape` gives the outer and the middle coefficient of the numerator. */
function section(cutoffHz: number, rateHz: number, quality: number, shape: (cos: number) => readonly [number, number]): Biquad {
  const angle = (2 * Math.PI * cutoffHz) / rateHz
  const cos = Math.cos(angle)
  const alpha = Math.sin(angle) / (2 * quality)
  const [outer, middle] = shape(cos)
  const a0 = 1 + alpha
  return { b0: outer / a0, b1: middle / a0, b2: outer / a0, a1: (-2 * cos) / a0, a2: (1 - alpha) / a0 }
}

function biquad(input: Float64Array, { b0, b1, b2, a1, a2 }: Biquad): Float64Array<ArrayBuffer> {
  const output = new Float64Array(input.length)
  let x1 = 0
  let x2 = 0
  let y1 = 0
  let y2 = 0
  for (let index = 0; index < input.length; index++) {
    const x = input[index]!
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
    output[index] = y
    x2 = x1
    x1 = x
    y2 = y1
    y1 = y
  }
  return output
}

export interface DropoutOptions {
  /** Share of the packets that are lost, 0 to 1. */
  readonly rate: number
  /** Length of a packet; 20 by default. */
  readonly packetMs?: number
  /** What sounds instead: silence (default), or the packet before once more. */
  readonly instead?: 'silence' | 'repeat'
}

/**
 * Packets that never arrive.
 *
 * @example withEffects(audio, [dropouts({ rate: 0.05, instead: 'repeat' })])
 */
export function dropouts({ rate, packetMs = 20, instead = 'silence' }: DropoutOptions): SoundEffect {
  checkShare('dropouts()', 'rate', rate)
  checkMs('dropouts()', 'packetMs', packetMs, 1)
  checkOneOf('dropouts()', 'instead', instead, ['silence', 'repeat'])
  return (audio, random) => {
    const size = samplesIn(packetMs, audio.rateHz)
    const samples = audio.samples.slice()
    for (let at = 0; at < samples.length; at += size) {
      if (random() >= rate) continue
      if (instead === 'repeat' && at >= size) samples.copyWithin(at, at - size, Math.min(at, samples.length - size))
      else samples.fill(0, at, at + size)
    }
    return pcm(samples, audio.rateHz, audio)
  }
}

export interface JitterOptions {
  /** Share of the packets that are late, 0 to 1. */
  readonly rate: number
  /** How late at most; 60 by default. */
  readonly maxMs?: number
  /** Length of a packet; 20 by default. */
  readonly packetMs?: number
}

/**
 * Packets that come late to a player without a buffer: a gap, after which as much is skipped as the gap was long.
 *
 * @example withEffects(audio, [jitter({ rate: 0.1, maxMs: 40 })])
 */
export function jitter({ rate, maxMs = 60, packetMs = 20 }: JitterOptions): SoundEffect {
  checkShare('jitter()', 'rate', rate)
  checkMs('jitter()', 'maxMs', maxMs)
  checkMs('jitter()', 'packetMs', packetMs, 1)
  return (audio, random) => {
    const size = samplesIn(packetMs, audio.rateHz)
    const samples = audio.samples.slice()
    for (let at = 0; at < samples.length; ) {
      if (random() >= rate) {
        at += size
        continue
      }
      const gap = Math.min(samplesIn(random() * maxMs, audio.rateHz), samples.length - at)
      samples.fill(0, at, at + gap)
      at += Math.max(size, gap)
    }
    return pcm(samples, audio.rateHz, audio)
  }
}
