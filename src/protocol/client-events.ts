// The 11 GA client events: strict schemas, and types named over them. Decoding is in decode.ts.

import * as z from 'zod'
import { clientItemSchema } from './client-items.ts'
import type { ClientEventType } from './event-types.ts'
import { responseCreateParamsSchema } from './responses.ts'
import { sessionUpdateSchema } from './session-config.ts'

export type { ClientEventType } from './event-types.ts'
export { clientEventTypes, isClientEventType } from './event-types.ts'

const eventId = z.string().max(512).exactOptional()

function clientEvent<const Type extends ClientEventType, Fields extends z.ZodRawShape>(type: Type, fields: Fields) {
  return z.strictObject({ type: z.literal(type), event_id: eventId, ...fields })
}

const sessionUpdate = clientEvent('session.update', { session: sessionUpdateSchema })
const inputAudioBufferAppend = clientEvent('input_audio_buffer.append', { audio: z.string() })
const inputAudioBufferCommit = clientEvent('input_audio_buffer.commit', {})
const inputAudioBufferClear = clientEvent('input_audio_buffer.clear', {})
const itemCreate = clientEvent('conversation.item.create', {
  previous_item_id: z.string().nullable().exactOptional(),
  item: clientItemSchema,
})
const itemRetrieve = clientEvent('conversation.item.retrieve', { item_id: z.string() })
const itemTruncate = clientEvent('conversation.item.truncate', {
  item_id: z.string(),
  content_index: z.int().min(0),
  audio_end_ms: z.int().min(0),
})
const itemDelete = clientEvent('conversation.item.delete', { item_id: z.string() })
const responseCreate = clientEvent('response.create', { response: responseCreateParamsSchema.exactOptional() })
const responseCancel = clientEvent('response.cancel', { response_id: z.string().exactOptional() })
const outputAudioBufferClear = clientEvent('output_audio_buffer.clear', {})

/** Changes the session; the reply is `session.updated`. */
export interface SessionUpdateEvent extends z.infer<typeof sessionUpdate> {}
/** Sound for the input buffer: base64 in the session's input format, at most 15 MiB. No reply. */
export interface InputAudioBufferAppendEvent extends z.infer<typeof inputAudioBufferAppend> {}
/** Makes a user item of the buffer; needs 100 ms of sound. */
export interface InputAudioBufferCommitEvent extends z.infer<typeof inputAudioBufferCommit> {}
/** Drops what is in the buffer. */
export interface InputAudioBufferClearEvent extends z.infer<typeof inputAudioBufferClear> {}
/** Adds an item after `previous_item_id`; absent, null or '' is at the end, 'root' at the start. */
export interface ConversationItemCreateEvent extends z.infer<typeof itemCreate> {}
/** Asks for an item with its sound. */
export interface ConversationItemRetrieveEvent extends z.infer<typeof itemRetrieve> {}
/** Cuts the assistant's sound where the user stopped hearing it. */
export interface ConversationItemTruncateEvent extends z.infer<typeof itemTruncate> {}
/** Removes an item. */
export interface ConversationItemDeleteEvent extends z.infer<typeof itemDelete> {}
/** Asks the model to answer. */
export interface ResponseCreateEvent extends z.infer<typeof responseCreate> {}
/** Stops a response; without an id, the one of the default conversation. */
export interface ResponseCancelEvent extends z.infer<typeof responseCancel> {}
/** WebRTC and SIP only; unknown on a WebSocket. */
export interface OutputAudioBufferClearEvent extends z.infer<typeof outputAudioBufferClear> {}

/** Everything that a client may send. */
export type ClientEvent =
  | SessionUpdateEvent
  | InputAudioBufferAppendEvent
  | InputAudioBufferCommitEvent
  | InputAudioBufferClearEvent
  | ConversationItemCreateEvent
  | ConversationItemRetrieveEvent
  | ConversationItemTruncateEvent
  | ConversationItemDeleteEvent
  | ResponseCreateEvent
  | ResponseCancelEvent
  | OutputAudioBufferClearEvent

/** The client event of that name. */
export type ClientEventOf<Type extends ClientEventType> = Extract<ClientEvent, { type: Type }>

/** A strict schema for each client event, by its type. */
export const clientEventSchemas: { readonly [Type in ClientEventType]: z.ZodType<ClientEventOf<Type>> } = {
  'session.update': sessionUpdate,
  'input_audio_buffer.append': inputAudioBufferAppend,
  'input_audio_buffer.commit': inputAudioBufferCommit,
  'input_audio_buffer.clear': inputAudioBufferClear,
  'conversation.item.create': itemCreate,
  'conversation.item.retrieve': itemRetrieve,
  'conversation.item.truncate': itemTruncate,
  'conversation.item.delete': itemDelete,
  'response.create': responseCreate,
  'response.cancel': responseCancel,
  'output_audio_buffer.clear': outputAudioBufferClear,
}
