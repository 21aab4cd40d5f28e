// The 46 GA server events as the service sends them: strict schemas (every key required, no other allowed), types over them.
// When each is sent is the session layer's affair.

import * as z from 'zod'
import type { ServerEventType } from './event-types.ts'
import { itemSchema, retrievedItemSchema } from './items.ts'
import { responseObjectSchema } from './responses.ts'
import { sessionObjectSchema } from './session-config.ts'

export type { ServerEventType } from './event-types.ts'
export { isServerEventType, serverEventTypes } from './event-types.ts'

function serverEvent<const Type extends ServerEventType, Fields extends z.ZodRawShape>(type: Type, fields: Fields) {
  return z.strictObject({ type: z.literal(type), event_id: z.string(), ...fields })
}

const id = z.string()
const index = z.int().min(0)
const ms = z.int().min(0)
const text = z.string()
/** Random padding of deltas, 8 to 14 characters. */
const obfuscation = z.string()
const logprobs = z
  .array(z.strictObject({ token: z.string(), logprob: z.number(), bytes: z.array(z.int()) }))
  .nullable()
  .exactOptional()

// ---- session, errors, limits

const errorBody = z.strictObject({
  type: z.string(),
  code: z.string().nullable(),
  message: z.string(),
  param: z.string().nullable(),
  event_id: z.string().nullable(),
})
const error = serverEvent('error', { error: errorBody })
const sessionCreated = serverEvent('session.created', { session: sessionObjectSchema })
const sessionUpdated = serverEvent('session.updated', { session: sessionObjectSchema })
const rateLimitsUpdated = serverEvent('rate_limits.updated', {
  rate_limits: z.array(
    z.strictObject({ name: z.enum(['requests', 'tokens']), limit: z.int(), remaining: z.int(), reset_seconds: z.number() }),
  ),
})

/** A refusal, or a failure of the service. The session goes on unless a close follows at once. */
export interface ErrorEvent extends z.infer<typeof error> {}
export interface SessionCreatedEvent extends z.infer<typeof sessionCreated> {}
export interface SessionUpdatedEvent extends z.infer<typeof sessionUpdated> {}
/** Sent after `response.done`, with one entry: tokens. */
export interface RateLimitsUpdatedEvent extends z.infer<typeof rateLimitsUpdated> {}

// ---- conversation

const placedItem = { previous_item_id: id.nullable(), item: itemSchema }
const conversationCreated = serverEvent('conversation.created', {
  conversation: z.strictObject({ id, object: z.literal('realtime.conversation') }),
})
const itemCreated = serverEvent('conversation.item.created', placedItem)
const itemAdded = serverEvent('conversation.item.added', placedItem)
const itemDone = serverEvent('conversation.item.done', placedItem)
const itemRetrieved = serverEvent('conversation.item.retrieved', { item: retrievedItemSchema })
const itemTruncated = serverEvent('conversation.item.truncated', { item_id: id, content_index: index, audio_end_ms: ms })
const itemDeleted = serverEvent('conversation.item.deleted', { item_id: id })

/** Not seen on GA; sent only where a profile asks for it. */
export interface ConversationCreatedEvent extends z.infer<typeof conversationCreated> {}
/** The beta's name for `added` and `done`; GA never sends it. */
export interface ConversationItemCreatedEvent extends z.infer<typeof itemCreated> {}
export interface ConversationItemAddedEvent extends z.infer<typeof itemAdded> {}
export interface ConversationItemDoneEvent extends z.infer<typeof itemDone> {}
export interface ConversationItemRetrievedEvent extends z.infer<typeof itemRetrieved> {}
export interface ConversationItemTruncatedEvent extends z.infer<typeof itemTruncated> {}
export interface ConversationItemDeletedEvent extends z.infer<typeof itemDeleted> {}

// ---- transcription of the input

const transcribed = { item_id: id, content_index: index }
const transcriptionUsage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('tokens'),
    total_tokens: z.int(),
    input_tokens: z.int(),
    input_token_details: z.strictObject({ text_tokens: z.int(), audio_tokens: z.int() }),
    output_tokens: z.int(),
  }),
  z.strictObject({ type: z.literal('duration'), seconds: z.number() }),
])
const transcriptionDelta = serverEvent('conversation.item.input_audio_transcription.delta', {
  ...transcribed,
  delta: text,
  logprobs,
  obfuscation,
})
const transcriptionCompleted = serverEvent('conversation.item.input_audio_transcription.completed', {
  ...transcribed,
  transcript: text,
  usage: transcriptionUsage,
  logprobs,
  languages: z.array(z.strictObject({ code: z.string() })).exactOptional(),
})
const transcriptionFailed = serverEvent('conversation.item.input_audio_transcription.failed', {
  ...transcribed,
  error: z.strictObject({ type: z.string(), code: z.string().nullable(), message: z.string(), param: z.string().nullable() }),
})
const transcriptionSegment = serverEvent('conversation.item.input_audio_transcription.segment', {
  ...transcribed,
  id,
  text,
  speaker: z.string(),
  start: z.number(),
  end: z.number(),
})

