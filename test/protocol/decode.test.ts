import { describe, expect, test } from 'vitest'
import { decode, decodeBinary } from '../../src/protocol/decode.ts'
import type { Fault } from '../../src/protocol/faults.ts'
import { binaryFrame } from '../../src/protocol/faults.ts'

function faultOf(event: unknown): Fault {
  const decoded = decode(typeof event === 'string' ? event : JSON.stringify(event))
  if ('event' in decoded) throw new Error(`was accepted: ${JSON.stringify(decoded.event)}`)
  return decoded.fault
}

function update(session: object): object {
  return { type: 'session.update', session: { type: 'realtime', ...session } }
}

function create(item: object): object {
  return { type: 'conversation.item.create', item }
}

function say(role: string, ...content: object[]): object {
  return create({ type: 'message', role, content })
}

describe('decode gives the event', () => {
  test.each<object>([
    { type: 'session.update', event_id: 'mine', session: { type: 'realtime' } },
    { type: 'session.update', session: { type: 'transcription', audio: { input: { transcription: { model: 'whisper-1' } } } } },
    update({
      model: 'other',
      output_modalities: ['text'],
      instructions: '',
      tools: [],
      tool_choice: 'none',
      max_output_tokens: 'inf',
    }),
    update({ tracing: null, prompt: null, include: null, truncation: { type: 'retention_ratio', retention_ratio: 0.5 } }),
    update({
      audio: { input: { turn_detection: null, transcription: null, noise_reduction: null }, output: { voice: 'marin' } },
    }),
    update({
      audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcm' }, voice: { id: 'voice_1' } } },
    }),
    update({ tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }] }),
    update({ tools: [{ type: 'mcp', server_label: 'maps', server_url: 'https://maps.test', require_approval: 'never' }] }),
    update({ tool_choice: { type: 'function', name: 'f' }, reasoning: { effort: 'low' }, parallel_tool_calls: true }),
    { type: 'input_audio_buffer.append', audio: '' },
    { type: 'input_audio_buffer.append', event_id: 'mine', audio: 'AAAA' },
    { type: 'input_audio_buffer.commit' },
    { type: 'input_audio_buffer.clear' },
    say('user', { type: 'input_text', text: 'Hello' }, { type: 'input_audio', audio: 'AAAA', transcript: null }),
    say('system', { type: 'input_text', text: 'Be brief.' }),
    say('assistant', { type: 'output_text', text: 'Hi' }),
    { ...say('user'), previous_item_id: null },
    { ...say('user'), previous_item_id: 'root' },
    create({ id: 'mine', object: 'realtime.item', status: 'completed', type: 'function_call_output', call_id: 'c', output: '' }),
    create({ type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }),
    create({ type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: false }),
    { type: 'conversation.item.retrieve', item_id: 'item_1' },
    { type: 'conversation.item.delete', item_id: 'item_1' },
    { type: 'conversation.item.truncate', item_id: 'item_1', content_index: 0, audio_end_ms: 0 },
    { type: 'response.create' },
    {
      type: 'response.create',
      response: { conversation: 'none', input: [{ type: 'item_reference', id: 'item_1' }], metadata: { a: 'b' } },
    },
    { type: 'response.create', response: { metadata: null, audio: { output: { voice: 'alloy' } }, max_output_tokens: 100 } },
    { type: 'response.cancel' },
    { type: 'response.cancel', response_id: 'resp_1' },
  ])('%j', (event) => {
    expect(decode(JSON.stringify(event))).toEqual({ event })
  })
})

