// What a platform waits for on one line, on the test's clock. Nothing of it comes after the end of the call.

import type { Clock, ClockEntry } from '../runtime/clock/clock.ts'

export class LineTimers {
  readonly #clock: Clock
  readonly #entries = new Set<ClockEntry>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Gives the way to cancel. `isTimeout`: what may never come, so that it does not pull time. */
  after(ms: number, work: () => void, { isTimeout = false }: { readonly isTimeout?: boolean } = {}): () => void {
    const clock = this.#clock
    const entry = clock.at(
      clock.now() + ms,
      () => {
        this.#entries.delete(entry)
        work()
      },
      isTimeout ? 'app' : 'caller',
    )
    this.#entries.add(entry)
    return () => {
      this.#entries.delete(entry)
      clock.cancel(entry)
    }
  }

  cancelAll(): void {
    for (const entry of this.#entries) this.#clock.cancel(entry)
  }
}