export type TranscriptionUsage = z.infer<typeof transcriptionUsage>
export interface InputAudioTranscriptionDeltaEvent extends z.infer<typeof transcriptionDelta> {}
export interface InputAudioTranscriptionCompletedEvent extends z.infer<typeof transcriptionCompleted> {}
export interface InputAudioTranscriptionFailedEvent extends z.infer<typeof transcriptionFailed> {}
/** Diarizing model only; `start` and `end` are seconds. */
export interface InputAudioTranscriptionSegmentEvent extends z.infer<typeof transcriptionSegment> {}

// ---- audio buffers

const bufferCommitted = serverEvent('input_audio_buffer.committed', { previous_item_id: id.nullable(), item_id: id })
const bufferCleared = serverEvent('input_audio_buffer.cleared', {})
const speechStarted = serverEvent('input_audio_buffer.speech_started', { audio_start_ms: ms, item_id: id })
const speechStopped = serverEvent('input_audio_buffer.speech_stopped', { audio_end_ms: ms, item_id: id })
const timeoutTriggered = serverEvent('input_audio_buffer.timeout_triggered', {
  audio_start_ms: ms,
  audio_end_ms: ms,
  item_id: id,
})
/** The one event without an `event_id`. */
const dtmfEventReceived = z.strictObject({
  type: z.literal('input_audio_buffer.dtmf_event_received'),
  event: z.string(),
  received_at: z.int(),
})
const outputStarted = serverEvent('output_audio_buffer.started', { response_id: id })
const outputStopped = serverEvent('output_audio_buffer.stopped', { response_id: id })
const outputCleared = serverEvent('output_audio_buffer.cleared', { response_id: id })

export interface InputAudioBufferCommittedEvent extends z.infer<typeof bufferCommitted> {}
export interface InputAudioBufferClearedEvent extends z.infer<typeof bufferCleared> {}
/** `audio_start_ms` counts sound written to the buffer since the session began. */
export interface InputAudioBufferSpeechStartedEvent extends z.infer<typeof speechStarted> {}
export interface InputAudioBufferSpeechStoppedEvent extends z.infer<typeof speechStopped> {}
export interface InputAudioBufferTimeoutTriggeredEvent extends z.infer<typeof timeoutTriggered> {}
export interface InputAudioBufferDtmfEventReceivedEvent extends z.infer<typeof dtmfEventReceived> {}
export interface OutputAudioBufferStartedEvent extends z.infer<typeof outputStarted> {}
export interface OutputAudioBufferStoppedEvent extends z.infer<typeof outputStopped> {}
export interface OutputAudioBufferClearedEvent extends z.infer<typeof outputCleared> {}

// ---- responses

const ofItem = { response_id: id, item_id: id, output_index: index }
const ofPart = { ...ofItem, content_index: index }
/** Parts are `text` and `audio` here, though the items say `output_text` and `output_audio`. */
const part = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text }),
  z.strictObject({ type: z.literal('audio'), transcript: text }),
])

export type ResponseContentPart = z.infer<typeof part>

const responseCreated = serverEvent('response.created', { response: responseObjectSchema })
const responseDone = serverEvent('response.done', { response: responseObjectSchema })
const outputItemAdded = serverEvent('response.output_item.added', { response_id: id, output_index: index, item: itemSchema })
const outputItemDone = serverEvent('response.output_item.done', { response_id: id, output_index: index, item: itemSchema })
const contentPartAdded = serverEvent('response.content_part.added', { ...ofPart, part })
const contentPartDone = serverEvent('response.content_part.done', { ...ofPart, part })
const outputTextDelta = serverEvent('response.output_text.delta', { ...ofPart, delta: text, obfuscation })
const outputTextDone = serverEvent('response.output_text.done', { ...ofPart, text })
const transcriptDelta = serverEvent('response.output_audio_transcript.delta', { ...ofPart, delta: text, obfuscation })
const transcriptDone = serverEvent('response.output_audio_transcript.done', { ...ofPart, transcript: text })
const outputAudioDelta = serverEvent('response.output_audio.delta', { ...ofPart, delta: text })
const outputAudioDone = serverEvent('response.output_audio.done', ofPart)
const argumentsDelta = serverEvent('response.function_call_arguments.delta', {
  ...ofItem,
  call_id: id,
  delta: text,
  obfuscation: obfuscation.exactOptional(),
})
const argumentsDone = serverEvent('response.function_call_arguments.done', {
  ...ofItem,
  call_id: id,
  name: z.string(),
  arguments: text,
})

