// Each refusal that the service gives: one function each, with the code, message and param of the real one.
// A fault is data; the session answers it with the wire `error` event. Evidence is in DISCOVERIES.md.
// Shape and range of fields are in field-faults.ts, refused connections in connect-faults.ts.

import type { ErrorEvent } from './server-events.ts'

/** What the service refuses, before it becomes an `error` event. */
export interface Fault {
  readonly type: 'invalid_request_error'
  readonly code: string | null
  readonly message: string
  /** Dotted path of the field, such as `session.audio.input.format.rate`. */
  readonly param: string | null
  /** `event_id` of the client event, when it had one. */
  readonly eventId: string | null
}

/** The client event that a fault answers; only its `event_id` is used. */
export interface Refused {
  readonly event_id?: string
}

/** A fault of any code. The named functions below are what handlers should use. */
export function fault(code: string | null, message: string, param: string | null = null, refused?: Refused): Fault {
  return { type: 'invalid_request_error', code, message, param, eventId: refused?.event_id ?? null }
}

/**
 * The wire event that answers a fault.
 *
 * @example
 * errorEvent(responseCancelNotActive(event), ids.id('event'))
 */
export function errorEvent({ type, code, message, param, eventId }: Fault, id: string): ErrorEvent {
  return { type: 'error', event_id: id, error: { type, code, message, param, event_id: eventId } }
}

// ---- frames and envelopes

/** The names in the order of the live service's own list. */
const acceptedTypes =
  "'session.update', 'session.close', 'input_audio_buffer.append', 'session.input_audio_buffer.append', " +
  "'input_audio_buffer.commit', 'input_audio_buffer.clear', 'conversation.item.create', 'conversation.item.truncate', " +
  "'conversation.item.delete', 'conversation.item.retrieve', 'response.create', and 'response.cancel'"

const badJson =
  'Invalid event: failed to parse JSON value. Please check the value to ensure it is valid JSON. ' +
  '(Common errors include trailing commas, missing closing brackets, missing quotation marks, etc.)'

/** Text that is no JSON. */
export function invalidJson(): Fault {
  return fault('invalid_json', badJson)
}

/** JSON that is no object: the service's own words are not known. */
export function notAnObject(): Fault {
  return fault('invalid_event', 'Invalid event: expected a JSON object.')
}

/** A binary frame. */
export function binaryFrame(): Fault {
  return fault('invalid_event', 'Expected a text WebSocket message; binary frames are not supported.')
}

export function typeMissing(refused?: Refused): Fault {
  return fault('invalid_event', "The 'type' field is missing.", null, refused)
}

export function unknownType(type: string, refused?: Refused): Fault {
  return fault('invalid_value', `Invalid value: '${type}'. Supported values are: ${acceptedTypes}.`, 'type', refused)
}

/** `session.close` and `session.input_audio_buffer.append` are listed, but belong to translation sessions. */
export function translationOnly(type: string, refused?: Refused): Fault {
  return fault('invalid_value', `The event '${type}' is only supported in translation sessions.`, 'type', refused)
}

// ---- session

/** A session cannot change its kind. The text was seen, its code was not. */
export function sessionKindMismatch(
  { update, session }: { readonly update: string; readonly session: string },
  code: string | null,
  refused?: Refused,
): Fault {
  return fault(code, `Passing a ${update} session update event to a ${session} session is not allowed.`, null, refused)
}

export function cannotUpdateVoice(refused?: Refused): Fault {
  return fault('cannot_update_voice', "Cannot update a conversation's voice if assistant audio is present.", null, refused)
}

/** Tracing stays as it is once it is on. */
export function cannotUpdateTracing(refused?: Refused): Fault {
  return fault('invalid_value', 'Cannot modify the tracing configuration once tracing is enabled.', 'session.tracing', refused)
}

/** Models that stream their transcript find the turns by themselves. */
export function turnDetectionNotSupported(refused?: Refused): Fault {
  const param = 'session.audio.input.turn_detection'
  return fault('invalid_value', 'Turn detection is not supported for this transcription model.', param, refused)
}

