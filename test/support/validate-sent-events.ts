// Every event that any service of this suite sends is held against the live service's schema and our own strict ones.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll } from 'vitest'
import type { ServerEvent } from '../../src/protocol/server-events.ts'
import { assertStrictServerEvent, assertValidServerEvent } from './server-event-schema.ts'

const complaints = new Set<string>()

function check(message: unknown): void {
  const { event } = message as { event: ServerEvent }
  for (const assertion of [assertValidServerEvent, assertStrictServerEvent]) {
    try {
      assertion(event)
    } catch (error) {
      complaints.add(`${event.type}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

beforeAll(() => subscribe('vitest-realtime:sent', check))
afterAll(() => {
  unsubscribe('vitest-realtime:sent', check)
  if (complaints.size > 0) throw new Error(`Events were sent that the schemas refuse:\n${[...complaints].join('\n')}`)
})
