// A queue that a test reads with await: what has arrived comes at once, what has not is waited for.

export class Inbox<T> {
  readonly #items: T[] = []
  readonly #readers: ((item: T) => void)[] = []
  #count = 0

  /** How many items ever arrived. */
  get count(): number {
    return this.#count
  }

  put(item: T): void {
    this.#count += 1
    const reader = this.#readers.shift()
    if (reader) reader(item)
    else this.#items.push(item)
  }

  next(): Promise<T> {
    const item = this.#items.shift()
    return item === undefined ? new Promise((resolve) => this.#readers.push(resolve)) : Promise.resolve(item)
  }

  async take(count: number): Promise<T[]> {
    const items: T[] = []
    while (items.length < count) items.push(await this.next())
    return items
  }
}

export interface Closed {
  readonly code: number
  readonly reason: string
}
