// The sound of a call is cut off: by the caller's speech, or by the client (`output_audio_buffer.clear`). The service plays it,
// so the service also knows what was heard, and truncates the items to that by itself.

import type { ClientEventOf } from '../protocol/client-events.ts'
import { unknownType } from '../protocol/faults.ts'
import { type Outbox, refuse, send } from './outbox.ts'
import { cutOutput } from './output-buffer.ts'
import { setTimer, settlePlayout } from './playout.ts'
import type { SessionState } from './state.ts'
import { truncateItem } from './truncate-item.ts'

/** Cuts off all sound that plays or waits to be played; nothing where none does, or where the client plays. */
export function clearOutput(state: SessionState, out: Outbox): SessionState {
  const settled = settlePlayout(state, out)
  if (!settled.output || settled.output.sounding.length === 0) return settled
  const { buffer, responseIds, items } = cutOutput(settled.output, out.nowMs)
  for (const response_id of responseIds) send(out, { type: 'output_audio_buffer.cleared', response_id })
  let next: SessionState = { ...settled, output: setTimer(buffer, out) }
  for (const { itemId, playedMs } of items) {
    next = truncateItem(next, { item_id: itemId, content_index: 0, audio_end_ms: Math.floor(playedMs) }, out)
  }
  return next
}

/** WebRTC and SIP only: a WebSocket that carries the sound itself does not know this event. With nothing to clear it is silent. */
export function onOutputClear(state: SessionState, event: ClientEventOf<'output_audio_buffer.clear'>, out: Outbox): SessionState {
  if (state.output) return clearOutput(state, out)
  refuse(out, unknownType(event.type, event))
  return state
}