export interface ResponseCreatedEvent extends z.infer<typeof responseCreated> {}
/** Exactly one for each response, whatever its status. */
export interface ResponseDoneEvent extends z.infer<typeof responseDone> {}
export interface ResponseOutputItemAddedEvent extends z.infer<typeof outputItemAdded> {}
export interface ResponseOutputItemDoneEvent extends z.infer<typeof outputItemDone> {}
export interface ResponseContentPartAddedEvent extends z.infer<typeof contentPartAdded> {}
export interface ResponseContentPartDoneEvent extends z.infer<typeof contentPartDone> {}
export interface ResponseOutputTextDeltaEvent extends z.infer<typeof outputTextDelta> {}
export interface ResponseOutputTextDoneEvent extends z.infer<typeof outputTextDone> {}
export interface ResponseOutputAudioTranscriptDeltaEvent extends z.infer<typeof transcriptDelta> {}
export interface ResponseOutputAudioTranscriptDoneEvent extends z.infer<typeof transcriptDone> {}
/** `delta` is base64 in the response's output format; whole samples. */
export interface ResponseOutputAudioDeltaEvent extends z.infer<typeof outputAudioDelta> {}
export interface ResponseOutputAudioDoneEvent extends z.infer<typeof outputAudioDone> {}
export interface ResponseFunctionCallArgumentsDeltaEvent extends z.infer<typeof argumentsDelta> {}
export interface ResponseFunctionCallArgumentsDoneEvent extends z.infer<typeof argumentsDone> {}

// ---- MCP

const mcpArgumentsDelta = serverEvent('response.mcp_call_arguments.delta', {
  ...ofItem,
  delta: text,
  obfuscation: obfuscation.nullable().exactOptional(),
})
const mcpArgumentsDone = serverEvent('response.mcp_call_arguments.done', { ...ofItem, arguments: text })
const mcpCallInProgress = serverEvent('response.mcp_call.in_progress', { output_index: index, item_id: id })
const mcpCallCompleted = serverEvent('response.mcp_call.completed', { output_index: index, item_id: id })
const mcpCallFailed = serverEvent('response.mcp_call.failed', { output_index: index, item_id: id })
const mcpListInProgress = serverEvent('mcp_list_tools.in_progress', { item_id: id })
const mcpListCompleted = serverEvent('mcp_list_tools.completed', { item_id: id })
const mcpListFailed = serverEvent('mcp_list_tools.failed', { item_id: id })

export interface ResponseMcpCallArgumentsDeltaEvent extends z.infer<typeof mcpArgumentsDelta> {}
export interface ResponseMcpCallArgumentsDoneEvent extends z.infer<typeof mcpArgumentsDone> {}
export interface ResponseMcpCallInProgressEvent extends z.infer<typeof mcpCallInProgress> {}
export interface ResponseMcpCallCompletedEvent extends z.infer<typeof mcpCallCompleted> {}
export interface ResponseMcpCallFailedEvent extends z.infer<typeof mcpCallFailed> {}
export interface McpListToolsInProgressEvent extends z.infer<typeof mcpListInProgress> {}
export interface McpListToolsCompletedEvent extends z.infer<typeof mcpListCompleted> {}
export interface McpListToolsFailedEvent extends z.infer<typeof mcpListFailed> {}

// ---- all of them

