// What takes time to make, made once for each key. What is kept on disk is in engines/speech-cache.ts.

/** Promises by key, `limit` at most: the oldest is forgotten first, and one that fails at once, so that it can be tried again. */
export class PromiseCache<T> {
  readonly #made = new Map<string, Promise<T>>()
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(key)
    if (known) return known
    const made = make()
    this.#made.set(key, made)
    if (this.#made.size > this.#limit) this.#made.delete(this.#made.keys().next().value!)
    made.catch(() => this.#made.delete(key))
    return made
  }
}
