// WAV files by hand, for headers that no sane writer makes.

export interface WavParts {
  readonly encoding?: number
  readonly channels?: number
  readonly rateHz?: number
  readonly bits: number
  readonly data: Uint8Array
  /** What the header says instead of the true size. */
  readonly dataSize?: number
  /** Chunks between `fmt ` and `data`. */
  readonly before?: readonly (readonly [name: string, body: Uint8Array])[]
  readonly after?: readonly (readonly [name: string, body: Uint8Array])[]
  /** Written as WAVE_FORMAT_EXTENSIBLE with the encoding in its GUID. */
  readonly isExtensible?: boolean
}

export function wavBytes(parts: WavParts): Uint8Array {
  const { encoding = 1, channels = 1, rateHz = 8000, bits, data } = parts
  const format = new Uint8Array(parts.isExtensible ? 40 : 16)
  const view = new DataView(format.buffer)
  view.setUint16(0, parts.isExtensible ? 0xfffe : encoding, true)
  view.setUint16(2, channels, true)
  view.setUint32(4, rateHz, true)
  view.setUint32(8, (rateHz * channels * bits) / 8, true)
  view.setUint16(12, (channels * bits) / 8, true)
  view.setUint16(14, bits, true)
  if (parts.isExtensible) {
    view.setUint16(16, 22, true)
    view.setUint16(18, bits, true)
    view.setUint16(24, encoding, true)
  }
  const body = [
    ...chunk('fmt ', format),
    ...(parts.before ?? []).flatMap(([name, bytes]) => chunk(name, bytes)),
    ...chunk('data', data, parts.dataSize),
    ...(parts.after ?? []).flatMap(([name, bytes]) => chunk(name, bytes)),
  ]
  return Uint8Array.from([...ascii('RIFF'), ...littleEndian(body.length + 4), ...ascii('WAVE'), ...body])
}

function chunk(name: string, body: Uint8Array, size = body.length): number[] {
  return [...ascii(name), ...littleEndian(size), ...body, ...(body.length % 2 === 1 ? [0] : [])]
}

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0))
}

function littleEndian(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff]
}
