// The 3 client and 7 server events of translation sessions: strict schemas, and types named over them.
// Decoding is in translation-decode.ts; when each is sent is the session layer's affair.

import * as z from 'zod'
import type { TranslationClientEventType, TranslationServerEventType } from './event-types.ts'
import { type ErrorEvent, serverEventSchemas } from './server-events.ts'
import { translationSessionSchema, translationSessionUpdateSchema } from './translation-session.ts'

// ---- what a client sends

const eventId = z.string().max(512).exactOptional()

function clientEvent<const Type extends TranslationClientEventType, Fields extends z.ZodRawShape>(type: Type, fields: Fields) {
  return z.strictObject({ type: z.literal(type), event_id: eventId, ...fields })
}

const sessionUpdate = clientEvent('session.update', { session: translationSessionUpdateSchema })
const inputAudioBufferAppend = clientEvent('session.input_audio_buffer.append', { audio: z.string() })
const sessionClose = clientEvent('session.close', {})

/** Changes the session; the reply is `session.updated`. */
export interface TranslationSessionUpdateEvent extends z.infer<typeof sessionUpdate> {}
/** Sound to be translated: base64 of PCM16 at 24,000 Hz. No reply. */
export interface TranslationInputAudioBufferAppendEvent extends z.infer<typeof inputAudioBufferAppend> {}
/** No more sound comes: what is under way is still translated, then comes `session.closed`. */
export interface TranslationSessionCloseEvent extends z.infer<typeof sessionClose> {}

export type TranslationClientEvent =
  | TranslationSessionUpdateEvent
  | TranslationInputAudioBufferAppendEvent
  | TranslationSessionCloseEvent

/** The client event of that name. */
export type TranslationClientEventOf<Type extends TranslationClientEventType> = Extract<TranslationClientEvent, { type: Type }>

/** A strict schema for each client event, by its type. */
export const translationClientEventSchemas: {
  readonly [Type in TranslationClientEventType]: z.ZodType<TranslationClientEventOf<Type>>
} = {
  'session.update': sessionUpdate,
  'session.input_audio_buffer.append': inputAudioBufferAppend,
  'session.close': sessionClose,
}

// ---- what the service sends

function serverEvent<const Type extends TranslationServerEventType, Fields extends z.ZodRawShape>(type: Type, fields: Fields) {
  return z.strictObject({ type: z.literal(type), event_id: z.string(), ...fields })
}

/** Position in the source stream, in steps of an engine frame. */
const elapsedMs = z.int().min(0).multipleOf(200)

const sessionCreated = serverEvent('session.created', { session: translationSessionSchema })
const sessionUpdated = serverEvent('session.updated', { session: translationSessionSchema })
const sessionClosed = serverEvent('session.closed', {})
const inputTranscriptDelta = serverEvent('session.input_transcript.delta', { delta: z.string(), elapsed_ms: elapsedMs })
const outputTranscriptDelta = serverEvent('session.output_transcript.delta', { delta: z.string(), elapsed_ms: elapsedMs })
const outputAudioDelta = serverEvent('session.output_audio.delta', {
  delta: z.string(),
  sample_rate: z.literal(24_000),
  channels: z.literal(1),
  format: z.literal('pcm16'),
  elapsed_ms: elapsedMs,
})

export interface TranslationSessionCreatedEvent extends z.infer<typeof sessionCreated> {}
export interface TranslationSessionUpdatedEvent extends z.infer<typeof sessionUpdated> {}
/** The last event of a session that the client closed. */
export interface TranslationSessionClosedEvent extends z.infer<typeof sessionClosed> {}
/** A fragment of what was said; only where `audio.input.transcription` is configured. Fragments are joined as they are. */
export interface TranslationInputTranscriptDeltaEvent extends z.infer<typeof inputTranscriptDelta> {}
/** A fragment of the translation. Fragments are joined as they are. */
export interface TranslationOutputTranscriptDeltaEvent extends z.infer<typeof outputTranscriptDelta> {}
/** Sound of the translation, of any length; whole samples. */
export interface TranslationOutputAudioDeltaEvent extends z.infer<typeof outputAudioDelta> {}

export type TranslationServerEvent =
  | ErrorEvent
  | TranslationSessionCreatedEvent
  | TranslationSessionUpdatedEvent
  | TranslationSessionClosedEvent
  | TranslationInputTranscriptDeltaEvent
  | TranslationOutputTranscriptDeltaEvent
  | TranslationOutputAudioDeltaEvent

/** The server event of that name. */
export type TranslationServerEventOf<Type extends TranslationServerEventType> = Extract<TranslationServerEvent, { type: Type }>

/** A strict schema for each server event, by its type. */
export const translationServerEventSchemas: {
  readonly [Type in TranslationServerEventType]: z.ZodType<TranslationServerEventOf<Type>>
} = {
  error: serverEventSchemas.error,
  'session.created': sessionCreated,
  'session.updated': sessionUpdated,
  'session.closed': sessionClosed,
  'session.input_transcript.delta': inputTranscriptDelta,
  'session.output_transcript.delta': outputTranscriptDelta,
  'session.output_audio.delta': outputAudioDelta,
}
