// toHaveReceived: the app has sent an event of this type, with these fields, at any time so far.

import type { ClientEventOf, ClientEventType, Matching } from '../src/api.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { checkClientEvent } from './event-names.ts'
import { checkMatching, pastEvent } from './one-event.ts'
import { callOf } from './received.ts'

export function toHaveReceived<K extends ClientEventType>(
  this: MatcherContext,
  received: unknown,
  type: K,
  matching?: Matching<ClientEventOf<K>>,
): MatcherResult {
  const call = callOf(this, 'toHaveReceived', received, [type, matching])
  checkClientEvent(call, type, 'toHaveEmitted')
  checkMatching(call, matching)
  return pastEvent(call, { from: 'app', type, matching })
}
