// WAV bytes <-> sound. Reads PCM 8 to 32 bits, floats and G.711, any number of channels, and forgives wrong sizes:
// many tools stream WAV with a size of 0 or 0xFFFFFFFF. Other encodings go to wavefile, loaded when first met.

import { RealtimeKitError } from '../src/errors.ts'
import { isInt16Array } from './array-kinds.ts'
import { kindName } from './checks.ts'
import { readOddWav } from './engines/odd-wav.ts'
import { decodeAlaw, decodeMulaw } from './g711.ts'
import { bytesFromSamples, clampToInt16, pcm } from './pcm.ts'
import type { Pcm } from './types.ts'

const encodings = { pcm: 1, float: 3, alaw: 6, mulaw: 7, extensible: 0xfffe } as const

/** Read by `wavefile`: odd bit depths, and IMA ADPCM. It takes half floats for whole numbers. */
const oddEncodings: ReadonlySet<number> = new Set([encodings.pcm, 0x11])

interface WavFormat {
  readonly encoding: number
  readonly channels: number
  readonly rateHz: number
  readonly bits: number
}

export interface WavOptions {
  /** Refuses what is forgiven otherwise: sizes that do not agree with the bytes, and half samples at the end. Default false. */
  readonly strict?: boolean
  /** The rate that it must have, in Hz; any by default. */
  readonly rateHz?: number
}

/** Nobody records outside of these. */
const rates = { lowestHz: 1000, highestHz: 768_000 }

/**
 * Reads a WAV file of any common encoding into mono 16-bit sound at the file's own rate; channels are averaged.
 *
 * @throws RealtimeKitError RTK_AUDIO, naming the field, when the bytes are no WAV file, its header is damaged, its encoding is not
 *   supported, a float sample is no number, or it is not what the options ask for
 * @example
 * const question = readWav(await readFile('question.wav'), { strict: true, rateHz: 24_000 })
 */
export function readWav(bytes: Uint8Array, options: WavOptions = {}): Pcm {
  const { view, format, data, declared } = chunksOf(bytes)
  if (options.strict) checkSizes(view, format, { declared: declared ?? data.byteLength, found: data.byteLength })
  if (options.rateHz !== undefined && options.rateHz !== format.rateHz) throw wrongRate(options.rateHz, format.rateHz)
  const decode = decoderOf(format)
  const interleaved = decode ? decode(data) : readOddly(bytes, format)
  return pcm(downmix(interleaved, format.channels), format.rateHz)
}

/** What a WAV file holds, as it is there: `readWav` makes mono 16-bit sound of it. */
export interface WavInfo {
  readonly rateHz: number
  readonly channels: number
  /** Of a sample; 4 of ADPCM. */
  readonly bits: number
  readonly durationMs: number
}

/**
 * Rate, channels and length of a WAV file.
 *
 * @throws RealtimeKitError RTK_AUDIO as `readWav`
 * @example
 * readWavInfo(await readFile('call.wav')) // { rateHz: 44100, channels: 2, bits: 16, durationMs: 1200 }
 */
export function readWavInfo(bytes: Uint8Array): WavInfo {
  const { rateHz, channels, bits } = chunksOf(bytes).format
  return { rateHz, channels, bits, durationMs: readWav(bytes).durationMs }
}

