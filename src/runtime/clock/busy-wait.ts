// Protection against `while (Date.now() < end);`: after very many reads of a clock that stands still, it flows with real time.

import { realTime } from './real-time.ts'

/** Reads without any move after which the app is taken to wait busily. */
const busyReads = 10_000
/** Reads after which even the next deadline is passed: in this turn of the event loop nobody else will run. */
const stuckReads = 100_000

const finding =
  'the app reads the clock in a loop (a busy wait): it flows with real time meanwhile, so this run differs from the next'

export class BusyWait {
  readonly #report: (finding: string) => void
  #reads = 0
  #sinceMs = 0
  #hasReported = false

  constructor(report: (finding: string) => void) {
    this.#report = report
  }

  /** Something moved: reads so far were no busy wait. */
  reset(): void {
    this.#reads = 0
  }

  /** Counts a read; ms by which the clock must move for it, at most to `nextDueMs`. */
  read(nowMs: number, nextDueMs: number): number {
    if (++this.#reads <= busyReads) return 0
    const realMs = realTime.now()
    if (this.#reads === busyReads + 1) this.#begin(realMs)
    const passedMs = realMs - this.#sinceMs
    this.#sinceMs = realMs
    return this.#reads > stuckReads ? passedMs : Math.min(passedMs, Math.max(0, nextDueMs - nowMs))
  }

  #begin(realMs: number): void {
    this.#sinceMs = realMs
    if (this.#hasReported) return
    this.#hasReported = true
    this.#report(finding)
  }
}
