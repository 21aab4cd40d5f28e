// Adds all matchers to an `expect`.

import * as matchers from './index.ts'

/**
 * Makes the matchers known to an `expect` of Vitest, also as asymmetric matchers.
 *
 * @example
 * registerMatchers(expect)
 */
export function registerMatchers(expect: { extend(matchers: Record<string, (...args: any[]) => any>): void }): void {
  expect.extend({ ...matchers })
}
