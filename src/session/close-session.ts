// How the service ends a session by itself. Why it does is its callers' business.

import { type Outbox, push } from './outbox.ts'
import type { SessionState } from './state.ts'

/** Closes the socket; nobody listens to the replies that are under way, and no later input does anything. */
export function closeSession(
  state: SessionState,
  close: { readonly code: number; readonly reason: string },
  out: Outbox,
): SessionState {
  for (const response of state.responses.values()) {
    if (response.created && !response.replyEnded) push(out, { type: 'stop-reply', responseId: response.id })
  }
  push(out, { type: 'close', ...close })
  return { ...state, closed: true }
}
