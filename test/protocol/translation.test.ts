// Translation sessions: names, schemas, decoding and merge rules, against the specification and the openai package.

import { describe, expect, test } from 'vitest'
import { encode } from '../../src/protocol/encode.ts'
import {
  allClientEventTypes,
  allServerEventTypes,
  clientEventTypes,
  isAnyClientEventType,
  isAnyServerEventType,
  serverEventTypes,
  translationClientEventTypes,
  translationServerEventTypes,
} from '../../src/protocol/event-types.ts'
import { decodeTranslation } from '../../src/protocol/translation-decode.ts'
import type { TranslationClientEvent, TranslationServerEvent } from '../../src/protocol/translation-events.ts'
import {
  defaultTranslationSession,
  mergeTranslationSession,
  type TranslationSessionUpdate,
} from '../../src/protocol/translation-session.ts'
import {
  assertStrictTranslationEvent,
  assertValidTranslationClientEvent,
  assertValidTranslationEvent,
  schemaTranslationClientEventTypes,
  schemaTranslationServerEventTypes,
} from '../support/server-event-schema.ts'

const session = defaultTranslationSession({ id: 'sess_1', model: 'gpt-realtime-translate', expiresAt: 1_800_000_000 })
const samples: { readonly [T in TranslationServerEvent['type']]: Extract<TranslationServerEvent, { type: T }> } = {
  error: {
    type: 'error',
    event_id: 'event_1',
    error: { type: 'invalid_request_error', code: null, message: 'No.', param: null, event_id: null },
  },
  'session.created': { type: 'session.created', event_id: 'event_1', session },
  'session.updated': { type: 'session.updated', event_id: 'event_1', session },
  'session.closed': { type: 'session.closed', event_id: 'event_1' },
  'session.input_transcript.delta': {
    type: 'session.input_transcript.delta',
    event_id: 'event_1',
    delta: ' Good',
    elapsed_ms: 400,
  },
  'session.output_transcript.delta': {
    type: 'session.output_transcript.delta',
    event_id: 'event_1',
    delta: 'Buenos',
    elapsed_ms: 600,
  },
  'session.output_audio.delta': {
    type: 'session.output_audio.delta',
    event_id: 'event_1',
    delta: 'AAAA',
    sample_rate: 24_000,
    channels: 1,
    format: 'pcm16',
    elapsed_ms: 600,
  },
}

describe('names', () => {
  test('are those of the specification, 7 and 3', () => {
    expect([...translationServerEventTypes].sort()).toEqual([...schemaTranslationServerEventTypes].sort())
    expect([...translationClientEventTypes].sort()).toEqual([...schemaTranslationClientEventTypes].sort())
  })

  test('of all sessions are listed once: 46 and 4 more of the service, 11 and 2 more of clients', () => {
    expect(allServerEventTypes).toHaveLength(serverEventTypes.length + 4)
    expect(allClientEventTypes).toHaveLength(clientEventTypes.length + 2)
    expect(new Set(allServerEventTypes).size).toBe(allServerEventTypes.length)
    expect(isAnyServerEventType('session.closed') && isAnyServerEventType('response.done')).toBe(true)
    expect(isAnyClientEventType('session.close') && isAnyClientEventType('response.create')).toBe(true)
    expect(isAnyServerEventType('session.close') || isAnyClientEventType('session.closed')).toBe(false)
  })
})

describe('server events', () => {
  test.each(Object.values(samples).map((event) => [event.type, event] as const))('%s is what the schemas say', (_type, event) => {
    assertValidTranslationEvent(event)
    assertStrictTranslationEvent(event)
    expect(() => assertStrictTranslationEvent({ ...event, surprise: 1 })).toThrow(/surprise/)
    for (const key of Object.keys(event)) {
      const lacking: Record<string, unknown> = { ...event }
      delete lacking[key]
      expect(() => assertStrictTranslationEvent(lacking), `without ${key}`).toThrow()
    }
    expect(Object.keys(JSON.parse(encode(event))).slice(0, 2)).toEqual(['type', 'event_id'])
  })

  test('`elapsed_ms` lies on the grid of engine frames', () => {
    const event = { ...samples['session.output_audio.delta'], elapsed_ms: 300 }
    assertValidTranslationEvent(event)
    expect(() => assertStrictTranslationEvent(event)).toThrow(/elapsed_ms/)
  })
})

