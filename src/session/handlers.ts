// The table: client event -> handler. Together with turn detection it is the whole behaviour of the service.
// Typed by the union of client events: a new event does not compile until it has its row.

import type { ClientEventOf, ClientEventType } from '../protocol/client-events.ts'
import { onOutputClear } from './clear-output.ts'
import { onAppend, onClear, onCommit } from './on-audio-buffer.ts'
import { onItemCreate, onItemDelete, onItemRetrieve, onItemTruncate } from './on-item.ts'
import { onResponseCancel, onResponseCreate } from './on-response.ts'
import { onSessionUpdate } from './on-session.ts'
import type { Outbox } from './outbox.ts'
import type { SessionState } from './state.ts'

/** Gives the next state; what is to be sent goes to the outbox. */
export type Handler<Type extends ClientEventType> = (state: SessionState, event: ClientEventOf<Type>, out: Outbox) => SessionState

export const handlers: { readonly [Type in ClientEventType]: Handler<Type> } = {
  'session.update': onSessionUpdate,
  'input_audio_buffer.append': onAppend,
  'input_audio_buffer.commit': onCommit,
  'input_audio_buffer.clear': onClear,
  'conversation.item.create': onItemCreate,
  'conversation.item.retrieve': onItemRetrieve,
  'conversation.item.truncate': onItemTruncate,
  'conversation.item.delete': onItemDelete,
  'response.create': onResponseCreate,
  'response.cancel': onResponseCancel,
  'output_audio_buffer.clear': onOutputClear,
}
