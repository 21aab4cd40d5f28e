// Sound of the user in a replay: what was recorded, what the app sends now, and whether the one is the other. No engine is asked:
// where something is loud is enough to tell whether the same was said for as long.

import { decodeBase64 } from '../../audio/base64.ts'
import { decodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { meanSquare } from '../../audio/level.ts'
import { concatPcm, pcm } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import type { Pcm, WireAudioFormat } from '../../audio/types.ts'

export const defaultFormat: WireAudioFormat = { type: 'audio/pcm', rate: 24_000 }

export const stepMs = 20
/** -45 dBFS: what is below is no speech. */
const loudPower = 10 ** -4.5

/** A piece of what the user sent. */
export interface Stretch {
  /** In ms from the first sound of the session. */
  readonly startMs: number
  readonly endMs: number
  /** From the first loud step to the last one; undefined where nothing is loud, or the sound is not in the recording. */
  readonly speech?: { readonly startMs: number; readonly endMs: number }
  /** Whether each step of 20 ms is loud, from the first one that is to the last. */
  readonly outline: readonly boolean[]
  readonly audio?: Pcm
}

/** Steps of 20 ms as they come, whatever the pieces in which the app sends. */
export class LoudSteps {
  #rest = new Int16Array(0)
  #rateHz = 0
  /** Whole steps so far. */
  count = 0

  /** Tells for each step that is complete whether it is loud. */
  push(samples: Int16Array, rateHz: number): boolean[] {
    if (rateHz !== this.#rateHz) {
      this.#rest = new Int16Array(0)
      this.#rateHz = rateHz
    }
    const size = (rateHz * stepMs) / 1000
    const all = this.#rest.length === 0 ? samples : joined(this.#rest, samples)
    const loud: boolean[] = []
    let from = 0
    for (; from + size <= all.length; from += size) loud.push(meanSquare(all, from, from + size) >= loudPower)
    this.#rest = all.slice(from)
    this.count += loud.length
    return loud
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
    const steps = new LoudSteps().push(audio.samples, audio.rateHz)
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
export function speechIn(steps: readonly boolean[], startMs: number): Pick<Stretch, 'speech' | 'outline'> {
  const first = steps.indexOf(true)
  if (first < 0) return { outline: [] }
  const last = steps.lastIndexOf(true) + 1
  const speech = { startMs: startMs + first * stepMs, endMs: startMs + last * stepMs }
  return { speech, outline: steps.slice(first, last) }
}

/** How long the speech in it lasts; of sound that is not in the recording, as turn detection told it. */
export function speechMsOf({ startMs, endMs, speech }: Stretch, paddingMs = 0): number {
  return speech ? speech.endMs - speech.startMs : Math.max(0, endMs - startMs - paddingMs)
}

const likeness = { share: 0.1, leastMs: 100 }

/** How far lengths may differ: a tenth, and never less than 100 ms. */
export function toleranceMs(lengthMs: number): number {
  return Math.max(likeness.leastMs, lengthMs * likeness.share)
}

/** The share of steps, 0 to 1, at which two outlines agree; what one has more than the other counts against it. */
export function agreement(recorded: readonly boolean[], actual: readonly boolean[]): number {
  const length = Math.max(recorded.length, actual.length)
  if (length === 0) return 1
  let same = 0
  for (let step = 0; step < length; step++) if (recorded[step] === actual[step]) same++
  return same / length
}