/** Everything that the service may send. */
export type ServerEvent =
  | ErrorEvent
  | SessionCreatedEvent
  | SessionUpdatedEvent
  | ConversationCreatedEvent
  | ConversationItemCreatedEvent
  | ConversationItemAddedEvent
  | ConversationItemDoneEvent
  | ConversationItemRetrievedEvent
  | ConversationItemTruncatedEvent
  | ConversationItemDeletedEvent
  | InputAudioTranscriptionDeltaEvent
  | InputAudioTranscriptionCompletedEvent
  | InputAudioTranscriptionFailedEvent
  | InputAudioTranscriptionSegmentEvent
  | InputAudioBufferCommittedEvent
  | InputAudioBufferClearedEvent
  | InputAudioBufferSpeechStartedEvent
  | InputAudioBufferSpeechStoppedEvent
  | InputAudioBufferTimeoutTriggeredEvent
  | InputAudioBufferDtmfEventReceivedEvent
  | OutputAudioBufferStartedEvent
  | OutputAudioBufferStoppedEvent
  | OutputAudioBufferClearedEvent
  | ResponseCreatedEvent
  | ResponseDoneEvent
  | ResponseOutputItemAddedEvent
  | ResponseOutputItemDoneEvent
  | ResponseContentPartAddedEvent
  | ResponseContentPartDoneEvent
  | ResponseOutputTextDeltaEvent
  | ResponseOutputTextDoneEvent
  | ResponseOutputAudioTranscriptDeltaEvent
  | ResponseOutputAudioTranscriptDoneEvent
  | ResponseOutputAudioDeltaEvent
  | ResponseOutputAudioDoneEvent
  | ResponseFunctionCallArgumentsDeltaEvent
  | ResponseFunctionCallArgumentsDoneEvent
  | ResponseMcpCallArgumentsDeltaEvent
  | ResponseMcpCallArgumentsDoneEvent
  | ResponseMcpCallInProgressEvent
  | ResponseMcpCallCompletedEvent
  | ResponseMcpCallFailedEvent
  | McpListToolsInProgressEvent
  | McpListToolsCompletedEvent
  | McpListToolsFailedEvent
  | RateLimitsUpdatedEvent

/** The server event of that name. */
export type ServerEventOf<Type extends ServerEventType> = Extract<ServerEvent, { type: Type }>

/** A strict schema for each server event, by its type. */
export const serverEventSchemas: { readonly [Type in ServerEventType]: z.ZodType<ServerEventOf<Type>> } = {
  error,
  'session.created': sessionCreated,
  'session.updated': sessionUpdated,
  'conversation.created': conversationCreated,
  'conversation.item.created': itemCreated,
  'conversation.item.added': itemAdded,
  'conversation.item.done': itemDone,
  'conversation.item.retrieved': itemRetrieved,
  'conversation.item.truncated': itemTruncated,
  'conversation.item.deleted': itemDeleted,
  'conversation.item.input_audio_transcription.delta': transcriptionDelta,
  'conversation.item.input_audio_transcription.completed': transcriptionCompleted,
  'conversation.item.input_audio_transcription.failed': transcriptionFailed,
  'conversation.item.input_audio_transcription.segment': transcriptionSegment,
  'input_audio_buffer.committed': bufferCommitted,
  'input_audio_buffer.cleared': bufferCleared,
  'input_audio_buffer.speech_started': speechStarted,
  'input_audio_buffer.speech_stopped': speechStopped,
  'input_audio_buffer.timeout_triggered': timeoutTriggered,
  'input_audio_buffer.dtmf_event_received': dtmfEventReceived,
  'output_audio_buffer.started': outputStarted,
  'output_audio_buffer.stopped': outputStopped,
  'output_audio_buffer.cleared': outputCleared,
  'response.created': responseCreated,
  'response.done': responseDone,
  'response.output_item.added': outputItemAdded,
  'response.output_item.done': outputItemDone,
  'response.content_part.added': contentPartAdded,
  'response.content_part.done': contentPartDone,
  'response.output_text.delta': outputTextDelta,
  'response.output_text.done': outputTextDone,
  'response.output_audio_transcript.delta': transcriptDelta,
  'response.output_audio_transcript.done': transcriptDone,
  'response.output_audio.delta': outputAudioDelta,
  'response.output_audio.done': outputAudioDone,
  'response.function_call_arguments.delta': argumentsDelta,
  'response.function_call_arguments.done': argumentsDone,
  'response.mcp_call_arguments.delta': mcpArgumentsDelta,
  'response.mcp_call_arguments.done': mcpArgumentsDone,
  'response.mcp_call.in_progress': mcpCallInProgress,
  'response.mcp_call.completed': mcpCallCompleted,
  'response.mcp_call.failed': mcpCallFailed,
  'mcp_list_tools.in_progress': mcpListInProgress,
  'mcp_list_tools.completed': mcpListCompleted,
  'mcp_list_tools.failed': mcpListFailed,
  'rate_limits.updated': rateLimitsUpdated,
}