/** A field that the transcription model does not take. */
export function transcriptionFieldNotSupported(field: string, refused?: Refused): Fault {
  const message = `The '${field}' parameter is not supported for this transcription model.`
  return fault('invalid_value', message, `session.audio.input.transcription.${field}`, refused)
}

/** Sent just before the close with 1001; `minutes` is 60 on the live service. */
export function sessionExpired(minutes = 60): Fault {
  return fault('session_expired', `Your session hit the maximum duration of ${minutes} minutes.`)
}

// ---- audio buffer

/** A commit of less than 100 ms. */
export function commitEmpty(bufferMs: number, refused?: Refused): Fault {
  const has = `buffer only has ${bufferMs.toFixed(2)}ms of audio`
  const message = `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but ${has}.`
  return fault('input_audio_buffer_commit_empty', message, null, refused)
}

/** `audio` is not base64. The service's own words are not known. */
export function invalidAudio(refused?: Refused, param = 'audio'): Fault {
  return fault('invalid_value', `Invalid '${param}': expected base64-encoded audio bytes.`, param, refused)
}

// ---- items

export function duplicateItemId(itemId: string, refused?: Refused): Fault {
  return fault('item_create_duplicate_item_id', `Error adding item: an item with id '${itemId}' already exists.`, null, refused)
}

export function invalidPreviousItemId(itemId: string, refused?: Refused): Fault {
  const message = `Error adding item: the previous item with id '${itemId}' does not exist.`
  return fault('item_create_invalid_previous_item_id', message, null, refused)
}

export function invalidToolCallId(callId: string, refused?: Refused): Fault {
  return fault('invalid_tool_call_id', `Tool call ID '${callId}' not found in conversation.`, null, refused)
}

/** An `mcp_approval_response` to no open request. The service's own words are not known. */
export function invalidApprovalRequestId(requestId: string, refused?: Refused): Fault {
  const message = `MCP approval request with id '${requestId}' not found in conversation.`
  return fault('invalid_value', message, 'item.approval_request_id', refused)
}

export function retrieveInvalidItemId(itemId: string, refused?: Refused): Fault {
  const message = `Error retrieving item: the item with id '${itemId}' does not exist.`
  return fault('item_retrieve_invalid_item_id', message, null, refused)
}

export function deleteInvalidItemId(itemId: string, refused?: Refused): Fault {
  const message = `Error deleting item: the item with id '${itemId}' does not exist.`
  return fault('item_delete_invalid_item_id', message, null, refused)
}

export function truncateInvalidItemId(itemId: string, refused?: Refused): Fault {
  return fault('item_truncate_invalid_item_id', `Item with item_id not found: ${itemId}`, null, refused)
}

/** A user item, a text item, an item without sound yet. */
export function onlyModelAudioTruncates(refused?: Refused): Fault {
  return fault(null, 'Only model output audio messages can be truncated', null, refused)
}

/** `audio_end_ms` lies beyond the sound made so far. */
export function audioAlreadyShorter(audioMs: number, endMs: number, refused?: Refused): Fault {
  return fault('invalid_value', `Audio content of ${Math.floor(audioMs)}ms is already shorter than ${endMs}ms`, null, refused)
}

// ---- responses

export function activeResponse(responseId: string, refused?: Refused): Fault {
  const wait = 'Wait until the response is finished before creating a new one.'
  const message = `Conversation already has an active response in progress: ${responseId}. ${wait}`
  return fault('conversation_already_has_active_response', message, null, refused)
}

export function responseCancelNotActive(refused?: Refused): Fault {
  return fault('response_cancel_not_active', 'Cancellation failed: no active response found', null, refused)
}

/** `response.create` in a transcription session. The service's own words and code are not known. */
export function noResponsesInTranscription(code: string | null, refused?: Refused): Fault {
  return fault(code, 'Responses cannot be created in a transcription session.', null, refused)
}

/** An `item_reference` in `input` that names no item. The service's own words are not known. */
export function inputItemNotFound(itemId: string, index: number, refused?: Refused): Fault {
  const message = `Error creating response: the item with id '${itemId}' does not exist.`
  return fault('invalid_value', message, `response.input[${index}].id`, refused)
}
