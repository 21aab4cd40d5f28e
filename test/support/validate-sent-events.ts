// Every event that any service of this suite sends is held against the live service's schema and our own strict ones.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll } from 'vitest'
import type { AnyServerEvent } from '../../src/protocol/any-events.ts'
import {
  assertStrictServerEvent,
  assertStrictTranslationEvent,
  assertValidServerEvent,
  assertValidTranslationEvent,
  isTranslationEvent,
} from './server-event-schema.ts'

const complaints = new Set<string>()

function check(message: unknown): void {
  const { event } = message as { event: AnyServerEvent }
  const assertions = isTranslationEvent(event)
    ? [assertValidTranslationEvent, assertStrictTranslationEvent]
    : [assertValidServerEvent, assertStrictServerEvent]
  for (const assertion of assertions) {
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
