// What a platform does with the app's sound: plays it in the order received, at the pace of its codec, with marks between the bytes.
// Pure: it knows the clock only as a number, and tells when the next mark is due.

import { Playback } from '../runtime/caller/playback.ts'

/** A piece of the app's sound, and where it comes from. */
export interface PlayoutPiece {
  /** The item of the service that it is part of, or an id of its own. */
  readonly itemId: string
  readonly itemOffsetMs?: number
  readonly samples: Int16Array
  readonly rateHz: number
  /** Pieces of one answer: a silence between them is an underrun. */
  readonly answer?: string | undefined
}

export type MarkReached = 'played' | 'cleared' | 'empty'

interface QueuedMark {
  readonly dueMs: number
  readonly onReached: (how: MarkReached) => void
}

/** What platforms keep at most; what comes beyond is discarded. */
export const maxQueuedMs = 600_000
/** Less than this is the jitter of timers, which a platform's own buffer takes; what comes late again and again adds up. */
const underrunFromMs = 10
/** Rounding of durations that are no whole ms. */
const slackMs = 1e-6

export class Playout {
  readonly playback = new Playback({ resumes: true })
  underruns = 0
  underrunMs = 0
  /** Sound that was cleared or discarded before it was played. */
  unplayedMs = 0
  readonly #marks: QueuedMark[] = []
  #lastAnswer: string | undefined
  /** By how much the pieces of the answer were late so far, as far as no underrun was made of it. */
  #lateMs = 0
  /** Silence that the app sent takes its time, and is no sound. */
  #silentUntilMs = 0

  /** False when the queue is full: the piece is discarded. */
  play(nowMs: number, { itemId, itemOffsetMs, samples, rateHz, answer }: PlayoutPiece): boolean {
    const { playback } = this
    const durationMs = (samples.length / rateHz) * 1000
    if (this.queuedMs(nowMs) + durationMs > maxQueuedMs) {
      this.unplayedMs += durationMs
      return false
    }
    const startMs = Math.max(nowMs, this.#silentUntilMs)
    if (answer !== undefined && answer === this.#lastAnswer) this.#countLateness(startMs - playback.endMs)
    else this.#lateMs = 0
    this.#lastAnswer = answer
    playback.play(startMs, itemId, samples, rateHz, itemOffsetMs)
    return true
  }

  #countLateness(gapMs: number): void {
    this.#lateMs = Math.max(0, this.#lateMs + gapMs)
    if (this.#lateMs <= underrunFromMs) return
    this.underruns++
    this.underrunMs += this.#lateMs
    this.#lateMs = 0
  }

  /** Silence of the app between its answers: what comes behind it waits for its end. False when the queue is full. */
  silence(nowMs: number, ms: number): boolean {
    if (this.queuedMs(nowMs) + ms > maxQueuedMs) return false
    this.#silentUntilMs = this.endMs(nowMs) + ms
    return true
  }

  /** When the queue is through. */
  endMs(nowMs: number): number {
    return Math.max(nowMs, this.playback.endMs, this.#silentUntilMs)
  }

  queuedMs(nowMs: number): number {
    return this.endMs(nowMs) - nowMs
  }

  /** A mark behind all that waits; reached at once, as 'empty', where nothing does. */
  mark(nowMs: number, onReached: (how: MarkReached) => void): void {
    if (this.queuedMs(nowMs) === 0 && this.#marks.length === 0) onReached('empty')
    else this.#marks.push({ dueMs: this.endMs(nowMs), onReached })
  }

  get nextMarkMs(): number | undefined {
    return this.#marks[0]?.dueMs
  }

  get hasMarks(): boolean {
    return this.#marks.length > 0
  }

  /** Marks that the sound has passed. */
  reach(nowMs: number): void {
    while (this.#marks[0] && this.#marks[0].dueMs <= nowMs + slackMs) this.#marks.shift()!.onReached('played')
  }

  /** Drops what has not sounded; gives the items that lost something. Marks that wait are reached, in order. */
  clear(nowMs: number): string[] {
    this.reach(nowMs)
    this.unplayedMs += Math.max(0, this.playback.endMs - nowMs)
    this.#lastAnswer = undefined
    this.#silentUntilMs = 0
    const cut = this.playback.isPlaying(nowMs) ? this.playback.stop(nowMs) : []
    for (const mark of this.#marks.splice(0)) mark.onReached('cleared')
    return cut
  }
}
