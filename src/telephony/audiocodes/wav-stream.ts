// The RIFF header at the front of a stream that has no end yet: put before the caller's sound, and taken from the bot's.

import { joinBytes } from '../phone-sound.ts'
import type { PhoneFormat } from '../platform.ts'

const headerBytes = 44
/** What tools write where the length is not known yet. */
const unknownLength = 0xffff_ffff
const codes = { pcm16: 1, alaw: 6, mulaw: 7 } as const

/** A header for sound without a known length. */
export function wavHeader({ encoding, rateHz }: PhoneFormat): Uint8Array {
  const header = new DataView(new ArrayBuffer(headerBytes))
  const sampleBytes = encoding === 'pcm16' ? 2 : 1
  writeText(header, 0, 'RIFF')
  header.setUint32(4, unknownLength, true)
  writeText(header, 8, 'WAVEfmt ')
  header.setUint32(16, 16, true)
  header.setUint16(20, codes[encoding], true)
  header.setUint16(22, 1, true)
  header.setUint32(24, rateHz, true)
  header.setUint32(28, rateHz * sampleBytes, true)
  header.setUint16(32, sampleBytes, true)
  header.setUint16(34, sampleBytes * 8, true)
  writeText(header, 36, 'data')
  header.setUint32(40, unknownLength, true)
  return new Uint8Array(header.buffer)
}

/** What a header turned out to be: absent, for other sound than was agreed, or fine. `sound` is what follows it so far. */
export type StrippedWav =
  | { readonly kind: 'more' }
  | { readonly kind: 'sound'; readonly sound: Uint8Array; readonly wrong?: 'missing' | 'format' | 'broken' }

/** Takes the header off one stream, however its bytes are cut into chunks. */
export class WavStripper {
  #head: Uint8Array | undefined = new Uint8Array()
  readonly #format: PhoneFormat

  constructor(format: PhoneFormat) {
    this.#format = format
  }

  push(bytes: Uint8Array): StrippedWav {
    if (!this.#head) return { kind: 'sound', sound: bytes }
    const head = joinBytes([this.#head, bytes])
    const read = readHeader(head, this.#format)
    this.#head = read.kind === 'more' ? head : undefined
    return read
  }
}

function readHeader(bytes: Uint8Array, format: PhoneFormat): StrippedWav {
  if (!'RIFF'.startsWith(textAt(bytes, 0, 4))) return { kind: 'sound', sound: bytes, wrong: 'missing' }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let fits = false
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = textAt(bytes, at, 4)
    const size = view.getUint32(at + 4, true)
    const body = at + 8
    if (name === 'data') return { kind: 'sound', sound: bytes.subarray(body), ...(!fits && { wrong: 'format' as const }) }
    if (name === 'fmt ' && body + 16 <= bytes.length) fits = isFormat(view, body, format)
    at = body + size + (size % 2)
  }
  // Headers of real tools fit into a fraction of this.
  return bytes.length > 4096 ? { kind: 'sound', sound: new Uint8Array(), wrong: 'broken' } : { kind: 'more' }
}

function isFormat(view: DataView, at: number, { encoding, rateHz }: PhoneFormat): boolean {
  const isMono = view.getUint16(at + 2, true) === 1
  return view.getUint16(at, true) === codes[encoding] && isMono && view.getUint32(at + 4, true) === rateHz
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

function writeText(view: DataView, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) view.setUint8(at + index, text.charCodeAt(index))
}
