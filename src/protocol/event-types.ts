// The names of every GA event, both ways, and of those of translation sessions. Free of zod, so that matchers and messages can
// list names without loading schemas.

/** The 11 client events, in the order of the API reference. */
export const clientEventTypes = [
  'session.update',
  'input_audio_buffer.append',
  'input_audio_buffer.commit',
  'input_audio_buffer.clear',
  'conversation.item.create',
  'conversation.item.retrieve',
  'conversation.item.truncate',
  'conversation.item.delete',
  'response.create',
  'response.cancel',
  'output_audio_buffer.clear',
] as const

/** The 46 server events, in the order of the API reference. */
export const serverEventTypes = [
  'error',
  'session.created',
  'session.updated',
  'conversation.created',
  'conversation.item.created',
  'conversation.item.added',
  'conversation.item.done',
  'conversation.item.retrieved',
  'conversation.item.truncated',
  'conversation.item.deleted',
  'conversation.item.input_audio_transcription.delta',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
  'conversation.item.input_audio_transcription.segment',
  'input_audio_buffer.committed',
  'input_audio_buffer.cleared',
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.timeout_triggered',
  'input_audio_buffer.dtmf_event_received',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'output_audio_buffer.cleared',
  'response.created',
  'response.done',
  'response.output_item.added',
  'response.output_item.done',
  'response.content_part.added',
  'response.content_part.done',
  'response.output_text.delta',
  'response.output_text.done',
  'response.output_audio_transcript.delta',
  'response.output_audio_transcript.done',
  'response.output_audio.delta',
  'response.output_audio.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'response.mcp_call_arguments.delta',
  'response.mcp_call_arguments.done',
  'response.mcp_call.in_progress',
  'response.mcp_call.completed',
  'response.mcp_call.failed',
  'mcp_list_tools.in_progress',
  'mcp_list_tools.completed',
  'mcp_list_tools.failed',
  'rate_limits.updated',
] as const

/** Name of an event that a client sends. */
export type ClientEventType = (typeof clientEventTypes)[number]
/** Name of an event that the service sends. */
export type ServerEventType = (typeof serverEventTypes)[number]

const clientNames: ReadonlySet<string> = new Set(clientEventTypes)
const serverNames: ReadonlySet<string> = new Set(serverEventTypes)

/** True for the name of a GA client event. */
export function isClientEventType(name: string): name is ClientEventType {
  return clientNames.has(name)
}

/** True for the name of a GA server event. */
export function isServerEventType(name: string): name is ServerEventType {
  return serverNames.has(name)
}

// ---- translation sessions, which have a set of their own

/** The 3 client events of translation sessions, in the order of the API reference. */
export const translationClientEventTypes = ['session.update', 'session.input_audio_buffer.append', 'session.close'] as const

/** The 7 server events of translation sessions, in the order of the API reference. */
export const translationServerEventTypes = [
  'error',
  'session.created',
  'session.updated',
  'session.closed',
  'session.input_transcript.delta',
  'session.output_transcript.delta',
  'session.output_audio.delta',
] as const

/** Name of an event that a client sends in a translation session. */
export type TranslationClientEventType = (typeof translationClientEventTypes)[number]
/** Name of an event that the service sends in a translation session. */
export type TranslationServerEventType = (typeof translationServerEventTypes)[number]

/** Names of the client events of all sessions, each once. */
export const allClientEventTypes: readonly AnyClientEventType[] = [
  ...new Set([...clientEventTypes, ...translationClientEventTypes]),
]
/** Names of the server events of all sessions, each once. */
export const allServerEventTypes: readonly AnyServerEventType[] = [
  ...new Set([...serverEventTypes, ...translationServerEventTypes]),
]

export type AnyClientEventType = ClientEventType | TranslationClientEventType
export type AnyServerEventType = ServerEventType | TranslationServerEventType

const translationClientNames: ReadonlySet<string> = new Set(translationClientEventTypes)
const translationServerNames: ReadonlySet<string> = new Set(translationServerEventTypes)
const allClientNames: ReadonlySet<string> = new Set(allClientEventTypes)
const allServerNames: ReadonlySet<string> = new Set(allServerEventTypes)

/** True for the name of a client event of translation sessions. */
export function isTranslationClientEventType(name: string): name is TranslationClientEventType {
  return translationClientNames.has(name)
}

/** True for the name of a server event of translation sessions. */
export function isTranslationServerEventType(name: string): name is TranslationServerEventType {
  return translationServerNames.has(name)
}

/** True for the name of a client event of any session. */
export function isAnyClientEventType(name: string): name is AnyClientEventType {
  return allClientNames.has(name)
}

/** True for the name of a server event of any session. */
export function isAnyServerEventType(name: string): name is AnyServerEventType {
  return allServerNames.has(name)
}
