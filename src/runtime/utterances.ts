// What was said into the ears of the service, by time: the caller announces each utterance, and a stretch of input audio
// finds its words by when it arrived, whatever the app did to the bytes in between.

import type { WordTime } from '../../audio/types.ts'

/** One utterance of the caller, on the test's clock. Word times count from `startMs - leadMs`, the first frame. */
export interface Utterance {
  readonly text: string
  readonly words: readonly WordTime[]
  /** When its first frame began. */
  readonly beganMs: number
  /** True bounds of the speech. */
  readonly startMs: number
  readonly endMs: number
}

/** How far a committed stretch may miss the bounds of an utterance and still have heard all of it. */
const slackMs = 350

/** Positions of input audio, in samples since the session began, against the time at which they had arrived. */
export class Arrivals {
  readonly #samples: number[] = [0]
  readonly #times: number[] = []

  /** Notes that audio up to `totalSamples` was there at `atMs`. */
  note(totalSamples: number, atMs: number): void {
    this.#samples.push(totalSamples)
    this.#times.push(atMs)
  }

  /** When the sample at this position was spoken at the earliest: the arrival of its chunk, less the chunk's own rest. */
  timeOf(sample: number, rateHz: number): number {
    let low = 0
    let high = this.#times.length - 1
    if (high < 0) return 0
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#samples[middle + 1]! < sample) low = middle + 1
      else high = middle
    }
    const chunkEnd = this.#samples[low + 1]!
    return this.#times[low]! - Math.max(0, ((chunkEnd - sample) / rateHz) * 1000)
  }
}

export class Utterances {
  readonly all: Utterance[] = []

  add(utterance: Utterance): void {
    this.all.push(utterance)
  }

  /** Whether the caller's true speech covers this moment: the `truth` VAD. */
  speaksAt(atMs: number): boolean {
    return this.all.some((utterance) => atMs >= utterance.startMs && atMs <= utterance.endMs)
  }

  /** The last true end of speech up to `untilMs`. */
  lastEndMs(untilMs: number): number | undefined {
    let last: number | undefined
    for (const utterance of this.all) if (utterance.startMs <= untilMs) last = Math.min(utterance.endMs, untilMs)
    return last
  }

  /** Words said between two moments; undefined when nothing was said there. Whole utterances where they fit, else word by word. */
  wordsBetween(startMs: number, endMs: number): string | undefined {
    const parts: string[] = []
    for (const utterance of this.all) {
      if (utterance.endMs <= startMs || utterance.startMs >= endMs) continue
      const whole = utterance.startMs >= startMs - slackMs && utterance.endMs <= endMs + slackMs
      const text = whole ? utterance.text : wordsWithin(utterance, startMs, endMs)
      if (text) parts.push(text)
    }
    return parts.length ? parts.join(' ') : undefined
  }
}

function wordsWithin(utterance: Utterance, startMs: number, endMs: number): string {
  const inside = utterance.words.filter((word) => {
    const middle = utterance.beganMs + (word.startMs + word.endMs) / 2
    return middle >= startMs && middle <= endMs
  })
  return inside.map((word) => word.text).join(' ')
}
