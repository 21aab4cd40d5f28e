// Numbers by chance that are the same for the same seed. Nothing here reads Math.random.

export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = (((seed % 2_147_483_646) + 1) * 7919) % 2_147_483_647
    this.next()
  }

  /** In [0, 1): a 31-bit linear congruence (minimal standard). */
  next(): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647
    return this.#state / 2_147_483_647
  }

  /** A whole number from 0, smaller than the limit. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  /** True this often. */
  is(probability: number): boolean {
    return this.next() < probability
  }

  /** The fields, or none of them. */
  maybe<T extends object>(fields: T, probability = 0.5): T | Record<string, never> {
    return this.is(probability) ? fields : {}
  }

  pick<T>(choices: readonly [T, ...T[]]): T
  pick<T>(choices: readonly T[]): T | undefined
  pick<T>(choices: readonly T[]): T | undefined {
    return choices[this.below(choices.length)]
  }
}
