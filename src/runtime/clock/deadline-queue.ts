// The deadlines of one virtual clock in order of (due, first come). Knows nothing of why time moves.

import type { ClockEntry, Mover } from './clock.ts'

export interface QueueEntry extends ClockEntry {
  dueMs: number
  readonly mover: Mover
  isRef: boolean
  readonly run: () => void
  /** Real ms before which real time alone does not bring it: a timer takes its own delay, however long the clock stood before. */
  notBeforeMs?: number
  /** Breaks ties of one instant. */
  order: number
  /** Index in its heap; -1 while it is in none. */
  place: number
  /** The piece of our own work that sleeps until then. */
  readonly sleeper?: Sleeper | undefined
  readonly outlive?: ((leftMs: number) => void) | undefined
}

/** Counts the deadlines that one piece of work waits for. */
export interface Sleeper {
  deadlines: number
}

function isBefore(a: QueueEntry, b: QueueEntry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)
}

/** A binary heap whose entries know their place, so that any of them can be taken out in log time. */
class DeadlineHeap {
  readonly items: QueueEntry[] = []

  get first(): QueueEntry | undefined {
    return this.items[0]
  }

  add(entry: QueueEntry): void {
    entry.place = this.items.length
    this.items.push(entry)
    this.#rise(entry)
  }

  remove(entry: QueueEntry): void {
    const { place } = entry
    const last = this.items.pop()
    entry.place = -1
    if (!last || last === entry) return
    this.#put(last, place)
    this.#rise(last)
    this.#sink(last)
  }

  #put(entry: QueueEntry, place: number): void {
    this.items[place] = entry
    entry.place = place
  }

  #rise(entry: QueueEntry): void {
    while (entry.place > 0) {
      const { place } = entry
      const parent = this.items[(place - 1) >> 1]
      if (!parent || !isBefore(entry, parent)) return
      const above = parent.place
      this.#put(parent, place)
      this.#put(entry, above)
    }
  }

  #sink(entry: QueueEntry): void {
    for (;;) {
      const left = this.items[entry.place * 2 + 1]
      const right = this.items[entry.place * 2 + 2]
      const child = left && right && isBefore(right, left) ? right : left
      if (!child || !isBefore(child, entry)) return
      const { place } = entry
      const below = child.place
      this.#put(child, place)
      this.#put(entry, below)
    }
  }
}

export class DeadlineQueue {
  readonly #pullers = new DeadlineHeap()
  readonly #refd = new DeadlineHeap()
  readonly #unrefd = new DeadlineHeap()
  readonly #idle = new DeadlineHeap()
  readonly #heaps = [this.#pullers, this.#refd, this.#unrefd, this.#idle]
  #order = 0

  /** The next entry of all. */
  get first(): QueueEntry | undefined {
    return earliest(earliest(this.#pullers.first, this.#refd.first), earliest(this.#unrefd.first, this.#idle.first))
  }

  /** The next deadline of the service or the caller. */
  get firstPuller(): QueueEntry | undefined {
    return this.#pullers.first
  }

  /** The next ref'd app timer. */
  get firstRefd(): QueueEntry | undefined {
    return this.#refd.first
  }

  /** The next app timer, ref'd or not. */
  get firstApp(): QueueEntry | undefined {
    return earliest(this.#refd.first, this.#unrefd.first)
  }

  /** `last`: after everything else that is due at that instant, also what is added later. */
  add(entry: QueueEntry, last = false): void {
    entry.order = ++this.#order + (last ? 2 ** 52 : 0)
    this.#heapOf(entry).add(entry)
    if (entry.sleeper) entry.sleeper.deadlines++
  }

  /** True when it was still queued. */
  remove(entry: QueueEntry): boolean {
    if (entry.place < 0) return false
    this.#heapOf(entry).remove(entry)
    if (entry.sleeper) entry.sleeper.deadlines--
    return true
  }

  setRef(entry: QueueEntry, isRef: boolean): void {
    if (entry.isRef === isRef) return
    const queued = entry.place >= 0
    if (queued) this.#heapOf(entry).remove(entry)
    entry.isRef = isRef
    if (queued) this.#heapOf(entry).add(entry)
  }

  /** Takes everything out and gives it back, in no order. */
  clear(): QueueEntry[] {
    const all = this.#heaps.flatMap((heap) => heap.items.splice(0))
    for (const entry of all) entry.place = -1
    return all
  }

  #heapOf(entry: QueueEntry): DeadlineHeap {
    if (entry.mover === 'idle') return this.#idle
    if (entry.mover !== 'app') return this.#pullers
    return entry.isRef ? this.#refd : this.#unrefd
  }
}

function earliest(a: QueueEntry | undefined, b: QueueEntry | undefined): QueueEntry | undefined {
  if (!a || !b) return a ?? b
  return isBefore(b, a) ? b : a
}
