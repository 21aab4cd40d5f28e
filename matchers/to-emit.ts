// toEmit: waits until the service sends an event of this type, with these fields, from the session's cursor on.

import type { Matching, ServerEventOf, ServerEventType } from '../src/api.ts'
import { awaitedEvent, type WaitSettings } from './awaited-event.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { checkServerEvent } from './event-names.ts'
import { checkMatching } from './one-event.ts'
import { callOf, checkOptions } from './received.ts'

export function toEmit<K extends ServerEventType>(
  this: MatcherContext,
  received: unknown,
  type: K,
  matching?: Matching<ServerEventOf<K>>,
  options?: WaitSettings,
): Promise<MatcherResult> {
  const call = callOf(this, 'toEmit', received, [type, matching, options])
  checkServerEvent(call, type, 'toReceive')
  checkMatching(call, matching)
  checkOptions(call, options, { timeout: 'number' })
  return awaitedEvent(call, { from: 'service', type, matching }, options, toEmit)
}
