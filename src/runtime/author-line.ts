// Where the test's author called the kit: file and line, for messages.

import { RealtimeKitError } from '../errors.ts'

/** `weather.test.ts:18` of the code that called `from`; undefined when the engine gives no stack. */
export function authorLine(from: (...args: never[]) => unknown): string | undefined {
  const holder: { stack?: string } = {}
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 1
  Error.captureStackTrace?.(holder, from)
  Error.stackTraceLimit = limit
  const frame = holder.stack?.split('\n')[1]
  const place = /([^/\\(\s]+):(\d+):\d+\)?$/.exec(frame ?? '')
  return place ? `${place[1]}:${place[2]}` : undefined
}

/** Does `work`; what is wrong with what the author wrote is thrown at the line that called `from`, without the kit's own lines. */
export function atAuthorsLine<T>(from: (...args: never[]) => unknown, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RealtimeKitError) Error.captureStackTrace?.(error, from)
    throw error
  }
}
