// What the client sends, on its way: where acknowledgements take time, everything of it arrives that much later, in its order.
// The same for sessions of every kind.

import type { Input } from './inputs.ts'
import { type Outbox, push } from './outbox.ts'
import { timerName } from './timers.ts'

/** A client event on its way. */
export interface DelayedInput<C> {
  readonly dueMs: number
  readonly input: Input<C>
}

/** The part of a session's state that is looked at. `C`: its client events. */
interface Receiver<C> {
  readonly settings: { readonly acknowledgeMs: number }
  readonly inbox: readonly DelayedInput<C>[]
}

/** Whether an input has to wait: only what the client sends does. */
export function isDelayed<C>({ settings }: Receiver<C>, input: Input<C>): boolean {
  const isFromClient = input.type === 'client-event' || input.type === 'client-fault'
  return isFromClient && settings.acknowledgeMs > 0
}

/** Puts an input off until it has been under way long enough. */
export function delay<C, S extends Receiver<C>, E>(state: S, input: Input<C>, out: Outbox<E>): S {
  const dueMs = Math.max(out.nowMs + state.settings.acknowledgeMs, state.inbox.at(-1)?.dueMs ?? 0)
  if (state.inbox.length === 0) push(out, { type: 'schedule', timer: timerName.inbox, atMs: dueMs, deadline: 'service' })
  return { ...state, inbox: [...state.inbox, { dueMs, input }] }
}

/** The input that has arrived, and the state without it. One at a time: what its effects bring about comes before the next. */
export function takeDelayed<C, S extends Receiver<C>, E>(
  state: S & Receiver<C>,
  out: Outbox<E>,
): { readonly state: S; readonly input: Input<C> } | undefined {
  const [first, ...inbox] = state.inbox
  if (!first) return undefined
  const next = inbox[0]
  if (next) push(out, { type: 'schedule', timer: timerName.inbox, atMs: Math.max(out.nowMs, next.dueMs), deadline: 'service' })
  return { state: { ...state, inbox }, input: first.input }
}