describe('decoding', () => {
  const events: readonly TranslationClientEvent[] = [
    { type: 'session.update', session: {} },
    {
      type: 'session.update',
      event_id: 'mine',
      session: {
        audio: {
          input: { transcription: { model: 'gpt-realtime-whisper' }, noise_reduction: { type: 'near_field', strength: 0.5 } },
          output: { language: 'es' },
        },
      },
    },
    { type: 'session.update', session: { audio: { input: { transcription: null, noise_reduction: null } } } },
    { type: 'session.input_audio_buffer.append', audio: 'AAAA' },
    { type: 'session.close' },
  ]

  test.each(events.map((event) => [JSON.stringify(event), event] as const))('takes %s', (text, event) => {
    assertValidTranslationClientEvent(event)
    expect(decodeTranslation(text)).toEqual({ event })
  })

  test.each([
    ['{', 'invalid_json', null, null],
    ['[]', 'invalid_event', null, null],
    ['{"event_id":"mine"}', 'invalid_event', null, 'mine'],
    ['{"type":7}', 'invalid_type', 'type', null],
    ['{"type":"response.create","event_id":"mine"}', 'invalid_value', 'type', 'mine'],
    ['{"type":"session.close","event_id":7}', 'invalid_type', 'event_id', null],
    [`{"type":"session.close","event_id":"${'x'.repeat(513)}"}`, 'string_above_max_length', 'event_id', 'x'.repeat(513)],
    ['{"type":"session.input_audio_buffer.append","audio":7}', 'invalid_type', 'audio', null],
    [
      '{"type":"session.update","session":{"audio":{"input":{"format":{}}}}}',
      'unknown_parameter',
      'session.audio.input.format',
      null,
    ],
  ])('refuses %s', (text, code, param, eventId) => {
    expect(decodeTranslation(text)).toEqual({
      fault: { type: 'invalid_request_error', code, param, eventId, message: expect.any(String) },
    })
  })
})

describe('merging', () => {
  const merged = (...updates: TranslationSessionUpdate[]): object => updates.reduce(mergeTranslationSession, session).audio

  test('nothing changes what is not named, and nothing is changed in place', () => {
    const before = JSON.stringify(session)
    expect(merged({}, { audio: {} }, { audio: { input: {}, output: {} } })).toEqual(session.audio)
    merged({ audio: { output: { language: 'es' } } })
    expect(JSON.stringify(session)).toBe(before)
  })

  test('null turns off, and a strength that was set stays while noise is reduced', () => {
    const on = { audio: { input: { noise_reduction: { type: 'near_field', strength: 0.3 } } } } as const
    const other = { audio: { input: { noise_reduction: { type: 'far_field' } } } } as const
    const off = { audio: { input: { noise_reduction: null } } } as const
    expect(merged(on, other)).toMatchObject({ input: { noise_reduction: { type: 'far_field', strength: 0.3 } } })
    expect(merged(on, off)).toMatchObject({ input: { noise_reduction: null } })
    expect(merged(on, off, other)).toMatchObject({ input: { noise_reduction: { type: 'far_field' } } })
  })

  test('the language is the last one that was named', () => {
    expect(
      merged({ audio: { output: { language: 'es' } } }, { audio: { output: { language: 'fr' } } }, { audio: { output: {} } }),
    ).toEqual({
      input: { transcription: null, noise_reduction: null },
      output: { language: 'fr' },
    })
  })
})