describe('decode refuses, the first failure first', () => {
  test.each<[what: string, event: unknown, code: string, param: string | null]>([
    ['no JSON', 'not json', 'invalid_json', null],
    ['nothing', '', 'invalid_json', null],
    ['an array', '[]', 'invalid_event', null],
    ['null', 'null', 'invalid_event', null],
    ['no type', {}, 'invalid_event', null],
    ['a type that is no text', { type: 1 }, 'invalid_type', 'type'],
    ['an unknown type, before its fields', { type: 'nope', session: 1 }, 'invalid_value', 'type'],
    ['a beta type', { type: 'transcription_session.update', session: {} }, 'invalid_value', 'type'],
    ['an event of WebRTC', { type: 'output_audio_buffer.clear' }, 'invalid_value', 'type'],
    ['an event of translation sessions', { type: 'session.close' }, 'invalid_value', 'type'],
    ['a property of every object', { type: 'constructor' }, 'invalid_value', 'type'],
    ['no session', { type: 'session.update' }, 'missing_required_parameter', 'session'],
    ['no kind of session', { type: 'session.update', session: {} }, 'missing_required_parameter', 'session.type'],
    [
      'no kind, before beta fields',
      { type: 'session.update', session: { voice: 'alloy' } },
      'missing_required_parameter',
      'session.type',
    ],
    ['a wrong kind', { type: 'session.update', session: { type: 'session' } }, 'invalid_value', 'session.type'],
    ['an unknown key', update({ bogus_field: 1 }), 'unknown_parameter', 'session.bogus_field'],
    ['a beta field', update({ modalities: ['text'] }), 'unknown_parameter', 'session.modalities'],
    ['an unknown key at the top', { type: 'response.cancel', id: 1 }, 'unknown_parameter', 'id'],
    [
      'an output side in a transcription session',
      { type: 'session.update', session: { type: 'transcription', audio: { output: {} } } },
      'unknown_parameter',
      'session.audio.output',
    ],
    ['both modalities', update({ output_modalities: ['audio', 'text'] }), 'invalid_value', 'session.output_modalities'],
    ['no modality', update({ output_modalities: [] }), 'invalid_value', 'session.output_modalities'],
    ['a wrong modality', update({ output_modalities: ['video'] }), 'invalid_value', 'session.output_modalities[0]'],
    ['a beta format', update({ audio: { input: { format: 'pcm16' } } }), 'invalid_type', 'session.audio.input.format'],
    [
      'a wrong format',
      update({ audio: { input: { format: { type: 'pcm16' } } } }),
      'invalid_value',
      'session.audio.input.format.type',
    ],
    [
      '16 kHz',
      update({ audio: { input: { format: { type: 'audio/pcm', rate: 16_000 } } } }),
      'integer_below_min_value',
      'session.audio.input.format.rate',
    ],
    [
      'a rate of G.711',
      update({ audio: { input: { format: { type: 'audio/pcmu', rate: 8_000 } } } }),
      'unknown_parameter',
      'session.audio.input.format.rate',
    ],
    ['a wrong voice', update({ audio: { output: { voice: 'nova' } } }), 'invalid_value', 'session.audio.output.voice'],
    [
      'a voice of the wrong type',
      update({ audio: { output: { voice: { id: 1 } } } }),
      'invalid_type',
      'session.audio.output.voice.id',
    ],
    ['too fast', update({ audio: { output: { speed: 2 } } }), 'decimal_above_max_value', 'session.audio.output.speed'],
    [
      'a threshold above 1',
      update({ audio: { input: { turn_detection: { type: 'server_vad', threshold: 2 } } } }),
      'decimal_above_max_value',
      'session.audio.input.turn_detection.threshold',
    ],
    [
      'an idle timeout of semantic VAD',
      update({ audio: { input: { turn_detection: { type: 'semantic_vad', idle_timeout_ms: 6000 } } } }),
      'unknown_parameter',
      'session.audio.input.turn_detection.idle_timeout_ms',
    ],
    [
      'a short idle timeout',
      update({ audio: { input: { turn_detection: { type: 'server_vad', idle_timeout_ms: 1 } } } }),
      'integer_below_min_value',
      'session.audio.input.turn_detection.idle_timeout_ms',
    ],
    [
      'turn detection without its type',
      update({ audio: { input: { turn_detection: { threshold: 0.4 } } } }),
      'missing_required_parameter',
      'session.audio.input.turn_detection.type',
    ],
    [
      'a tool of Chat Completions',
      update({ tools: [{ type: 'function', function: { name: 'f' } }] }),
      'missing_required_parameter',
      'session.tools[0].name',
    ],
    [
      'a strict tool',
      update({ tools: [{ type: 'function', name: 'f', strict: true }] }),
      'unknown_parameter',
      'session.tools[0].strict',
    ],
    ['a wrong tool choice', update({ tool_choice: 'some' }), 'invalid_value', 'session.tool_choice'],
    [
      'a tool choice without a name',
      update({ tool_choice: { type: 'function' } }),
      'missing_required_parameter',
      'session.tool_choice.name',
    ],
    ['no tokens', update({ max_output_tokens: 0 }), 'integer_below_min_value', 'session.max_output_tokens'],
    ['half a token', update({ max_output_tokens: 1.5 }), 'invalid_type', 'session.max_output_tokens'],
    ['null tokens', update({ max_output_tokens: null }), 'invalid_type', 'session.max_output_tokens'],
    ['instructions of null', update({ instructions: null }), 'invalid_type', 'session.instructions'],
    ['no item', { type: 'conversation.item.create' }, 'missing_required_parameter', 'item'],
    ['an item without role', create({ type: 'message' }), 'missing_required_parameter', 'item.role'],
    ['beta content', say('assistant', { type: 'text', text: '' }), 'invalid_value', 'item.content[0].type'],
    ['sound of the assistant', say('assistant', { type: 'output_audio', audio: '' }), 'invalid_value', 'item.content[0].type'],
    ['text without text', say('user', { type: 'input_text' }), 'missing_required_parameter', 'item.content[0].text'],
    [
      'an output that is no text',
      create({ type: 'function_call_output', call_id: 'c', output: {} }),
      'invalid_type',
      'item.output',
    ],
    [
      'a truncation at NaN',
      { type: 'conversation.item.truncate', item_id: 'i', content_index: 0, audio_end_ms: Number.NaN },
      'invalid_type',
      'audio_end_ms',
    ],
    [
      'a truncation between two ms',
      { type: 'conversation.item.truncate', item_id: 'i', content_index: 0, audio_end_ms: 1.5 },
      'invalid_type',
      'audio_end_ms',
    ],
    [
      'a truncation before the start',
      { type: 'conversation.item.truncate', item_id: 'i', content_index: 0, audio_end_ms: -1 },
      'integer_below_min_value',
      'audio_end_ms',
    ],
    [
      'a wrong conversation',
      { type: 'response.create', response: { conversation: 'mine' } },
      'invalid_value',
      'response.conversation',
    ],
    [
      'metadata that is no text',
      { type: 'response.create', response: { metadata: { a: 1 } } },
      'invalid_type',
      'response.metadata.a',
    ],
    [
      'long metadata',
      { type: 'response.create', response: { metadata: { a: 'x'.repeat(513) } } },
      'string_above_max_length',
      'response.metadata.a',
    ],
    [
      'a long name in metadata',
      { type: 'response.create', response: { metadata: { ['k'.repeat(65)]: '' } } },
      'string_above_max_length',
      'response.metadata',
    ],
    [
      '17 pairs of metadata',
      {
        type: 'response.create',
        response: { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, ''])) },
      },
      'object_above_max_properties',
      'response.metadata',
    ],
    [
      'no languages',
      update({ audio: { input: { transcription: { languages: [] } } } }),
      'array_below_min_length',
      'session.audio.input.transcription.languages',
    ],
    ['an append without sound', { type: 'input_audio_buffer.append' }, 'missing_required_parameter', 'audio'],
    ['an append of a number', { type: 'input_audio_buffer.append', audio: 1 }, 'invalid_type', 'audio'],
    ['an append with more', { type: 'input_audio_buffer.append', audio: '', rate: 1 }, 'unknown_parameter', 'rate'],
    ['an append with a bad id', { type: 'input_audio_buffer.append', event_id: 1, audio: '' }, 'invalid_type', 'event_id'],
    [
      'an append with a long id',
      { type: 'input_audio_buffer.append', event_id: 'x'.repeat(513), audio: '' },
      'string_above_max_length',
      'event_id',
    ],
    ['a long id', { type: 'response.cancel', event_id: 'x'.repeat(513) }, 'string_above_max_length', 'event_id'],
  ])('%s', (_what, event, code, param) => {
    expect(faultOf(event)).toMatchObject({ code, param })
  })
})

describe('event_id', () => {
  test.each([{ type: 'nope' }, {}, { type: 'session.update' }, { type: 'input_audio_buffer.append' }])(
    'is echoed: %j',
    (event) => {
      expect(faultOf({ ...event, event_id: 'mine' }).eventId).toBe('mine')
      expect(faultOf(event).eventId).toBeNull()
    },
  )

  test('is not echoed when it is no text', () => {
    expect(faultOf({ type: 'response.cancel', event_id: 7 })).toMatchObject({
      code: 'invalid_type',
      param: 'event_id',
      eventId: null,
    })
  })
})

test('a binary frame is refused whatever it holds', () => {
  expect(decodeBinary()).toEqual(binaryFrame())
})

test('the sound of an append is left alone', () => {
  expect(decode('{"type":"input_audio_buffer.append","audio":"no base64!"}')).toEqual({
    event: { type: 'input_audio_buffer.append', audio: 'no base64!' },
  })
})
