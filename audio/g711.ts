// G.711: mu-law and A-law, both ways, by tables that are made on first use. One byte a sample, 8,000 Hz.

const muBias = 132
const muClip = 32_635

let muDecodeTable: Int16Array | undefined
let aDecodeTable: Int16Array | undefined

/**
 * PCM16 samples at 8,000 Hz to mu-law bytes, one a sample.
 *
 * @example
 * const bytes = encodeMulaw(resamplePcm(audio, 8000).samples)
 */
export function encodeMulaw(samples: Int16Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.length)
  for (let index = 0; index < samples.length; index++) bytes[index] = mulawByte(samples[index]!)
  return bytes
}

/**
 * Mu-law bytes to PCM16 samples at 8,000 Hz, one a byte.
 *
 * @example
 * const audio = pcm(decodeMulaw(bytes), 8000)
 */
export function decodeMulaw(bytes: Uint8Array): Int16Array<ArrayBuffer> {
  muDecodeTable ??= Int16Array.from({ length: 256 }, (_, byte) => mulawSample(byte))
  return lookUp(bytes, muDecodeTable)
}

/**
 * PCM16 samples at 8,000 Hz to A-law bytes, one a sample.
 *
 * @example
 * const bytes = encodeAlaw(resamplePcm(audio, 8000).samples)
 */
export function encodeAlaw(samples: Int16Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.length)
  for (let index = 0; index < samples.length; index++) bytes[index] = alawByte(samples[index]!)
  return bytes
}

/**
 * A-law bytes to PCM16 samples at 8,000 Hz, one a byte.
 *
 * @example
 * const audio = pcm(decodeAlaw(bytes), 8000)
 */
export function decodeAlaw(bytes: Uint8Array): Int16Array<ArrayBuffer> {
  aDecodeTable ??= Int16Array.from({ length: 256 }, (_, byte) => alawSample(byte))
  return lookUp(bytes, aDecodeTable)
}

function lookUp(bytes: Uint8Array, table: Int16Array): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(bytes.length)
  for (let index = 0; index < bytes.length; index++) samples[index] = table[bytes[index]!]!
  return samples
}

/** Sign, three bits of segment, four of mantissa; all inverted on the line. */
function mulawByte(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(Math.abs(sample), muClip) + muBias
  const segment = 24 - Math.clz32(magnitude)
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff
}

function mulawSample(byte: number): number {
  const code = ~byte & 0xff
  const magnitude = ((((code & 0x0f) << 3) + muBias) << ((code & 0x70) >> 4)) - muBias
  return code & 0x80 ? -magnitude : magnitude
}

/** Negative samples are folded by `~`, so that -1 and 0 are neighbours and both halves have equal cells. */
function alawByte(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80
  const magnitude = sample < 0 ? ~sample : sample
  const segment = Math.max(0, 24 - Math.clz32(magnitude))
  const mantissa = (magnitude >> (segment === 0 ? 4 : segment + 3)) & 0x0f
  return (sign | (segment << 4) | mantissa) ^ 0x55
}

function alawSample(byte: number): number {
  const code = byte ^ 0x55
  const segment = (code & 0x70) >> 4
  const step = (code & 0x0f) << 4
  const magnitude = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1)
  return code & 0x80 ? magnitude : -magnitude
}
