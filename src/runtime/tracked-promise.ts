// Promises that notice whether anybody awaits them: a forgotten `await` in front of a wait would let a test pass by not looking.

import { RealtimeKitError } from '../errors.ts'
import { type Context, currentContext } from './context.ts'

interface Forgotten {
  readonly contextId: string | undefined
  readonly error: RealtimeKitError
}

const key = Symbol.for('vitest-realtime.tracked')
const home = globalThis as { [key]?: Set<Forgotten> }
home[key] ??= new Set()
/** Waits begun and not awaited yet, of all tests of this process. */
const pending: Set<Forgotten> = home[key]

class TrackedPromise<T> extends Promise<T> {
  #record: Forgotten | undefined

  // Promises derived from this one need no tracking.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  watch(record: Forgotten): this {
    // Reported as forgotten, not as an unhandled rejection too.
    super.then(undefined, () => {})
    this.#record = record
    pending.add(record)
    return this
  }

  // `await` calls it: that is what is to be noticed.
  override then<A = T, B = never>(
    ok?: ((value: T) => A | PromiseLike<A>) | null,
    bad?: ((why: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (this.#record) pending.delete(this.#record)
    return super.then(ok, bad)
  }
}

/**
 * A promise of `work` that is reported by `takeForgotten` when nothing ever awaits it, and whose failures point at the author's line.
 *
 * @param from the public function, cut from the stack
 */
export function tracked<T>(
  what: string,
  work: Promise<T>,
  from: (...args: never[]) => unknown,
  context = currentContext(),
): Promise<T> {
  const error = new RealtimeKitError('RTK_NOT_AWAITED', `${what} was not awaited.\nWrite: await ${what}`)
  Error.captureStackTrace?.(error, from)
  return new TrackedPromise<T>((resolve, reject) => {
    work.then(resolve, (why: unknown) => reject(pointAt(why, error)))
  }).watch({ contextId: context?.id, error })
}

/** Gives an error of the kit the author's stack; others keep theirs, which points into the author's own code. */
function pointAt(why: unknown, author: Error): unknown {
  if (!(why instanceof RealtimeKitError) || why.code === 'RTK_BUG') return why
  const frames = author.stack?.slice(author.stack.search(/\n\s+at /)) ?? ''
  if (frames.startsWith('\n')) why.stack = `${why.name}: ${why.message}${frames}`
  return why
}

/** The errors of waits that nobody awaited in this test; forgets them. */
export function takeForgotten(context: Pick<Context, 'id'>): RealtimeKitError[] {
  const mine = [...pending].filter((record) => record.contextId === context.id)
  for (const record of mine) pending.delete(record)
  return mine.map((record) => record.error)
}
