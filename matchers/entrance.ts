// Where the author's call came in, while a matcher runs that is loaded when it is first called: stacks that begin at the author's line
// must leave that function out too. Shared by all copies of the kit in a process.

type Entrance = (...args: never[]) => unknown

const key = Symbol.for('vitest-realtime.matcher-entrance')
const home = globalThis as { [key]?: Entrance | undefined }

/** Runs `work` as what `entrance` was called for. */
export function enteredBy<T>(entrance: Entrance, work: () => T): T {
  const before = home[key]
  home[key] = entrance
  try {
    return work()
  } catch (error) {
    if (isSlip(error)) Error.captureStackTrace(error, entrance)
    throw error
  } finally {
    home[key] = before
  }
}

/** What the author called wrongly: our own lines would push his off the stack. By its code, since copies of the kit have classes apart. */
function isSlip(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'RTK_MATCHER'
}

/** The function through which the running matcher was called; undefined where it was called itself. */
export function currentEntrance(): Entrance | undefined {
  return home[key]
}
