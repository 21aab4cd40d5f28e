// Sound of the wire <-> WAV files, byte for byte: what is read back is exactly what was sent. Encodings are those of the wire:
// PCM16 and G.711. For sound that is to be heard or measured, see audio/wav.ts.

import { wireRateHz } from '../../audio/formats.ts'
import type { WireAudioFormat } from '../../audio/types.ts'

const encodings = { 'audio/pcm': 1, 'audio/pcma': 6, 'audio/pcmu': 7 } as const

/** A WAV file around these bytes. G.711 has the longer header that its encoding asks for. */
export function wavFile(body: Uint8Array, format: WireAudioFormat): Uint8Array {
  const isPcm = format.type === 'audio/pcm'
  const bytesPerSample = isPcm ? 2 : 1
  const rateHz = wireRateHz(format)
  const head = isPcm ? 44 : 58
  const padding = body.byteLength % 2
  const file = new Uint8Array(head + body.byteLength + padding)
  const view = new DataView(file.buffer)
  put(file, 0, 'RIFF')
  view.setUint32(4, file.byteLength - 8, true)
  put(file, 8, 'WAVEfmt ')
  view.setUint32(16, isPcm ? 16 : 18, true)
  view.setUint16(20, encodings[format.type], true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rateHz, true)
  view.setUint32(28, rateHz * bytesPerSample, true)
  view.setUint16(32, bytesPerSample, true)
  view.setUint16(34, bytesPerSample * 8, true)
  if (!isPcm) {
    put(file, 38, 'fact')
    view.setUint32(42, 4, true)
    view.setUint32(46, body.byteLength, true)
  }
  put(file, head - 8, 'data')
  view.setUint32(head - 4, body.byteLength, true)
  file.set(body, head)
  return file
}

/** Where the sound of a WAV file lies in it. */
export interface WavBody {
  readonly start: number
  readonly bytes: number
}

/** Reads so many bytes at a place; fewer at the end. */
export type ReadAt = (offset: number, bytes: number) => Uint8Array

/** Finds the sound without reading it. A word says what is wrong with the file. */
export function findWavBody(read: ReadAt, fileBytes: number): WavBody | string {
  const head = viewOf(read(0, 12))
  if (head.byteLength < 12 || text(head, 0) !== 'RIFF' || text(head, 8) !== 'WAVE') return 'is no WAV file'
  // Tools put chunks of their own in front: each tells its length.
  for (let at = 12; at + 8 <= fileBytes; ) {
    const chunk = viewOf(read(at, 8))
    if (chunk.byteLength < 8) break
    const size = chunk.getUint32(4, true)
    if (text(chunk, 0) === 'data') return { start: at + 8, bytes: Math.min(size, fileBytes - at - 8) }
    at += 8 + size + (size % 2)
  }
  return "has no 'data' chunk"
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function text(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)))
}

function put(file: Uint8Array, at: number, characters: string): void {
  for (let index = 0; index < characters.length; index++) file[at + index] = characters.charCodeAt(index)
}
