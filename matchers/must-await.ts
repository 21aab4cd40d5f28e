// Promises of the waiting matchers, and the memory of those that no test awaited. Vitest takes the first `then`;
// what it makes of it is what the author holds, so a second `then` is the proof that somebody waits.

import { RealtimeKitError } from '../src/errors.ts'
import { currentContext } from '../src/runtime/context.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { currentEntrance } from './entrance.ts'

/** A wait that a test started and did not await; `error` points at the author's line. */
export interface ForgottenWait {
  readonly what: string
  readonly error: Error
}

interface Remembered extends ForgottenWait {
  readonly contextId: string | undefined
}

const key = Symbol.for('vitest-realtime.forgotten-waits')
const home = globalThis as { [key]?: Set<Remembered> }
if (!home[key]) home[key] = new Set()
const waits: Set<Remembered> = home[key]

/**
 * Takes the waits of one test that nobody has awaited so far, and those that belong to no test. Each is given once.
 *
 * @param contextId id of the test's context; by default that of the running code
 * @example
 * const [first] = takeForgottenWaits(context.id)
 * if (first) throw first.error
 */
export function takeForgottenWaits(contextId: string | undefined = currentContext()?.id): ForgottenWait[] {
  const taken = [...waits].filter((wait) => wait.contextId === undefined || wait.contextId === contextId)
  for (const wait of taken) waits.delete(wait)
  return taken.map(({ what, error }) => ({ what, error }))
}

/** Gives `error` the author's stack, under its own name and message. */
function pointAt(error: unknown, author: Error): unknown {
  if (!(error instanceof Error)) return error
  const frames = author.stack?.slice(author.stack.indexOf('\n    at '))
  if (frames?.startsWith('\n    at ')) error.stack = `${error.name}: ${error.message}${frames}`
  return error
}

/** A promise that knows how many `then` belong to the host; the one after those is the author's `await`. */
class MustAwait<T> implements Promise<T> {
  readonly [Symbol.toStringTag] = 'Promise'
  readonly #promise: () => Promise<T>
  readonly #hostLinks: number
  readonly #wait: Remembered
  constructor(promise: () => Promise<T>, hostLinks: number, wait: Remembered) {
    this.#promise = promise
    this.#hostLinks = hostLinks
    this.#wait = wait
  }

  /** Asymmetric use asks for `pass` at once; a wait has none yet, and `undefined` would make `.not` always green. */
  get pass(): never {
    throw new RealtimeKitError(
      'RTK_MATCHER',
      `${this.#wait.what} waits, so it cannot stand inside another value. Its past tense (toHave…) can.`,
    )
  }

  then<A = T, B = never>(
    met?: ((value: T) => A | PromiseLike<A>) | null,
    unmet?: ((why: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const next = this.#promise().then(met, unmet)
    if (this.#hostLinks === 0) {
      waits.delete(this.#wait)
      return next
    }
    const told = next.catch((error) => {
      throw pointAt(error, this.#wait.error)
    })
    told.catch(() => {})
    waits.add(this.#wait)
    return new MustAwait<A | B>(() => told, this.#hostLinks - 1, this.#wait)
  }

  catch<B = never>(unmet?: ((why: unknown) => B | PromiseLike<B>) | null) {
    return this.then(undefined, unmet)
  }

  finally(then?: (() => void) | null) {
    return this.then(
      (value) => {
        then?.()
        return value
      },
      (why) => {
        then?.()
        throw why
      },
    )
  }
}

/**
 * Makes the result of a waiting matcher: the wait starts when the host asks for it, and a test that ends without awaiting it
 * can be told so at the author's line.
 *
 * @param matcher the function that the author called; the stack begins above it
 */
export function mustAwait(
  host: MatcherContext,
  what: string,
  matcher: (...args: never[]) => unknown,
  start: () => Promise<MatcherResult>,
): Promise<MatcherResult> {
  const error = new RealtimeKitError('RTK_NOT_AWAITED', `${what} was not awaited.\nWrite: await ${what}`)
  Error.captureStackTrace(error, currentEntrance() ?? matcher)
  let started: Promise<MatcherResult> | undefined
  const once = () => {
    started ??= start()
    return started
  }
  return new MustAwait(once, host.soft ? 2 : 1, { what, error, contextId: currentContext()?.id })
}
