// protocol.md 2.0: what all client events have in common, and how a bad one is answered.

import { describe, expect, test } from 'vitest'
import { append, cancel, create, respond, says, truncate, update, updateInput } from './support/client-events.ts'
import { useServed } from './support/services.ts'
import { errorOf } from './support/wire-client.ts'

const served = useServed()

const supported =
  "Supported values are: 'session.update', 'session.close', 'input_audio_buffer.append', 'session.input_audio_buffer.append', " +
  "'input_audio_buffer.commit', 'input_audio_buffer.clear', 'conversation.item.create', 'conversation.item.truncate', " +
  "'conversation.item.delete', 'conversation.item.retrieve', 'response.create', and 'response.cancel'."

describe('2.0 the type of an event', () => {
  const unknown = [
    'nope',
    'transcription_session.update',
    'output_audio_buffer.clear',
    'conversation.item.created',
    'Session.Update',
    '',
    'constructor',
    '__proto__',
  ]

  test.each(unknown)('an unknown type %j is invalid_value with the list of types, never ignored', async (type) => {
    const client = await served.open()
    expect(errorOf(await client.askOne({ type, event_id: 'mine' }))).toEqual({
      code: 'invalid_value',
      message: `Invalid value: '${type}'. ${supported}`,
      param: 'type',
      event_id: 'mine',
    })
  })

  test.each([{}, { event_id: 'mine', session: {} }])('%j has no type', async (event) => {
    const client = await served.open()
    const error = errorOf(await client.askOne(event))
    expect(error).toMatchObject({ code: 'invalid_event', message: "The 'type' field is missing.", param: null })
    expect(error.event_id).toBe('event_id' in event ? 'mine' : null)
  })

  test.each([null, 7, {}, ['response.cancel']])('a type that is %j is no type', async (type) => {
    const client = await served.open()
    expect(errorOf(await client.askOne({ type }))).toMatchObject({ code: 'invalid_type', param: 'type' })
  })

  test.each(['[]', 'null', '7', '"text"', 'true'])('[U] %s is JSON, but no event', async (text) => {
    const client = await served.open()
    expect(errorOf(await client.askOne(text))).toMatchObject({ code: 'invalid_event', param: null, event_id: null })
  })
})

describe('2.0 event_id', () => {
  test('an error carries the client event_id, else null', async () => {
    const client = await served.open()
    const [named, nameless] = await client.ask(cancel({ event_id: 'my-cancel' }), cancel())
    expect([errorOf(named!).event_id, errorOf(nameless!).event_id]).toEqual(['my-cancel', null])
  })

  test('success never echoes it', async () => {
    const client = await served.openText()
    const answers = await client.turn(
      { ...update({}), event_id: 'echo-me' },
      says('short', {}, { event_id: 'echo-me' }),
      respond({}, { event_id: 'echo-me' }),
    )
    expect(JSON.stringify(answers)).not.toContain('echo-me')
  })

  test('512 characters at most', async () => {
    const client = await served.open()
    expect(await client.askOne({ ...update({}), event_id: 'x'.repeat(512) })).toMatchObject({ type: 'session.updated' })
    const [other, sound] = await client.ask(
      { ...update({}), event_id: 'x'.repeat(513) },
      { ...append(Buffer.alloc(2)), event_id: 'x'.repeat(513) },
    )
    for (const error of [errorOf(other!), errorOf(sound!)]) {
      expect(error).toMatchObject({ code: 'string_above_max_length', param: 'event_id' })
      expect(error.message).toBe(
        "Invalid 'event_id': string too long. Expected a string with maximum length 512, but got a string with length 513 instead.",
      )
    }
  })
})

interface Bad {
  readonly event: object
  readonly code: string
  readonly param: string
  readonly message?: string
}

