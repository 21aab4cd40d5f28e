// What one step wants done, in order, while it is being worked out. Handlers take the state and give the next one; what is to be
// sent or scheduled goes here. An outbox lives for one step only.

import type { Fault } from '../protocol/faults.ts'
import { errorEvent } from '../protocol/faults.ts'
import type { Ids } from '../protocol/ids.ts'
import type { ErrorEvent, ServerEvent } from '../protocol/server-events.ts'
import type { Effect } from './effects.ts'

type Unstamped<E> = E extends { readonly event_id: string } ? Omit<E, 'event_id'> : never

/** A server event before it has its `event_id`. */
export type UnsentEvent<E = ServerEvent> = Unstamped<E>

/** `E`: the server events of the kind of session. */
export interface Outbox<E = ServerEvent> {
  readonly nowMs: number
  readonly effects: Effect<E | ErrorEvent>[]
  readonly ids: Ids
}

export function createOutbox<E = ServerEvent>(ids: Ids, nowMs: number): Outbox<E> {
  return { nowMs, effects: [], ids }
}

/** Sends an event; its id is made here. */
export function send<E = ServerEvent>(out: Outbox<E>, event: UnsentEvent<E> & { readonly type: string }): void {
  // Key order of the wire: type, event_id, the rest; `type` keeps its first place. Taking the event apart would cost five times as
  // much. The copy loses which fields go with which type.
  const stamped = Object.assign({ type: event.type, event_id: out.ids.id('event') }, event) as unknown as E
  out.effects.push({ type: 'send', event: stamped })
}

/** Answers with the wire `error`; `'refused'` tells callers to stop. */
export function refuse<E>(out: Outbox<E>, fault: Fault): 'refused' {
  out.effects.push({ type: 'send', event: errorEvent(fault, out.ids.id('event')) })
  return 'refused'
}

export function push<E>(out: Outbox<E>, effect: Effect<E>): void {
  out.effects.push(effect)
}
