// toHaveEmitted: the service has sent an event of this type, with these fields, at any time so far.

import type { Matching, ServerEventOf, ServerEventType } from '../src/api.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { checkServerEvent } from './event-names.ts'
import { checkMatching, pastEvent } from './one-event.ts'
import { callOf } from './received.ts'

export function toHaveEmitted<K extends ServerEventType>(
  this: MatcherContext,
  received: unknown,
  type: K,
  matching?: Matching<ServerEventOf<K>>,
): MatcherResult {
  const call = callOf(this, 'toHaveEmitted', received, [type, matching])
  checkServerEvent(call, type, 'toHaveReceived')
  checkMatching(call, matching)
  return pastEvent(call, { from: 'service', type, matching })
}
