// The header in which a call within this process carries the id of its test (see reentry.ts).

import type { IncomingMessage } from 'node:http'
import { type Context, contexts } from './context.ts'

export const contextHeader = 'x-vitest-realtime-test'

/** The test that a request carries the mark of. */
export function markedContext(request: IncomingMessage): Context | undefined {
  const id = request.headers[contextHeader]
  if (id === undefined) return undefined
  for (const context of contexts.live) if (context.id === id) return context
  return undefined
}
