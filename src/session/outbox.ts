// What one step wants done, in order, while it is being worked out. Handlers take the state and give the next one; what is to be
// sent or scheduled goes here. An outbox lives for one step only.

import type { Fault } from '../protocol/faults.ts'
import { errorEvent } from '../protocol/faults.ts'
import type { Ids } from '../protocol/ids.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import type { Effect } from './effects.ts'

type Unstamped<E> = E extends { readonly event_id: string } ? Omit<E, 'event_id'> : never

/** A server event before it has its `event_id`. */
export type UnsentEvent = Unstamped<ServerEvent>

export interface Outbox {
  readonly nowMs: number
  readonly effects: Effect[]
  readonly ids: Ids
}

export function createOutbox(ids: Ids, nowMs: number): Outbox {
  return { nowMs, effects: [], ids }
}

/** Sends an event; its id is made here. */
export function send(out: Outbox, event: UnsentEvent): void {
  const { type, ...fields } = event
  // Key order of the wire: type, event_id, the rest. Taking the event apart loses which fields go with which type.
  const stamped = { type, event_id: out.ids.id('event'), ...fields } as ServerEvent
  out.effects.push({ type: 'send', event: stamped })
}

/** Answers with the wire `error`; `'refused'` tells callers to stop. */
export function refuse(out: Outbox, fault: Fault): 'refused' {
  out.effects.push({ type: 'send', event: errorEvent(fault, out.ids.id('event')) })
  return 'refused'
}

export function push(out: Outbox, effect: Effect): void {
  out.effects.push(effect)
}
