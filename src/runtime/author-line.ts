// Where the test's author called the kit: file and line, for messages.

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
