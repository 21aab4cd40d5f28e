// Mono 16-bit sound as a value: made here, cut, joined and mixed here. Formats, files and levels live next door.

import { RealtimeKitError } from '../src/errors.ts'
import { isArrayBuffer, isInt16Array } from './array-kinds.ts'
import { encodeBase64 } from './base64.ts'
import { kindName } from './checks.ts'
import type { Pcm, WordTime } from './types.ts'
import { shiftWord } from './word-times.ts'

/** What is known about a sound, besides its samples. */
export interface KnownSpeech {
  readonly text?: string | undefined
  readonly words?: readonly WordTime[] | undefined
  readonly speechSpan?: { readonly startMs: number; readonly endMs: number } | undefined
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/**
 * Makes a sound of samples (kept, not copied) or of little-endian PCM16 bytes (kept where they are aligned).
 *
 * @param rateHz samples per second, 24,000 by default
 * @throws RealtimeKitError RTK_AUDIO for a rate that is not positive, an odd number of bytes, or data of another kind (floats, lists)
 * @example
 * const tone = pcm(Int16Array.from({ length: 2400 }, (_, i) => 8000 * Math.sin(i / 10)), 24_000)
 * tone.durationMs // 100
 */
export function pcm(data: Int16Array | ArrayBuffer | Uint8Array, rateHz = 24_000, known: KnownSpeech = {}): Pcm {
  if (!Number.isFinite(rateHz) || rateHz <= 0) {
    throw new RealtimeKitError('RTK_AUDIO', `A sample rate must be a positive number of Hz, got ${String(rateHz)}.`)
  }
  return new Sound(isInt16Array(data) ? data : samplesFromBytes(bytesOf(data)), rateHz, known)
}

const byteKinds = /^(?:a|an) (?:Uint8Array|Uint8ClampedArray|DataView)$/

function bytesOf(data: ArrayBuffer | Uint8Array): Uint8Array {
  const kind = kindName(data)
  if (ArrayBuffer.isView(data) && byteKinds.test(kind)) return data
  if (!ArrayBuffer.isView(data) && /ArrayBuffer$/.test(kind)) return new Uint8Array(data)
  throw new RealtimeKitError('RTK_AUDIO', `pcm(data, rateHz) takes an Int16Array of samples, or bytes of PCM16; got ${kind}.`)
}

/**
 * Silence of `ms`, at 24,000 Hz by default.
 *
 * @throws RealtimeKitError RTK_AUDIO for less than 0 ms
 * @example
 * await caller.says(concatPcm(await speech('One moment'), silence(400), await speech('two, please')))
 */
export function silence(ms: number, { rateHz = 24_000 }: { readonly rateHz?: number } = {}): Pcm {
  if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
    throw new RealtimeKitError('RTK_AUDIO', `silence(ms) wants 0 ms or more, got ${String(ms)}.`)
  return pcm(new Int16Array(samplesIn(ms, rateHz)), rateHz)
}

/** How many samples `ms` are, rounded to the nearest. */
export function samplesIn(ms: number, rateHz: number): number {
  return Math.round((ms * rateHz) / 1000)
}

/**
 * Little-endian PCM16 bytes as samples: a view where alignment and host allow, else a copy.
 *
 * @throws RealtimeKitError RTK_AUDIO when the number of bytes is odd
 * @example
 * samplesFromBytes(Uint8Array.of(0xff, 0x7f)) // Int16Array [32767]
 */
export function samplesFromBytes(bytes: Uint8Array): Int16Array {
  if (bytes.byteLength % 2 !== 0) {
    throw new RealtimeKitError('RTK_AUDIO', `PCM16 has two bytes per sample, got an odd number of bytes: ${bytes.byteLength}.`)
  }
  if (hostIsLittleEndian && bytes.byteOffset % 2 === 0) {
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Int16Array.from({ length: bytes.byteLength / 2 }, (_, index) => view.getInt16(index * 2, true))
}

/**
 * Samples as little-endian PCM16 bytes: a view where the host is little-endian, else a copy.
 *
 * @example
 * bytesFromSamples(Int16Array.of(32_767)) // Uint8Array [0xff, 0x7f]
 */
export function bytesFromSamples(samples: Int16Array): Uint8Array {
  if (hostIsLittleEndian) return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  const bytes = new Uint8Array(samples.byteLength)
  const view = new DataView(bytes.buffer)
  samples.forEach((sample, index) => {
    view.setInt16(index * 2, sample, true)
  })
  return bytes
}

/** A float sample in [-1, 1] or a sum of samples, rounded and held within 16 bits. */
export function clampToInt16(value: number): number {
  return value >= 32_767 ? 32_767 : value <= -32_768 ? -32_768 : Math.round(value)
}

/**
 * The part between two times in ms, a view on the same samples; by default up to the end. Words and bounds that lie inside keep
 * their places.
 *
 * @example
 * const beginning = slicePcm(question, 0, 500)
 */
export function slicePcm(audio: Pcm, startMs: number, endMs = audio.durationMs): Pcm {
  const start = samplesIn(Math.max(0, startMs), audio.rateHz)
  const end = Math.max(start, samplesIn(endMs, audio.rateHz))
  return pcm(audio.samples.subarray(start, end), audio.rateHz, knownWithin(audio, startMs, endMs))
}

/**
 * Sounds one after another. Texts, words and bounds are joined where known.
 *
 * @throws RealtimeKitError RTK_AUDIO when the rates differ
 * @example
 * const both = concatPcm(await speech('Hello.'), silence(300), await speech('Anybody there?'))
 */
export function concatPcm(...sounds: readonly Pcm[]): Pcm {
  const rateHz = sounds[0]?.rateHz ?? 24_000
  const samples = new Int16Array(sounds.reduce((sum, sound) => sum + sound.samples.length, 0))
  const known: KnownSpeech[] = []
  let at = 0
  for (const sound of sounds) {
    assertSameRate(sound, rateHz)
    samples.set(sound.samples, at)
    known.push(shiftKnown(sound, (at * 1000) / rateHz))
    at += sound.samples.length
  }
  return pcm(samples, rateHz, joinKnown(known))
}

/**
 * Adds `over` onto `base` from `atMs` on (default 0), at `gainDb` (default 0); grows where `over` lasts longer, clips at 16 bits.
 *
 * @throws RealtimeKitError RTK_AUDIO when the rates differ
 * @example
 * const twoVoices = mixPcm(question, await speech('Not now!', { voice: 'rms' }), { atMs: 400, gainDb: -6 })
 */
export function mixPcm(base: Pcm, over: Pcm, options: { readonly atMs?: number; readonly gainDb?: number } = {}): Pcm {
  assertSameRate(over, base.rateHz)
  const at = samplesIn(options.atMs ?? 0, base.rateHz)
  const gain = 10 ** ((options.gainDb ?? 0) / 20)
  const samples = new Int16Array(Math.max(base.samples.length, at + over.samples.length))
  samples.set(base.samples)
  for (const [index, sample] of over.samples.entries()) {
    samples[at + index] = clampToInt16(samples[at + index]! + sample * gain)
  }
  return pcm(samples, base.rateHz, base)
}

class Sound implements Pcm {
  readonly samples: Int16Array
  readonly rateHz: number
  declare readonly text?: string
  declare readonly words?: readonly WordTime[]
  declare readonly speechSpan?: { readonly startMs: number; readonly endMs: number }
  #buffer: ArrayBuffer | undefined
  #base64: string | undefined

  constructor(samples: Int16Array, rateHz: number, known: KnownSpeech) {
    this.samples = samples
    this.rateHz = rateHz
    if (known.text !== undefined) this.text = known.text
    if (known.words !== undefined) this.words = known.words
    if (known.speechSpan !== undefined) this.speechSpan = known.speechSpan
  }

  get durationMs(): number {
    return (this.samples.length * 1000) / this.rateHz
  }

  /** A piece of a longer sound has no buffer of its own: it gets one, a copy, on first use. */
  get buffer(): ArrayBuffer {
    this.#buffer ??= ownBuffer(this.samples)
    return this.#buffer
  }

  get base64(): string {
    this.#base64 ??= encodeBase64(bytesFromSamples(this.samples))
    return this.#base64
  }

  *frames(ms: number): Generator<Pcm, void, undefined> {
    const size = samplesIn(ms, this.rateHz)
    if (!(size > 0))
      throw new RealtimeKitError('RTK_AUDIO', `frames(ms) wants more than one sample a frame, got ${String(ms)} ms.`)
    for (let at = 0; at < this.samples.length; at += size) {
      yield pcm(paddedFrame(this.samples, at, size), this.rateHz)
    }
  }
}

function paddedFrame(samples: Int16Array, at: number, size: number): Int16Array {
  const frame = samples.subarray(at, at + size)
  if (frame.length === size) return frame
  const padded = new Int16Array(size)
  padded.set(frame)
  return padded
}

function ownBuffer(samples: Int16Array): ArrayBuffer {
  const bytes = bytesFromSamples(samples)
  const coversAll = bytes.byteLength === bytes.buffer.byteLength && isArrayBuffer(bytes.buffer)
  return coversAll ? (bytes.buffer as ArrayBuffer) : new Uint8Array(bytes).buffer
}

function assertSameRate(sound: Pcm, rateHz: number): void {
  if (sound.rateHz === rateHz) return
  throw new RealtimeKitError(
    'RTK_AUDIO',
    `Sounds of different rates cannot be joined: ${rateHz} Hz and ${sound.rateHz} Hz. Bring one over with resamplePcm(sound, ${rateHz}).`,
  )
}

function shiftKnown(known: KnownSpeech, byMs: number): KnownSpeech {
  const { text, words, speechSpan } = known
  return {
    text,
    words: words?.map((word) => shiftWord(word, byMs)),
    speechSpan: speechSpan && { startMs: speechSpan.startMs + byMs, endMs: speechSpan.endMs + byMs },
  }
}

function joinKnown(parts: readonly KnownSpeech[]): KnownSpeech {
  const texts = parts.flatMap(({ text }) => (text === undefined ? [] : [text]))
  const spans = parts.flatMap(({ speechSpan }) => (speechSpan ? [speechSpan] : []))
  const first = spans[0]
  const last = spans.at(-1)
  return {
    text: texts.length > 0 ? texts.join(' ') : undefined,
    words: parts.some(({ words }) => words) ? parts.flatMap(({ words }) => words ?? []) : undefined,
    speechSpan: first && last && { startMs: first.startMs, endMs: last.endMs },
  }
}

/** A cut sentence is no longer its text: only words that lie wholly inside stay, and the text is made of them. */
function knownWithin(audio: Pcm, startMs: number, endMs: number): KnownSpeech {
  const words = audio.words?.filter((word) => word.startMs >= startMs && word.endMs <= endMs)
  const isWhole = words !== undefined && words.length === audio.words?.length
  const span = audio.speechSpan
  const overlaps = span !== undefined && span.startMs < endMs && span.endMs > startMs
  return shiftKnown(
    {
      text: isWhole ? audio.text : words && words.length > 0 ? words.map(({ text }) => text).join(' ') : undefined,
      words,
      speechSpan: overlaps ? { startMs: Math.max(span.startMs, startMs), endMs: Math.min(span.endMs, endMs) } : undefined,
    },
    -Math.max(0, startMs),
  )
}
