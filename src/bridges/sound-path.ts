// Sound on its way through a bridge: bytes of one format into bytes of another, chunk by chunk. Where both are the same the bytes pass
// as they are; else one resampler per direction keeps its state, so that chunk borders are not heard.

import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '../../audio/g711.ts'
import { bytesFromSamples, samplesFromBytes } from '../../audio/pcm.ts'
import { createResampler } from '../../audio/resample.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { PhoneFormat } from '../telephony/platform.ts'

export interface SoundPath {
  /** True where bytes pass as they are. */
  readonly isDirect: boolean
  push(bytes: Uint8Array): Uint8Array
  /** What the resampler held back; the path is then as new. */
  flush(): Uint8Array
}

const nothing = new Uint8Array(0)

/** The model's format for a telephone's: G.711 as it is, all else 24,000 Hz, the only rate that `audio/pcm` has. */
export function modelFormatOf({ encoding }: PhoneFormat): WireAudioFormat {
  if (encoding === 'mulaw') return { type: 'audio/pcmu' }
  if (encoding === 'alaw') return { type: 'audio/pcma' }
  return { type: 'audio/pcm', rate: 24_000 }
}

/** The same, as a telephone would name it. */
export function formatOfModel(format: PhoneFormat): PhoneFormat {
  return format.encoding === 'pcm16' ? { encoding: 'pcm16', rateHz: 24_000 } : format
}

/** Bytes of 1 ms. */
export function bytesPerMs({ encoding, rateHz }: PhoneFormat): number {
  return (rateHz / 1000) * (encoding === 'pcm16' ? 2 : 1)
}

/** Bytes that are silence: a zero of G.711 is no zero. */
export function silentBytes(format: PhoneFormat, ms: number): Uint8Array {
  const zero = { mulaw: 0xff, alaw: 0xd5, pcm16: 0 }[format.encoding]
  return new Uint8Array(Math.round(bytesPerMs(format) * ms)).fill(zero)
}

/** Bytes as samples; a half sample at the end is left out. */
export function samplesOf(bytes: Uint8Array, { encoding }: PhoneFormat): Int16Array {
  if (encoding === 'mulaw') return decodeMulaw(bytes)
  if (encoding === 'alaw') return decodeAlaw(bytes)
  return samplesFromBytes(bytes.subarray(0, bytes.byteLength - (bytes.byteLength % 2)))
}

export function bytesOf(samples: Int16Array, { encoding }: PhoneFormat): Uint8Array {
  if (encoding === 'mulaw') return encodeMulaw(samples)
  if (encoding === 'alaw') return encodeAlaw(samples)
  return bytesFromSamples(samples)
}

/**
 * A path from one format to another.
 *
 * @example
 * const path = createSoundPath({ encoding: 'mulaw', rateHz: 8000 }, { encoding: 'pcm16', rateHz: 24_000 })
 * socket.send(encodeBase64(path.push(bytes)))
 */
export function createSoundPath(from: PhoneFormat, to: PhoneFormat): SoundPath {
  if (from.encoding === to.encoding && from.rateHz === to.rateHz)
    return { isDirect: true, push: (bytes) => bytes, flush: () => nothing }
  const resampler = createResampler(from.rateHz, to.rateHz)
  let half = nothing
  const whole = (bytes: Uint8Array): Uint8Array => {
    if (from.encoding !== 'pcm16' || (half.length === 0 && bytes.length % 2 === 0)) return bytes
    const joined = new Uint8Array(half.length + bytes.length)
    joined.set(half)
    joined.set(bytes, half.length)
    const even = joined.length - (joined.length % 2)
    half = joined.slice(even)
    return joined.subarray(0, even)
  }
  return {
    isDirect: false,
    push: (bytes) => bytesOf(resampler.push(samplesOf(whole(bytes), from)), to),
    flush() {
      half = nothing
      return bytesOf(resampler.flush(), to)
    },
  }
}
