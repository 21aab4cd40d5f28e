// Sound of the user in a replay: what was recorded, what the app sends now, and whether the one is the other. No engine is asked:
// where something is loud is enough to tell whether the same was said for as long.

import { decodeBase64 } from '../../audio/base64.ts'
import { decodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { meanSquare } from '../../audio/level.ts'
import { concatPcm, pcm } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import type { Pcm, WireAudioFormat } from '../../audio/types.ts'
import { likeness } from './likeness.ts'

export const defaultFormat: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

export const stepMs = 20
/** In dBFS: what is below is no speech, and counts as this. */
const quietDb = -45

export function isLoud(level: number): boolean {
  return level > quietDb
}

/** A piece of what the user sent. */
export interface Stretch {
  /** In ms from the first sound of the session. */
  readonly startMs: number
  readonly endMs: number
  /** From the first loud step to the last one; undefined where nothing is loud, or the sound is not in the recording. */
  readonly speech?: { readonly startMs: number; readonly endMs: number }
  /** The level of each step of 20 ms, from the first loud one to the last. */
  readonly outline: readonly number[]
  readonly audio?: Pcm
}

/** Steps of 20 ms as they come, whatever the pieces in which the app sends. */
export class LevelSteps {
  #rest = new Int16Array(0)
  #rateHz = 0
  /** Whole steps so far. */
  count = 0

  /** Tells the level of each step that is complete, in dBFS. */
  push(samples: Int16Array, rateHz: number): number[] {
    if (rateHz !== this.#rateHz) {
      this.#rest = new Int16Array(0)
      this.#rateHz = rateHz
    }
    const size = (rateHz * stepMs) / 1000
    const all = this.#rest.length === 0 ? samples : joined(this.#rest, samples)
    const levels: number[] = []
    let from = 0
    for (; from + size <= all.length; from += size)
      levels.push(Math.max(10 * Math.log10(meanSquare(all, from, from + size)), quietDb))
    this.#rest = all.slice(from)
    this.count += levels.length
    return levels
  }
}

function joined(first: Int16Array, second: Int16Array): Int16Array<ArrayBuffer> {
  const all = new Int16Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}

const none = new Int16Array(0)

interface Piece {
  readonly startMs: number
  readonly samples: Int16Array
  readonly rateHz: number
}

/** All that the app sent so far: of the recording, or of the replay. */
export class RecordedSound {
  format: WireAudioFormat = defaultFormat
  writtenMs = 0
  readonly #pieces: Piece[] = []
  #committedMs = 0

  /** Takes in what an event brings; gives its samples, which are none where it brings no sound. */
  append(base64: string): Int16Array {
    const bytes = decodeBase64(base64)
    const samples = bytes ? decodeWireAudio(bytes, this.format) : none
    if (samples.length === 0) return none
    const rateHz = wireRateHz(this.format)
    this.#pieces.push({ startMs: this.writtenMs, samples, rateHz })
    this.writtenMs += (samples.length * 1000) / rateHz
    return samples
  }

  /** What has come since the last one; from now on it counts anew. */
  commit(): Stretch {
    const startMs = this.#committedMs
    this.drop()
    return this.between(startMs, this.writtenMs)
  }

  /** What has come so far is no part of the next commit. */
  drop(): void {
    this.#committedMs = this.writtenMs
  }

  between(startMs: number, endMs: number): Stretch {
    const parts = this.#partsOf(startMs, endMs)
    const [first] = parts
    if (!first) return { startMs, endMs, outline: [] }
    const sounds = parts.map((piece) => {
      const from = Math.max(0, Math.round(((startMs - piece.startMs) * piece.rateHz) / 1000))
      const to = Math.round(((endMs - piece.startMs) * piece.rateHz) / 1000)
      return resamplePcm(pcm(piece.samples.slice(from, to), piece.rateHz), first.rateHz)
    })
    const audio = concatPcm(...sounds)
    const steps = new LevelSteps().push(audio.samples, audio.rateHz)
    return { startMs, endMs, audio, ...speechIn(steps, Math.max(startMs, first.startMs)) }
  }

  /** Looked for from the end: it is what has just come. */
  #partsOf(startMs: number, endMs: number): Piece[] {
    const pieces = this.#pieces
    let from = pieces.length
    while (from > 0 && endOf(pieces[from - 1]!) > startMs) from--
    let to = pieces.length
    while (to > from && pieces[to - 1]!.startMs >= endMs) to--
    return pieces.slice(from, to)
  }
}

function endOf({ startMs, samples, rateHz }: Piece): number {
  return startMs + (samples.length * 1000) / rateHz
}

/** Where steps that begin at `startMs` are loud. */
export function speechIn(steps: readonly number[], startMs: number): Pick<Stretch, 'speech' | 'outline'> {
  const first = steps.findIndex(isLoud)
  if (first < 0) return { outline: [] }
  const last = steps.findLastIndex(isLoud) + 1
  const speech = { startMs: startMs + first * stepMs, endMs: startMs + last * stepMs }
  return { speech, outline: steps.slice(first, last) }
}

/** How long the speech in it lasts; of sound that is not in the recording, as turn detection told it. */
export function speechMsOf({ startMs, endMs, speech }: Stretch, paddingMs = 0): number {
  return speech ? speech.endMs - speech.startMs : Math.max(0, endMs - startMs - paddingMs)
}

const lengths = { share: 0.1, leastMs: 100 }

/** How far lengths may differ: a tenth, and never less than 100 ms. */
export function toleranceMs(lengthMs: number): number {
  return Math.max(lengths.leastMs, lengthMs * lengths.share)
}

/** Of the same sentence, whatever it passed through, it is 0.9 and more; pauses that are a little longer leave 0.7 of it. */
const likeEnough = 0.7

/** Whether the one sound runs as the other; undefined where it does, else how alike they are, 0 to 1. */
export function unlikeness(recorded: readonly number[], actual: readonly number[]): number | undefined {
  const alike = likeness(recorded, actual, Math.ceil(toleranceMs(recorded.length * stepMs) / stepMs))
  return alike >= likeEnough ? undefined : alike
}
