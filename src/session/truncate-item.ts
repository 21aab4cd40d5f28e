// A spoken item is cut to what was heard of it: by the client (`conversation.item.truncate`), or on calls by the service.

import { msToBytes } from './audio-buffer.ts'
import { changeEntry, durationMs, findEntry } from './conversation.ts'
import { type Outbox, send } from './outbox.ts'
import { withoutTranscript } from './response-item.ts'
import { itemAudio, type SessionState } from './state.ts'

export interface Truncation {
  readonly item_id: string
  readonly content_index: number
  readonly audio_end_ms: number
}

/** Cuts the sound and takes the transcript away. An item that is gone, or that has no more sound than that, stays as it is. */
export function truncateItem(
  state: SessionState,
  { item_id, content_index, audio_end_ms }: Truncation,
  out: Outbox,
): SessionState {
  const entry = findEntry(state.conversation, item_id)
  const audio = itemAudio(state, item_id)
  if (!entry || !audio || audio_end_ms > durationMs(audio)) return state
  const cut = { ...audio, bytes: audio.bytes.slice(0, msToBytes(audio.format, audio_end_ms)) }
  send(out, { type: 'conversation.item.truncated', item_id, content_index, audio_end_ms })
  const item = withoutTranscript(entry.item)
  return { ...state, conversation: changeEntry(state.conversation, item_id, { item, audio: cut, truncated: true }) }
}
