// Waits until the world is quiet: some turns of the real event loop in which nothing moved. Then asks what to do next.

import { contexts } from '../context.ts'
import { realTime } from './real-time.ts'

/** What to run now; nothing means rest until the next `wake`. */
export type NextMove = (() => void) | undefined

export class QuietLoop {
  readonly #turnsWanted: number
  readonly #onQuiet: () => NextMove
  #extraTurns = 0
  #quietTurns = 0
  #moves = 0
  #seen = 0
  #isTurning = false
  #isStopped = false

  constructor(turns: number, onQuiet: () => NextMove) {
    this.#turnsWanted = turns
    this.#onQuiet = onQuiet
  }

  /** Counts everything that ever moved; only its change says something. */
  get moves(): number {
    return this.#moves
  }

  /** Something moved: the quiet period starts again. */
  note(): void {
    this.#moves++
  }

  /** The next quiet period lasts so many turns more. */
  lengthen(turns: number): void {
    this.#extraTurns = turns
    this.#moves++
  }

  /** Starts a quiet period unless one is running. */
  wake(): void {
    if (this.#isTurning || this.#isStopped) return
    this.#isTurning = true
    this.#quietTurns = 0
    this.#seen = this.#moves
    contexts.outside(() => this.#turnAgain())
  }

  stop(): void {
    this.#isStopped = true
  }

  readonly #turn = (): void => {
    if (this.#isStopped) return
    if (this.#moves === this.#seen) this.#quietTurns++
    else this.#quietTurns = 0
    this.#seen = this.#moves
    if (this.#quietTurns < this.#turnsWanted + this.#extraTurns) this.#turnAgain()
    else this.#moveOn()
  }

  #moveOn(): void {
    this.#quietTurns = 0
    this.#extraTurns = 0
    const move = this.#onQuiet()
    if (!move) {
      this.#isTurning = false
      return
    }
    // The next turn is booked first: a timer of the app that throws must not stop the clock.
    this.#turnAgain()
    move()
  }

  #turnAgain(): void {
    realTime.setImmediate(this.#turn)
  }
}
