import { describe, expect, test } from 'vitest'
import type { Fault } from '../../src/protocol/faults.ts'
import * as faults from '../../src/protocol/faults.ts'
import * as fields from '../../src/protocol/field-faults.ts'
import { assertStrictServerEvent } from '../support/server-event-schema.ts'

const refused = { event_id: 'mine' }

// Every wire error with its exact code, param and words.
const wireErrors: readonly (readonly [Fault, string | null, string | null, string])[] = [
  [
    faults.invalidJson(),
    'invalid_json',
    null,
    'Invalid event: failed to parse JSON value. Please check the value to ensure it is valid JSON. (Common errors include trailing commas, missing closing brackets, missing quotation marks, etc.)',
  ],
  [faults.notAnObject(), 'invalid_event', null, 'Invalid event: expected a JSON object.'],
  [faults.binaryFrame(), 'invalid_event', null, 'Expected a text WebSocket message; binary frames are not supported.'],
  [faults.typeMissing(), 'invalid_event', null, "The 'type' field is missing."],
  [
    faults.unknownType('nope'),
    'invalid_value',
    'type',
    "Invalid value: 'nope'. Supported values are: 'session.update', 'session.close', 'input_audio_buffer.append', 'session.input_audio_buffer.append', 'input_audio_buffer.commit', 'input_audio_buffer.clear', 'conversation.item.create', 'conversation.item.truncate', 'conversation.item.delete', 'conversation.item.retrieve', 'response.create', and 'response.cancel'.",
  ],
  [
    faults.translationOnly('session.close'),
    'invalid_value',
    'type',
    "The event 'session.close' is only supported in translation sessions.",
  ],
  [
    faults.sessionKindMismatch({ update: 'transcription', session: 'realtime' }, 'invalid_value'),
    'invalid_value',
    null,
    'Passing a transcription session update event to a realtime session is not allowed.',
  ],
  [
    faults.cannotUpdateVoice(),
    'cannot_update_voice',
    null,
    "Cannot update a conversation's voice if assistant audio is present.",
  ],
  [
    faults.cannotUpdateTracing(),
    'invalid_value',
    'session.tracing',
    'Cannot modify the tracing configuration once tracing is enabled.',
  ],
  [
    faults.turnDetectionNotSupported(),
    'invalid_value',
    'session.audio.input.turn_detection',
    'Turn detection is not supported for this transcription model.',
  ],
  [faults.sessionExpired(), 'session_expired', null, 'Your session hit the maximum duration of 60 minutes.'],
  [
    faults.commitEmpty(0),
    'input_audio_buffer_commit_empty',
    null,
    'Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has 0.00ms of audio.',
  ],
  [
    faults.commitEmpty(99.9791),
    'input_audio_buffer_commit_empty',
    null,
    'Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has 99.98ms of audio.',
  ],
  [faults.invalidAudio(), 'invalid_value', 'audio', "Invalid 'audio': expected base64-encoded audio bytes."],
  [faults.duplicateItemId('x'), 'item_create_duplicate_item_id', null, "Error adding item: an item with id 'x' already exists."],
  [
    faults.invalidPreviousItemId('x'),
    'item_create_invalid_previous_item_id',
    null,
    "Error adding item: the previous item with id 'x' does not exist.",
  ],
  [faults.invalidToolCallId('call_x'), 'invalid_tool_call_id', null, "Tool call ID 'call_x' not found in conversation."],
  [
    faults.retrieveInvalidItemId('x'),
    'item_retrieve_invalid_item_id',
    null,
    "Error retrieving item: the item with id 'x' does not exist.",
  ],
  [
    faults.deleteInvalidItemId('x'),
    'item_delete_invalid_item_id',
    null,
    "Error deleting item: the item with id 'x' does not exist.",
  ],
  [faults.truncateInvalidItemId('x'), 'item_truncate_invalid_item_id', null, 'Item with item_id not found: x'],
  [faults.onlyModelAudioTruncates(), null, null, 'Only model output audio messages can be truncated'],
  [faults.audioAlreadyShorter(3700.9, 3760), 'invalid_value', null, 'Audio content of 3700ms is already shorter than 3760ms'],
  [
    faults.activeResponse('resp_X'),
    'conversation_already_has_active_response',
    null,
    'Conversation already has an active response in progress: resp_X. Wait until the response is finished before creating a new one.',
  ],
  [faults.responseCancelNotActive(), 'response_cancel_not_active', null, 'Cancellation failed: no active response found'],
  [
    faults.noResponsesInTranscription('invalid_value'),
    'invalid_value',
    null,
    'Responses cannot be created in a transcription session.',
  ],
  [
    faults.inputItemNotFound('x', 2),
    'invalid_value',
    'response.input[2].id',
    "Error creating response: the item with id 'x' does not exist.",
  ],
  [fields.unknownParameter('session.a'), 'unknown_parameter', 'session.a', "Unknown parameter: 'session.a'."],
  [
    fields.missingRequiredParameter('session.type'),
    'missing_required_parameter',
    'session.type',
    "Missing required parameter: 'session.type'.",
  ],
  [
    fields.invalidValue('session.type', 'session', ['realtime', 'transcription']),
    'invalid_value',
    'session.type',
    "Invalid value: 'session'. Supported values are: 'realtime' and 'transcription'.",
  ],
  [
    fields.invalidValue('item.content[0].type', 'text', ['output_text']),
    'invalid_value',
    'item.content[0].type',
    "Invalid value: 'text'. Value must be 'output_text'.",
  ],
  [
    fields.invalidType('audio_end_ms', 'an integer', null),
    'invalid_type',
    'audio_end_ms',
    "Invalid type for 'audio_end_ms': expected an integer, but got null instead.",
  ],
  [
    fields.invalidModalities('session.output_modalities', ['audio', 'text']),
    'invalid_value',
    'session.output_modalities',
    "Invalid modalities: ['audio', 'text']. Supported combinations are: ['text'] and ['audio'].",
  ],
  [
    fields.belowMinimum('session.audio.input.format.rate', { limit: 24_000, value: 16_000, kind: 'integer' }),
    'integer_below_min_value',
    'session.audio.input.format.rate',
    "Invalid 'session.audio.input.format.rate': integer below minimum value. Expected a value >= 24000, but got 16000 instead.",
  ],
  [
    fields.aboveMaximum('session.audio.output.speed', { limit: 1.5, value: 2, kind: 'decimal' }),
    'decimal_above_max_value',
    'session.audio.output.speed',
    "Invalid 'session.audio.output.speed': decimal above maximum value. Expected a value <= 1.5, but got 2 instead.",
  ],
  [
    fields.stringTooLong('item.id', 32, 36),
    'string_above_max_length',
    'item.id',
    "Invalid 'item.id': string too long. Expected a string with maximum length 32, but got a string with length 36 instead.",
  ],
  [
    fields.arrayTooShort('a', 1, 0),
    'array_below_min_length',
    'a',
    "Invalid 'a': array too short. Expected an array with minimum length 1, but got an array with length 0 instead.",
  ],
  [
    fields.tooManyProperties('response.metadata', 16, 17),
    'object_above_max_properties',
    'response.metadata',
    "Invalid 'response.metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
  ],
]

