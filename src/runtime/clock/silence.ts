// Notices when nothing at all has happened for a while of real time.

import { realTime } from './real-time.ts'

export class Silence {
  readonly #afterMs: number
  readonly #moves: () => number
  readonly #onSilent: () => void
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `moves` counts whatever moves; `onSilent` is called when it has not changed for `afterMs`. */
  constructor(afterMs: number, moves: () => number, onSilent: () => void) {
    this.#afterMs = afterMs
    this.#moves = moves
    this.#onSilent = onSilent
  }

  /** Begins to listen, unless it does already. */
  listen(): void {
    if (this.#timer) return
    const moves = this.#moves()
    this.#timer = realTime.setTimeout(() => {
      this.#timer = undefined
      if (this.#moves() === moves) this.#onSilent()
      else this.listen()
    }, this.#afterMs)
  }

  /** There was a sign of life. */
  end(): void {
    realTime.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
