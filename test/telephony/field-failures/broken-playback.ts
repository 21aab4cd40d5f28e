// What of the agent's sound is on its way to the caller, and how much of it was heard: marks behind each piece, and the clock since the
// last of them.

import type { Defects } from './defects.ts'

interface Item {
  readonly itemId: string
  sentMs: number
  heardMs: number
}

/** Where the model is told that the caller stopped hearing. */
export interface Cut {
  readonly itemId: string
  readonly audioEndMs: number
}

const mulawBytesPerMs = 8

export class BrokenPlayback {
  readonly #has: Partial<Defects>
  #items: Item[] = []
  #last: Item | undefined
  #pendingMarks = 0
  #soundedAtMs = 0
  #startedAtMs = 0
  /** Marks of what was cleared come back too, and tell nothing. */
  #generation = 0

  constructor(has: Partial<Defects>) {
    this.#has = has
  }

  /** Notes a piece that goes out; gives the name of its mark. */
  sent(itemId: string, bytes: number): string {
    let item = this.#items.find((one) => one.itemId === itemId)
    if (!item) {
      if (this.#items.length === 0) this.#soundedAtMs = Date.now()
      if (!this.#has.keepsFirstStart || this.#startedAtMs === 0) this.#startedAtMs = Date.now()
      item = { itemId, sentMs: 0, heardMs: 0 }
      this.#items.push(item)
    }
    item.sentMs += bytes / mulawBytesPerMs
    this.#last = item
    return `${this.#generation}:${itemId}:${item.sentMs}`
  }

  markSent(): void {
    this.#pendingMarks++
  }

  reached(name: string): void {
    this.#pendingMarks--
    const [generation, itemId, ms] = name.split(':')
    const item = this.#items.find((one) => one.itemId === itemId)
    if (!item || Number(generation) !== this.#generation) return
    item.heardMs = Number(ms)
    this.#soundedAtMs = Date.now()
    this.#last = item
  }

  get isHeard(): boolean {
    return this.#items.some(({ sentMs, heardMs }) => heardMs < sentMs)
  }

  get hasPendingMarks(): boolean {
    return this.#pendingMarks > 0
  }

  /** Drops all; gives what the model must be told. */
  cut(): Cut[] {
    const { truncatesByClock, keepsFirstStart, truncatesAtSent, countsMarksOnly, interruptsSilence } = this.#has
    const unheard = this.#items.filter(({ sentMs, heardMs }) => heardMs < sentMs)
    const last = interruptsSilence || truncatesByClock || keepsFirstStart ? this.#last : undefined
    const targets = unheard.length === 0 && last ? [last] : unheard
    this.#items = []
    this.#generation++
    return targets.map((item, at) => {
      const { itemId, sentMs, heardMs } = item
      if (truncatesByClock || keepsFirstStart) return { itemId, audioEndMs: Math.floor(Date.now() - this.#startedAtMs) }
      if (truncatesAtSent) return { itemId, audioEndMs: Math.floor(sentMs) }
      const sinceMs = at === 0 && !countsMarksOnly ? Date.now() - this.#soundedAtMs : 0
      return { itemId, audioEndMs: Math.floor(Math.min(sentMs, heardMs + sinceMs)) }
    })
  }
}
