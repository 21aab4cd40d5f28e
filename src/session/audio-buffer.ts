// The input audio buffer: chunks as they were appended, addressed by bytes written since the session began.
// Appending is O(1) amortised; a commit copies the committed stretch once. Knows formats, nothing of turns.

import { bytesPerSample, wireRateHz } from '../../audio/formats.ts'
import type { WireAudioFormat } from '../../audio/types.ts'
import { type AppendLog, append, emptyLog, entriesFrom, logOf } from './append-log.ts'

/** Positions count bytes written since the session began, as if all had been in the present format. */
export interface AudioBuffer {
  readonly format: WireAudioFormat
  readonly chunks: AppendLog<Uint8Array>
  readonly startByte: number
  readonly endByte: number
  /** First half of a 16-bit sample whose second half has not come yet. */
  readonly carry: Uint8Array | undefined
}

/** An empty buffer, `writtenMs` of audio after the session's start. */
export function createAudioBuffer(format: WireAudioFormat, writtenMs = 0): AudioBuffer {
  const startByte = msToBytes(format, writtenMs)
  return { format, chunks: emptyLog(), startByte, endByte: startByte, carry: undefined }
}

/** The buffer with whole samples of `bytes` at its end, and these samples; an odd byte waits for the next append. */
export function appendAudio(buffer: AudioBuffer, bytes: Uint8Array): { buffer: AudioBuffer; added: Uint8Array } {
  const whole = buffer.carry ? concatenate([buffer.carry, bytes]) : bytes
  const oddBytes = whole.byteLength % bytesPerSample(buffer.format)
  const added = oddBytes ? whole.subarray(0, -oddBytes) : whole
  const carry = oddBytes ? whole.slice(-oddBytes) : undefined
  if (added.byteLength === 0) return { buffer: { ...buffer, carry }, added }
  return {
    buffer: { ...buffer, chunks: append(buffer.chunks, added), endByte: buffer.endByte + added.byteLength, carry },
    added,
  }
}

/** A copy of the bytes from `fromByte` to `toByte`, as far as the buffer holds them. */
export function readAudio(buffer: AudioBuffer, fromByte: number, toByte: number): Uint8Array {
  return concatenate(slices(buffer, Math.max(fromByte, buffer.startByte), Math.min(toByte, buffer.endByte)))
}

/** The buffer without what lies before `byte`. */
export function dropAudioBefore(buffer: AudioBuffer, byte: number): AudioBuffer {
  const startByte = Math.min(Math.max(byte, buffer.startByte), buffer.endByte)
  return { ...buffer, startByte, chunks: logOf(slices(buffer, startByte, buffer.endByte)) }
}

/** The empty buffer at the same position. */
export function clearAudio(buffer: AudioBuffer): AudioBuffer {
  return { ...buffer, startByte: buffer.endByte, chunks: emptyLog(), carry: undefined }
}

export function bufferedMs(buffer: AudioBuffer): number {
  return bytesToMs(buffer.format, buffer.endByte - buffer.startByte)
}

export function writtenMs(buffer: AudioBuffer): number {
  return bytesToMs(buffer.format, buffer.endByte)
}

export function bytesToMs(format: WireAudioFormat, bytes: number): number {
  return (bytes * 1000) / (bytesPerSample(format) * wireRateHz(format))
}

/** Bytes of whole samples nearest to `ms`. */
export function msToBytes(format: WireAudioFormat, ms: number): number {
  return Math.round((ms * wireRateHz(format)) / 1000) * bytesPerSample(format)
}

export function bytesToSamples(format: WireAudioFormat, bytes: number): number {
  return bytes / bytesPerSample(format)
}

export function samplesToBytes(format: WireAudioFormat, samples: number): number {
  return samples * bytesPerSample(format)
}

/** One array of all parts, in order. */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.byteLength
  const whole = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.byteLength
  }
  return whole
}

/** Views on the chunks between two positions. */
function slices(buffer: AudioBuffer, fromByte: number, toByte: number): Uint8Array[] {
  const found: Uint8Array[] = []
  let chunkStart = buffer.startByte
  for (const chunk of entriesFrom(buffer.chunks)) {
    const chunkEnd = chunkStart + chunk.byteLength
    if (chunkEnd > fromByte && chunkStart < toByte) {
      found.push(chunk.subarray(Math.max(0, fromByte - chunkStart), Math.min(chunk.byteLength, toByte - chunkStart)))
    }
    chunkStart = chunkEnd
  }
  return found
}
