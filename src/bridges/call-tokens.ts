// Tokens of single calls: given out in TwiML, brought back by the stream, good once and for a short time.

import { randomUUID } from 'node:crypto'

const lifeMs = 5 * 60_000
const mostTokens = 10_000

export class CallTokens {
  readonly #expiry = new Map<string, number>()

  create(): string {
    const now = Date.now()
    for (const [token, endMs] of this.#expiry) {
      // In the order in which they were made.
      if (endMs > now && this.#expiry.size < mostTokens) break
      this.#expiry.delete(token)
    }
    const token = randomUUID()
    this.#expiry.set(token, now + lifeMs)
    return token
  }

  /** True once for each token that is not too old. */
  take(token: string): boolean {
    const endMs = this.#expiry.get(token)
    this.#expiry.delete(token)
    return endMs !== undefined && endMs > Date.now()
  }
}
