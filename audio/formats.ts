// Bytes of the wire <-> samples, for the three formats that a session may configure.

import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from './g711.ts'
import { bytesFromSamples, samplesFromBytes } from './pcm.ts'
import type { WireAudioFormat } from './types.ts'

/**
 * Samples per second of a wire format: 8,000 for G.711, the format's own `rate` for PCM.
 *
 * @example
 * wireRateHz({ type: 'audio/pcmu' }) // 8000
 */
export function wireRateHz(format: WireAudioFormat): number {
  return format.type === 'audio/pcm' ? format.rate : 8000
}

/** Bytes of one sample on the wire. */
export function bytesPerSample(format: WireAudioFormat): 1 | 2 {
  return format.type === 'audio/pcm' ? 2 : 1
}

/**
 * Bytes of one millisecond on the wire: 48 for PCM at 24,000 Hz, 8 for G.711.
 *
 * @example
 * const sentMs = bytes.length / bytesPerMs({ type: 'audio/pcm', rate: 24_000 })
 */
export function bytesPerMs(format: WireAudioFormat): number {
  return (wireRateHz(format) * bytesPerSample(format)) / 1000
}

/**
 * Wire bytes to samples at the format's rate. Half a PCM sample at the end is left out. PCM may be a view, not a copy.
 *
 * @example
 * const heard = pcm(decodeWireAudio(bytes, { type: 'audio/pcmu' }), 8000)
 */
export function decodeWireAudio(bytes: Uint8Array, format: WireAudioFormat): Int16Array {
  if (format.type === 'audio/pcmu') return decodeMulaw(bytes)
  if (format.type === 'audio/pcma') return decodeAlaw(bytes)
  return samplesFromBytes(bytes.byteLength % 2 === 0 ? bytes : bytes.subarray(0, -1))
}

/**
 * Samples at the format's rate to wire bytes. PCM may be a view, not a copy.
 *
 * @example
 * const bytes = encodeWireAudio(resamplePcm(audio, 8000).samples, { type: 'audio/pcma' })
 */
export function encodeWireAudio(samples: Int16Array, format: WireAudioFormat): Uint8Array {
  if (format.type === 'audio/pcmu') return encodeMulaw(samples)
  if (format.type === 'audio/pcma') return encodeAlaw(samples)
  return bytesFromSamples(samples)
}
