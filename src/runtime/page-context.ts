// Which test code belongs to in a page, where nothing follows asynchronous code: one service runs at a time, and all is its own.

import type { Context, ContextStorage } from './context.ts'

export class PageContextStorage implements ContextStorage {
  readonly #live: ReadonlySet<Context>
  /** What the running call was entered with, the innermost last. */
  readonly #entered: (Context | undefined)[] = []

  constructor(live: ReadonlySet<Context>) {
    this.#live = live
  }

  getStore(): Context | undefined {
    if (this.#entered.length > 0) return this.#entered.at(-1)
    const [only] = this.#live
    return only
  }

  run<T>(context: Context | undefined, work: () => T): T {
    this.#entered.push(context)
    try {
      return work()
    } finally {
      this.#entered.pop()
    }
  }

  /** The live context is everybody's already. */
  enterWith(): void {}
}
