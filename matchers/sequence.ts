// Finds a list of steps in the events of one session. Earliest fit for each step is enough: steps look at one event each.
// Pure: what a step accepts comes in as a function.

import { isNoise } from '../src/report/timeline-runs.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'

/** One item of an expected sequence. */
export interface Step {
  /** For messages. */
  readonly text: string
  /** The event type that it asks for; undefined for predicates. */
  readonly type?: string
  /** The partial event that it asks for. */
  readonly pattern?: unknown
  fits(entry: EventEntry): boolean
}

/** How far a sequence came in one session. */
export interface Progress {
  /** Entries of the first steps, in order. */
  readonly matched: readonly EventEntry[]
  readonly complete: boolean
}

/** Takes entries one by one; each fits the next open step or is passed over. */
export class SequenceSearch implements Progress {
  readonly matched: EventEntry[] = []
  readonly #steps: readonly Step[]
  constructor(steps: readonly Step[]) {
    this.#steps = steps
  }

  get complete(): boolean {
    return this.matched.length === this.#steps.length
  }

  offer(entry: EventEntry): void {
    const next = this.#steps[this.matched.length]
    if (next?.fits(entry)) this.matched.push(entry)
  }
}

/** Steps in order, anything between them. */
export function findInOrder(entries: readonly EventEntry[], steps: readonly Step[]): Progress {
  const search = new SequenceSearch(steps)
  for (const entry of entries) {
    if (search.complete) break
    search.offer(entry)
  }
  return search
}

/** Steps in order with nothing between them but deltas, appends and rate limits that no step names. */
export function findUnbroken(entries: readonly EventEntry[], steps: readonly Step[]): Progress {
  const looked = significant(entries, steps)
  let best: readonly EventEntry[] = []
  for (let start = 0; start < looked.length && best.length < steps.length; start++) {
    const matched = fittingFrom(looked, start, steps)
    if (matched.length > best.length) best = matched
  }
  return { matched: best, complete: best.length === steps.length }
}

/** The entries that an unbroken sequence may not pass over. */
export function significant(entries: readonly EventEntry[], steps: readonly Step[]): EventEntry[] {
  const named = new Set(steps.map((step) => step.type))
  return entries.filter((entry) => !isNoise(entry.event.type) || named.has(entry.event.type))
}

function fittingFrom(entries: readonly EventEntry[], start: number, steps: readonly Step[]): EventEntry[] {
  const matched: EventEntry[] = []
  for (const step of steps) {
    const entry = entries[start + matched.length]
    if (!entry || !step.fits(entry)) break
    matched.push(entry)
  }
  return matched
}