const bad: readonly Bad[] = [
  {
    event: update({ bogus_field: 1 }),
    code: 'unknown_parameter',
    param: 'session.bogus_field',
    message: "Unknown parameter: 'session.bogus_field'.",
  },
  {
    event: { type: 'session.update', session: {} },
    code: 'missing_required_parameter',
    param: 'session.type',
    message: "Missing required parameter: 'session.type'.",
  },
  { event: { type: 'session.update' }, code: 'missing_required_parameter', param: 'session' },
  {
    event: { type: 'session.update', session: { type: 'session' } },
    code: 'invalid_value',
    param: 'session.type',
    message: "Invalid value: 'session'. Supported values are: 'realtime' and 'transcription'.",
  },
  {
    event: truncate('item_1', null),
    code: 'invalid_type',
    param: 'audio_end_ms',
    message: "Invalid type for 'audio_end_ms': expected an integer, but got null instead.",
  },
  { event: truncate('item_1', 'soon'), code: 'invalid_type', param: 'audio_end_ms' },
  { event: truncate('item_1', 1.5), code: 'invalid_type', param: 'audio_end_ms' },
  {
    event: truncate('item_1', -1),
    code: 'integer_below_min_value',
    param: 'audio_end_ms',
    message: "Invalid 'audio_end_ms': integer below minimum value. Expected a value >= 0, but got -1 instead.",
  },
  {
    event: { type: 'conversation.item.truncate', item_id: 'item_1', audio_end_ms: 0 },
    code: 'missing_required_parameter',
    param: 'content_index',
  },
  {
    event: updateInput({ format: { type: 'audio/pcm', rate: 16_000 } }),
    code: 'integer_below_min_value',
    param: 'session.audio.input.format.rate',
    message:
      "Invalid 'session.audio.input.format.rate': integer below minimum value. Expected a value >= 24000, but got 16000 instead.",
  },
  {
    event: updateInput({ turn_detection: { type: 'server_vad', threshold: 1.5 } }),
    code: 'decimal_above_max_value',
    param: 'session.audio.input.turn_detection.threshold',
    message:
      "Invalid 'session.audio.input.turn_detection.threshold': decimal above maximum value. Expected a value <= 1, but got 1.5 instead.",
  },
  {
    event: says('x', { id: 'x'.repeat(36) }),
    code: 'string_above_max_length',
    param: 'item.id',
    message:
      "Invalid 'item.id': string too long. Expected a string with maximum length 32, but got a string with length 36 instead.",
  },
  { event: { type: 'conversation.item.create' }, code: 'missing_required_parameter', param: 'item' },
  { event: create({}), code: 'missing_required_parameter', param: 'item.type' },
  { event: { type: 'conversation.item.retrieve' }, code: 'missing_required_parameter', param: 'item_id' },
  { event: { type: 'conversation.item.delete', item_id: 7 }, code: 'invalid_type', param: 'item_id' },
  { event: { type: 'input_audio_buffer.append' }, code: 'missing_required_parameter', param: 'audio' },
  { event: { type: 'input_audio_buffer.append', audio: null }, code: 'invalid_type', param: 'audio' },
  { event: { type: 'input_audio_buffer.append', audio: '', rate: 1 }, code: 'unknown_parameter', param: 'rate' },
  { event: { type: 'input_audio_buffer.commit', audio: '' }, code: 'unknown_parameter', param: 'audio' },
  {
    event: create({ type: 'function_call_output', call_id: 'c', output: {} }),
    code: 'invalid_type',
    param: 'item.output',
    message: "Invalid type for 'item.output': expected a string, but got an object instead.",
  },
  { event: create({ type: 'function_call_output', output: '' }), code: 'missing_required_parameter', param: 'item.call_id' },
  { event: create({ type: 'message', role: 'tool', content: [] }), code: 'invalid_value', param: 'item.role' },
  { event: create({ type: 'audio' }), code: 'invalid_value', param: 'item.type' },
  { event: cancel({ bogus: 1 }), code: 'unknown_parameter', param: 'bogus', message: "Unknown parameter: 'bogus'." },
  { event: respond({ modalities: ['text'] }), code: 'unknown_parameter', param: 'response.modalities' },
  { event: { type: 'response.create', response: null }, code: 'invalid_type', param: 'response' },
]

describe('2.0 codes and messages of the house', () => {
  test.each(bad)('$code $param: $event', async ({ event, code, param, message }) => {
    const client = await served.open()
    const error = errorOf(await client.askOne(event))
    expect(error).toMatchObject({ code, param, event_id: null, ...(message && { message }) })
    expect(await client.askOne(update({}))).toMatchObject({ type: 'session.updated' })
  })

  test('the shape of a field is judged before the state of the session', async () => {
    const client = await served.open()
    expect(errorOf(await client.askOne(truncate('item_none', 'soon'))).code).toBe('invalid_type')
    expect(errorOf(await client.askOne(truncate('item_none', 1))).code).toBe('item_truncate_invalid_item_id')
  })

  test.each([200, 100_000])('[U] JSON that is nested %d levels deep is no JSON to the service', async (levels) => {
    const client = await served.open()
    const nested = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
    const text = `{"type":"session.update","session":{"type":"realtime","tools":[{"type":"function","name":"f","parameters":${nested}}]}}`
    expect(errorOf(await client.askOne(text)).code).toBe('invalid_json')
    expect(await client.askOne(update({}))).toMatchObject({ type: 'session.updated', session: { tools: [] } })
  })

  test('an own key called __proto__ is an unknown parameter like any other', async () => {
    const client = await served.open()
    const error = errorOf(
      await client.askOne('{"type":"session.update","session":{"type":"realtime","__proto__":{"voice":"x"}}}'),
    )
    expect(error).toMatchObject({ code: 'unknown_parameter', param: 'session.__proto__' })
  })
})