function chunksOf(bytes: Uint8Array): { view: DataView; format: WavFormat; data: Uint8Array; declared?: number } {
  if (!ArrayBuffer.isView(bytes)) throw noBytes(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (fourCharacters(view, 0) !== 'RIFF' || fourCharacters(view, 8) !== 'WAVE') throw notWav(bytes)
  const { format, data, declared } = findChunks(view, bytes)
  if (format && data) return { view, format, data, ...(declared === undefined ? {} : { declared }) }
  const missing = format ? 'data' : 'fmt '
  throw new RealtimeKitError('RTK_AUDIO', `The WAV file has no '${missing}' chunk (${bytes.byteLength} bytes).`)
}

/**
 * The bytes of a WAV file: mono PCM16 behind a plain 44-byte header.
 *
 * @throws RealtimeKitError RTK_AUDIO for what is no sound, or of a rate that a file cannot have
 * @example
 * await writeFile('tone.wav', writeWav(pcm(samples, 24_000)))
 */
export function writeWav(audio: Pcm): Uint8Array<ArrayBuffer> {
  checkWritable(audio)
  const body = bytesFromSamples(audio.samples)
  const bytes = new Uint8Array(44 + body.byteLength)
  const view = new DataView(bytes.buffer)
  putCharacters(bytes, 0, 'RIFF')
  view.setUint32(4, 36 + body.byteLength, true)
  putCharacters(bytes, 8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, encodings.pcm, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, audio.rateHz, true)
  view.setUint32(28, audio.rateHz * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  putCharacters(bytes, 36, 'data')
  view.setUint32(40, body.byteLength, true)
  bytes.set(body, 44)
  return bytes
}

function checkWritable(audio: Pcm): void {
  if (!isInt16Array(audio?.samples))
    throw new RealtimeKitError('RTK_AUDIO', `A WAV file is made of a sound, such as speech() gives; got ${kindName(audio)}`)
  if (Number.isInteger(audio.rateHz) && audio.rateHz > 0 && audio.rateHz < 2 ** 31) return
  throw new RealtimeKitError('RTK_AUDIO', `A WAV file has a rate in whole Hz above 0; the sound has ${audio.rateHz} Hz.`)
}

/** Walks the chunks; a size that runs over the end, such as the 0xFFFFFFFF of streaming writers, means "to the end". */
function findChunks(view: DataView, bytes: Uint8Array): { format?: WavFormat; data?: Uint8Array; declared?: number } {
  let format: WavFormat | undefined
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = fourCharacters(view, at)
    const size = view.getUint32(at + 4, true)
    const start = at + 8
    if (name === 'fmt ' && start + 16 <= view.byteLength) format = readFormat(view, start, size)
    if (name === 'data') {
      const isPlaceholder = size === 0 && !hasChunkAt(view, start)
      const data = bytes.subarray(start, isPlaceholder ? undefined : start + size)
      return format ? { format, data, declared: size } : { data }
    }
    at = start + size + (size % 2)
  }
  return format ? { format } : {}
}

/** A data size of 0 is a placeholder when sound follows it, and true when another chunk does. */
function hasChunkAt(view: DataView, at: number): boolean {
  return (
    at + 8 <= view.byteLength &&
    /^[a-zA-Z0-9 ]{4}$/.test(fourCharacters(view, at)) &&
    at + 8 + view.getUint32(at + 4, true) <= view.byteLength + 1
  )
}

function readFormat(view: DataView, at: number, size: number): WavFormat {
  const tag = view.getUint16(at, true)
  const isExtensible = tag === encodings.extensible && size >= 26 && at + 26 <= view.byteLength
  const format = {
    encoding: isExtensible ? view.getUint16(at + 24, true) : tag,
    channels: view.getUint16(at + 2, true),
    rateHz: view.getUint32(at + 4, true),
    bits: view.getUint16(at + 14, true),
  }
  if (format.channels === 0 || format.channels > mostChannels)
    throw damaged('channel count', `1 to ${mostChannels}`, String(format.channels))
  if (format.rateHz < rates.lowestHz || format.rateHz > rates.highestHz)
    throw damaged('sample rate', `${rates.lowestHz} to ${rates.highestHz} Hz`, `${format.rateHz} Hz`)
  return format
}

const mostChannels = 256

function checkSizes(view: DataView, { bits, channels }: WavFormat, data: { declared: number; found: number }): void {
  const riffSize = view.getUint32(4, true)
  if (riffSize !== view.byteLength - 8) throw damaged('RIFF size', `${view.byteLength - 8} bytes, as follow it`, `${riffSize}`)
  if (data.declared !== data.found)
    throw damaged('size of the data chunk', `${data.found} bytes, as follow it`, `${data.declared}`)
  const frame = (bits * channels) / 8
  if (data.found % frame !== 0) throw damaged('data chunk', `whole frames of ${frame} bytes`, `${data.found} bytes`)
}

function damaged(field: string, expected: string, found: string): RealtimeKitError {
  return new RealtimeKitError('RTK_AUDIO', `The WAV header is damaged: its ${field} must be ${expected}; it is ${found}.`)
}

function wrongRate(expectedHz: number, foundHz: number): RealtimeKitError {
  return new RealtimeKitError(
    'RTK_AUDIO',
    `The WAV file must have ${expectedHz} samples a second; it has ${foundHz}. resamplePcm(audio, ${expectedHz}) brings it over.`,
  )
}

function noBytes(value: unknown): RealtimeKitError {
  const kind = kindName(value)
  const mends: Readonly<Record<string, string>> = {
    'a text': '; a file is read by readWavFile(path)',
    'an ArrayBuffer': ': new Uint8Array(buffer) makes one of it',
  }
  const got = `${kind}${mends[kind] ?? ''}`
  return new RealtimeKitError('RTK_AUDIO', `readWav() takes the bytes of a WAV file, a Uint8Array; got ${got}.`)
}

type Decoder = (data: Uint8Array) => Int16Array

function decoderOf({ encoding, bits }: WavFormat): Decoder | undefined {
  if (encoding === encodings.mulaw && bits === 8) return decodeMulaw
  if (encoding === encodings.alaw && bits === 8) return decodeAlaw
  if (encoding === encodings.float && bits === 32) return each(4, (view, at) => finite(view.getFloat32(at, true), at) * 32_768)
  if (encoding === encodings.float && bits === 64) return each(8, (view, at) => finite(view.getFloat64(at, true), at) * 32_768)
  if (encoding !== encodings.pcm) return undefined
  if (bits === 8) return each(1, (view, at) => (view.getUint8(at) - 128) << 8)
  if (bits === 16) return each(2, (view, at) => view.getInt16(at, true))
  if (bits === 24) return each(3, (view, at) => (view.getInt16(at + 1, true) * 256 + view.getUint8(at)) / 256)
  if (bits === 32) return each(4, (view, at) => view.getInt32(at, true) / 65_536)
  return undefined
}

function finite(sample: number, at: number): number {
  if (Number.isFinite(sample)) return sample
  throw new RealtimeKitError(
    'RTK_AUDIO',
    `A float sample of the WAV file must be a number; it is ${sample} (byte ${at} of the data).`,
  )
}

function each(size: number, read: (view: DataView, at: number) => number): Decoder {
  return (data) => {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    const samples = new Int16Array(Math.floor(data.byteLength / size))
    for (let index = 0; index < samples.length; index++) samples[index] = clampToInt16(read(view, index * size))
    return samples
  }
}

function downmix(interleaved: Int16Array, channels: number): Int16Array {
  if (channels === 1) return interleaved
  const mono = new Int16Array(Math.floor(interleaved.length / channels))
  for (let index = 0; index < mono.length; index++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += interleaved[index * channels + channel]!
    mono[index] = Math.round(sum / channels)
  }
  return mono
}

/** wavefile takes an encoding that it does not know for plain samples. */
function readOddly(bytes: Uint8Array, format: WavFormat): Int16Array {
  if (oddEncodings.has(format.encoding)) return readOddWav(bytes, describe(format))
  const advice = 'PCM, float, G.711 and IMA ADPCM are; convert others to one of those.'
  throw new RealtimeKitError('RTK_AUDIO', `This WAV encoding is not supported (${describe(format)}). ${advice}`)
}

function describe({ encoding, bits }: WavFormat): string {
  return `format tag 0x${encoding.toString(16).padStart(4, '0')}, ${bits} bits`
}

function fourCharacters(view: DataView, at: number): string {
  if (at + 4 > view.byteLength) return ''
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3))
}

function putCharacters(bytes: Uint8Array, at: number, text: string): void {
  bytes.set(
    Array.from(text, (character) => character.charCodeAt(0)),
    at,
  )
}

function notWav(bytes: Uint8Array): RealtimeKitError {
  const start = Array.from(bytes.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join(' ')
  const advice = 'Raw samples go through pcm(bytes, rateHz); convert MP3 or Ogg to WAV first.'
  return new RealtimeKitError(
    'RTK_AUDIO',
    `These ${bytes.byteLength} bytes are no WAV file: they begin with ${start || 'nothing'}. ${advice}`,
  )
}
