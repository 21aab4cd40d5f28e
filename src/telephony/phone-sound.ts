// Bytes of a phone socket: measured, joined, and turned into samples and back.

import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '../../audio/g711.ts'
import { bytesFromSamples, samplesFromBytes } from '../../audio/pcm.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import type { PhoneFormat } from './platform.ts'

export const frameMs = 20

export function decodePhone(bytes: Uint8Array, { encoding }: PhoneFormat): Int16Array {
  if (encoding === 'mulaw') return decodeMulaw(bytes)
  if (encoding === 'alaw') return decodeAlaw(bytes)
  // Half a sample at the end is left out; samples are a view, which must lie on an even byte.
  const whole = bytes.byteLength % 2 === 0 ? bytes : bytes.subarray(0, -1)
  return samplesFromBytes(whole.byteOffset % 2 === 0 ? whole : whole.slice())
}

export function encodePhone(samples: Int16Array, { encoding }: PhoneFormat): Uint8Array {
  if (encoding === 'mulaw') return encodeMulaw(samples)
  if (encoding === 'alaw') return encodeAlaw(samples)
  return bytesFromSamples(samples)
}

/** One piece of all parts, in order; a single part as it is. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts
  if (only && parts.length === 1) return only
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

export function bytesOf(ms: number, { encoding, rateHz }: PhoneFormat): number {
  return Math.round((ms * rateHz) / 1000) * (encoding === 'pcm16' ? 2 : 1)
}

/** The same format in the words of a Realtime session. */
export function wireFormat({ encoding, rateHz }: PhoneFormat): WireAudioFormat {
  if (encoding === 'mulaw') return { type: 'audio/pcmu' }
  if (encoding === 'alaw') return { type: 'audio/pcma' }
  return { type: 'audio/pcm', rate: rateHz }
}
