// Sound that the caller heard and the model did not say: a recorded greeting of the app, a `<Say>` of the platform. Each run of it is an
// item of its own; its words are known where it was made by the kit's voice, or where a transcription engine was asked.

import { recognizeKnown } from '../../audio/known-speech.ts'
import { concatPcm, pcm } from '../../audio/pcm.ts'
import type { Pcm } from '../../audio/types.ts'
import type { SpokenItem } from '../runtime/caller/heard-text.ts'

interface Run {
  readonly pieces: { readonly samples: Int16Array; readonly rateHz: number }[]
  durationMs: number
  words: SpokenItem | undefined
  /** As long as this, the words were looked for. */
  knownAtMs: number
}

/** A longer silence begins another run. */
export const pauseMs = 300
/** Shorter ones hold no word. */
const leastMs = 200

export class ForeignSound {
  readonly #prefix: string
  readonly #runs = new Map<string, Run>()
  #current: { readonly id: string; endMs: number; soundedMs: number } | undefined
  #count = 0

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  /** The item of a piece that begins to sound at `startMs`. */
  add(startMs: number, samples: Int16Array, rateHz: number): string {
    const durationMs = (samples.length / rateHz) * 1000
    if (!this.#current || startMs > this.#current.endMs + pauseMs)
      this.#current = { id: this.#begin(), endMs: startMs, soundedMs: startMs }
    const run = this.#runs.get(this.#current.id)!
    run.pieces.push({ samples, rateHz })
    run.durationMs += durationMs
    this.#current.endMs = startMs + durationMs
    if (!isSilent(samples)) this.#current.soundedMs = startMs + durationMs
    return this.#current.id
  }

  /** Whether silence that begins now is a pause of what sounds, not its end. */
  isPausing(startMs: number): boolean {
    return this.#current !== undefined && startMs < this.#current.soundedMs + pauseMs
  }

  /** Words that are known: the platform says them itself. */
  say(sound: Pcm): string {
    const id = this.#begin()
    const { samples, rateHz, durationMs, text = '', words } = sound
    const known = { text, sentMs: durationMs, words }
    this.#runs.set(id, { pieces: [{ samples, rateHz }], durationMs, words: known, knownAtMs: Number.POSITIVE_INFINITY })
    this.#current = undefined
    return id
  }

  /** What comes next is another item. */
  end(): void {
    this.#current = undefined
  }

  has(itemId: string): boolean {
    return this.#runs.has(itemId)
  }

  /** Words that a transcription engine found in what was heard of a run, which is over. */
  tell(itemId: string, words: SpokenItem): void {
    const run = this.#runs.get(itemId)
    if (run) Object.assign(run, { words, knownAtMs: Number.POSITIVE_INFINITY })
  }

  /** Runs that are long enough to hold words, and have none that are known. */
  get wordless(): readonly string[] {
    return [...this.#runs.keys()].filter((id) => this.#runs.get(id)!.durationMs >= leastMs && !this.words(id)?.text)
  }

  words(itemId: string): SpokenItem | undefined {
    const run = this.#runs.get(itemId)
    if (!run || run.durationMs < leastMs) return undefined
    if (run.knownAtMs < run.durationMs) {
      run.knownAtMs = run.durationMs
      const rateHz = run.pieces[0]!.rateHz
      const known = recognizeKnown(concatPcm(...run.pieces.map(({ samples }) => pcm(samples, rateHz))))
      run.words = known && { text: known.text, words: known.words, sentMs: run.durationMs }
    }
    return run.words
  }

  #begin(): string {
    const id = `${this.#prefix}${++this.#count}`
    this.#runs.set(id, { pieces: [], durationMs: 0, words: undefined, knownAtMs: 0 })
    return id
  }
}

/** -60 dBFS at its peak: what media servers send when nobody speaks. */
const faintest = 33

export function isSilent(samples: Int16Array): boolean {
  return samples.every((sample) => sample < faintest && sample > -faintest)
}
