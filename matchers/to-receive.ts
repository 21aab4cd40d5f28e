// toReceive: waits until the app sends an event of this type, with these fields, from the session's cursor on.

import type { ClientEventOf, ClientEventType, Matching } from '../src/api.ts'
import { awaitedEvent, type WaitSettings } from './awaited-event.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { checkClientEvent } from './event-names.ts'
import { checkMatching } from './one-event.ts'
import { callOf, checkOptions } from './received.ts'

export function toReceive<K extends ClientEventType>(
  this: MatcherContext,
  received: unknown,
  type: K,
  matching?: Matching<ClientEventOf<K>>,
  options?: WaitSettings,
): Promise<MatcherResult> {
  const call = callOf(this, 'toReceive', received, [type, matching, options])
  checkClientEvent(call, type, 'toEmit')
  checkMatching(call, matching)
  checkOptions(call, options, { timeout: 'number' })
  return awaitedEvent(call, { from: 'app', type, matching }, options, toReceive)
}
