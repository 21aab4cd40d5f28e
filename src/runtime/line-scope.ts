// Which simulated phone call the running code of the app works for: an AsyncLocalStorage for the whole process beside that of the test
// (context.ts). A session that is opened in it belongs to that call, whatever the app makes of the caller's sound on the way.

import type { IncomingMessage } from 'node:http'
import { builtin } from '../builtins.ts'

/** Carries the line within this process, beside the id of its test. */
export const lineHeader = 'x-vitest-realtime-line'

interface LineStorage {
  getStore(): string | undefined
  run<T>(line: string, work: () => T): T
}

const key = Symbol.for('vitest-realtime.lines')
const home = globalThis as { [key]?: LineStorage | null }

function storage(): LineStorage | null {
  if (home[key] === undefined) {
    const hooks = builtin('node:async_hooks')
    home[key] = hooks ? new hooks.AsyncLocalStorage<string>() : null
  }
  return home[key] ?? null
}

/** Undefined where no call is at work. */
export function currentLine(): string | undefined {
  return home[key]?.getStore()
}

/** Runs `work` for a line; without one as it is. */
export function onLine<T>(line: string | undefined, work: () => T): T {
  const lines = line === undefined ? null : storage()
  return lines ? lines.run(line!, work) : work()
}

/** The line that a request carries the mark of. */
export function markedLine(request: IncomingMessage): string | undefined {
  const line = request.headers[lineHeader]
  return typeof line === 'string' ? line : undefined
}
