// What a socket or data channel of a page tells the app: each event is a task of its own, as from a network, in order.

import { clockAtWork } from '../runtime/clock/app-clock.ts'
import { inThisContext } from '../runtime/clock/in-this-context.ts'
import { realTime } from '../runtime/clock/real-time.ts'

export class PageTasks {
  readonly #tasks: (() => void)[] = []
  /** The page's listeners run as part of the test that made the socket or channel. */
  readonly #runNext = inThisContext(() => this.#tasks.shift()?.())

  /** Virtual time waits for it. */
  add(task: () => void): void {
    this.#tasks.push(task)
    clockAtWork()?.noteActivity()
    realTime.setImmediate(() => {
      clockAtWork()?.noteActivity()
      this.#runNext()
    })
  }
}
