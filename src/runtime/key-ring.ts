// The ephemeral keys that a service has given out. How they are made is client-secrets.ts.

import type { Secret } from './admission.ts'

/** A process that runs for long gives out many; the oldest are over by then. */
const maxKeys = 10_000

export class KeyRing {
  readonly #secrets = new Map<string, Secret>()

  find(value: string): Secret | undefined {
    return this.#secrets.get(value)
  }

  add(secret: Secret): void {
    this.#secrets.set(secret.value, secret)
    const [oldest] = this.#secrets.keys()
    if (this.#secrets.size > maxKeys && oldest !== undefined) this.#secrets.delete(oldest)
  }
}