describe('wire errors', () => {
  test.each(wireErrors.map(([fault, ...rest]) => [rest[2], fault, ...rest] as const))(
    '%s',
    (_name, fault, code, param, message) => {
      expect(fault).toEqual({ type: 'invalid_request_error', code, message, param, eventId: null })
      const event = faults.errorEvent(fault, 'event_1')
      expect(event).toEqual({
        type: 'error',
        event_id: 'event_1',
        error: { type: 'invalid_request_error', code, message, param, event_id: null },
      })
      assertStrictServerEvent(event)
    },
  )

  test('echo the event_id of the event that they refuse', () => {
    expect(faults.errorEvent(faults.responseCancelNotActive(refused), 'event_1').error.event_id).toBe('mine')
    expect(faults.unknownType('nope', refused).eventId).toBe('mine')
    expect(fields.unknownParameter('a', refused).eventId).toBe('mine')
  })
})

test.each([
  [[], ''],
  [['a'], "'a'"],
  [['a', 'b'], "'a' and 'b'"],
  [['a', 'b', 'c'], "'a', 'b', and 'c'"],
])('lists of values: %j', (values, text) => {
  expect(fields.quotedList(values)).toBe(text)
})

test.each([
  [null, 'null'],
  [[], 'an array'],
  [{}, 'an object'],
  [1, 'an integer'],
  [1.5, 'a decimal number'],
  ['a', 'a string'],
  [true, 'a boolean'],
])('names of types: %j', (value, name) => {
  expect(fields.nameOfType(value)).toBe(name)
})
