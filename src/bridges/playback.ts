// What the caller has heard so far, as well as a bridge can know: each piece that was sent has a time when it should sound, and the
// platform's marks put that estimate right. Knows no socket and no timer: the time comes in.

/** Where a piece lies in the conversation: a part of an item of the model. */
export interface Place {
  readonly responseId: string
  readonly itemId: string
  readonly contentIndex: number
}

export interface Piece extends Place {
  readonly bytes: Uint8Array
  readonly ms: number
}

/** An item that was not heard to its end. */
export interface Unheard extends Place {
  /** Ms of it that were heard, rounded down. */
  readonly heardMs: number
  readonly givenMs: number
}

interface Sounding extends Piece {
  readonly mark: string
  /** The platform will tell when it is over. */
  readonly isMarked: boolean
  startAtMs: number
  endAtMs: number
}

interface ItemTally extends Place {
  /** Its answer is complete: once it was heard nobody asks for it. */
  isComplete: boolean
  givenMs: number
  sentMs: number
  heardMs: number
}

/** A stretch that was heard, for a recording. */
export interface HeardStretch {
  readonly bytes: Uint8Array
  readonly atMs: number
}

export interface PlaybackOptions {
  readonly hasMarks: boolean
  /** Ms that sound takes to the caller's ear. Default 0. */
  readonly latencyMs?: number
  onHeard?(stretch: HeardStretch): void
}

export class Playback {
  readonly #hasMarks: boolean
  readonly #latencyMs: number
  readonly #onHeard: (stretch: HeardStretch) => void
  readonly #sounding: Sounding[] = []
  readonly #items = new Map<string, ItemTally>()
  #generation = 0
  #underruns = 0

  constructor(options: PlaybackOptions) {
    this.#hasMarks = options.hasMarks
    this.#latencyMs = options.latencyMs ?? 0
    this.#onHeard = options.onHeard ?? (() => {})
  }

  /** Times that the sound ran out inside of an answer. */
  get underruns(): number {
    return this.#underruns
  }

  /** When all that was sent should have sounded; undefined when nothing waits. */
  get endAtMs(): number | undefined {
    return this.#sounding.at(-1)?.endAtMs
  }

  /** The item is given so much sound, sent or waiting to be. */
  given(place: Place, ms: number): void {
    const tally = this.#items.get(place.itemId) ?? { ...place, isComplete: false, givenMs: 0, sentMs: 0, heardMs: 0 }
    tally.givenMs += ms
    this.#items.set(place.itemId, tally)
  }

  /** The piece is on its way; gives the name of the mark that may follow it. */
  sent(piece: Piece, nowMs: number, { isMarked = false } = {}): { readonly mark: string; readonly startAtMs: number } {
    this.settle(nowMs)
    const startAtMs = Math.max(nowMs + this.#latencyMs, this.#sounding.at(-1)?.endAtMs ?? 0)
    const tally = this.#items.get(piece.itemId)
    if (tally) tally.sentMs += piece.ms
    const mark = `${piece.itemId}:${piece.contentIndex}:${Math.round(tally?.sentMs ?? piece.ms)}:${this.#generation}`
    this.#sounding.push({ ...piece, mark, isMarked, startAtMs, endAtMs: startAtMs + piece.ms })
    return { mark, startAtMs }
  }

  /** The sound of an answer that goes on had run out before this piece. */
  countUnderrun(): void {
    this.#underruns++
  }

  /**
   * The platform says that a mark was reached. Marks that were sent back because all was cleared are of an older generation and say
   * nothing.
   */
  reached(mark: string, nowMs: number): boolean {
    const index = this.#sounding.findIndex((piece) => piece.mark === mark)
    if (index < 0) return false
    for (const piece of this.#sounding.splice(0, index + 1)) this.#heard(piece, piece.ms)
    let endAtMs = nowMs
    for (const piece of this.#sounding) {
      piece.startAtMs = endAtMs
      endAtMs = piece.endAtMs = piece.startAtMs + piece.ms
    }
    return true
  }

  /** The platform says that all was played. */
  finished(): void {
    for (const piece of this.#sounding.splice(0)) this.#heard(piece, piece.ms)
  }

  /** Without marks the clock alone tells what has been heard. */
  settle(nowMs: number): void {
    if (this.#hasMarks) return
    while (this.#sounding[0] && this.#sounding[0].endAtMs <= nowMs) {
      const piece = this.#sounding.shift()
      if (piece) this.#heard(piece, piece.ms)
    }
  }

  isSounding(nowMs: number): boolean {
    this.settle(nowMs)
    return this.#sounding.length > 0
  }

  /** Drops all that waits; gives the items that were not heard to their end, in order. */
  clear(nowMs: number): Unheard[] {
    this.settle(nowMs)
    for (const piece of this.#sounding.splice(0)) {
      this.#heard(piece, Math.min(piece.ms, Math.max(0, nowMs - piece.startAtMs)))
      // What lies behind a mark that has not come back was not played, whatever the clock says.
      if (piece.isMarked || piece.endAtMs > nowMs) break
    }
    this.#generation++
    const unheard = [...this.#items.values()]
      .filter(({ givenMs, heardMs }) => heardMs < givenMs - 0.5)
      .map(({ isComplete: _, sentMs: __, ...tally }) => ({ ...tally, heardMs: Math.floor(tally.heardMs) }))
    this.#items.clear()
    return unheard
  }

  #heard(piece: Sounding, ms: number): void {
    const tally = this.#items.get(piece.itemId)
    if (tally) {
      tally.heardMs += ms
      this.#drop(tally)
    }
    const share = piece.ms === 0 ? 0 : ms / piece.ms
    const bytes = share >= 1 ? piece.bytes : piece.bytes.subarray(0, 2 * Math.floor((piece.bytes.length * share) / 2))
    if (bytes.length > 0) this.#onHeard({ bytes, atMs: piece.startAtMs })
  }

  /** An answer is complete: its items are forgotten once they were heard. */
  forget(responseId: string): void {
    for (const tally of this.#items.values()) {
      if (tally.responseId !== responseId) continue
      tally.isComplete = true
      this.#drop(tally)
    }
  }

  #drop({ itemId, isComplete, heardMs, givenMs }: ItemTally): void {
    if (isComplete && heardMs >= givenMs - 0.5) this.#items.delete(itemId)
  }
}
