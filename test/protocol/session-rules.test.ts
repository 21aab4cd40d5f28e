import { describe, expect, test } from 'vitest'
import type { RealtimeSessionUpdate, TranscriptionSessionUpdate } from '../../src/protocol/session-config.ts'
import { defaultSession, mergeSession } from '../../src/protocol/session-config.ts'
import { responseCreateFault, sessionUpdateFault } from '../../src/protocol/session-rules.ts'

const silent = { hasAssistantAudio: false }
const spoken = { hasAssistantAudio: true }
const realtime = defaultSession({ id: 'sess_1', model: 'gpt-realtime', expiresAt: 0 })
const transcription = defaultSession({ id: 'sess_2', expiresAt: 0, kind: 'transcription' })
const refused = { event_id: 'mine' }

function faultOf(update: Omit<RealtimeSessionUpdate, 'type'>, facts = silent, session = realtime) {
  return sessionUpdateFault(session, { type: 'realtime', ...update }, facts, refused)
}

describe('session.update', () => {
  test('passes when nothing speaks against it', () => {
    expect(faultOf({})).toBeUndefined()
    expect(
      faultOf({ model: 'other', audio: { output: { voice: 'marin' } }, max_output_tokens: 4_096, tracing: 'auto' }),
    ).toBeUndefined()
  })

  test('cannot change the kind of session', () => {
    expect(sessionUpdateFault(realtime, { type: 'transcription' }, silent, refused)).toMatchObject({
      code: 'invalid_value',
      param: null,
      eventId: 'mine',
      message: 'Passing a transcription session update event to a realtime session is not allowed.',
    })
    expect(sessionUpdateFault(transcription, { type: 'realtime' }, silent)?.message).toBe(
      'Passing a realtime session update event to a transcription session is not allowed.',
    )
  })

  test('a code of its own for the wrong kind', () => {
    const facts = { ...silent, sessionKindCode: null }
    expect(sessionUpdateFault(realtime, { type: 'transcription' }, facts)?.code).toBeNull()
  })

  describe('fields of the transcription that the model does not take', () => {
    const withModel = (model: string, more: object = {}) => ({ audio: { input: { transcription: { model, ...more } } } })

    test.each([
      ['whisper-1', { delay: 'low' }, 'delay'],
      ['gpt-4o-transcribe', { keywords: ['Ada'] }, 'keywords'],
      ['gpt-4o-mini-transcribe-2025-12-15', { languages: ['de'] }, 'languages'],
      ['gpt-4o-transcribe-diarize', { keywords: [] }, 'keywords'],
      ['gpt-transcribe', { delay: 'low' }, 'delay'],
      ['gpt-live-transcribe', { delay: 'low' }, 'delay'],
      ['gpt-realtime-whisper', { keywords: ['Ada'] }, 'keywords'],
      ['gpt-realtime-whisper', { languages: ['de'] }, 'languages'],
      ['gpt-realtime-whisper', { prompt: 'Ada' }, 'prompt'],
    ] as const)('%s refuses %j, in both kinds of session', (model, more, field) => {
      const expected = {
        code: 'invalid_value',
        param: `session.audio.input.transcription.${field}`,
        message: `The '${field}' parameter is not supported for this transcription model.`,
        eventId: 'mine',
      }
      expect(faultOf(withModel(model, more))).toMatchObject(expected)
      const update = { type: 'transcription' as const, ...withModel(model, more) }
      expect(sessionUpdateFault(transcription, update, silent, refused)).toMatchObject(expected)
    })

    test.each([
      ['gpt-realtime-whisper', { delay: 'xhigh', language: 'de', prompt: null }],
      ['gpt-transcribe', { keywords: ['Ada'], languages: ['de'], prompt: 'p' }],
      ['gpt-live-transcribe', { keywords: ['Ada'], languages: ['de'], prompt: 'p' }],
      ['whisper-1', { language: 'de', prompt: 'p' }],
      ['a-deployment', { delay: 'low', keywords: ['Ada'] }],
    ] as const)('%s takes %j', (model, more) => {
      expect(faultOf(withModel(model, more))).toBeUndefined()
    })

    test('count for the model that the session has', () => {
      const delay = { audio: { input: { transcription: { delay: 'low' as const } } } }
      expect(faultOf(delay)?.param).toBe('session.audio.input.transcription.delay')
      const whisper = mergeSession(realtime, { type: 'realtime', ...withModel('gpt-realtime-whisper') })
      expect(faultOf(delay, silent, whisper)).toBeUndefined()
    })
  })

  test('cannot change the voice once the model has spoken; the same voice is fine', () => {
    expect(faultOf({ audio: { output: { voice: 'marin' } } }, spoken)).toMatchObject({ code: 'cannot_update_voice', param: null })
    expect(faultOf({ audio: { output: { voice: 'alloy', speed: 1.2 } } }, spoken)).toBeUndefined()
    const custom = mergeSession(realtime, { type: 'realtime', audio: { output: { voice: { id: 'voice_1' } } } })
    expect(faultOf({ audio: { output: { voice: { id: 'voice_1' } } } }, spoken, custom)).toBeUndefined()
    expect(faultOf({ audio: { output: { voice: { id: 'voice_2' } } } }, spoken, custom)?.code).toBe('cannot_update_voice')
  })

  test('cannot change tracing once it is on', () => {
    const traced = mergeSession(realtime, { type: 'realtime', tracing: 'auto' })
    expect(faultOf({ tracing: 'auto' }, silent, traced)).toBeUndefined()
    expect(faultOf({}, silent, traced)).toBeUndefined()
    expect(faultOf({ tracing: { group_id: 'g' } }, silent, traced)?.param).toBe('session.tracing')
    expect(faultOf({ tracing: null }, silent, traced)).toBeUndefined()
  })

  test.each([
    ['gpt-realtime', 4_096],
    ['gpt-realtime-2025-08-28', 4_096],
    ['gpt-realtime-mini', 4_096],
    ['gpt-realtime-2', 32_768],
    ['gpt-realtime-2.1', 32_768],
    ['gpt-realtime-2.1-mini', 32_768],
  ])('%s writes at most %i tokens', (model, limit) => {
    const session = defaultSession({ id: 'sess_1', model, expiresAt: 0 })
    expect(faultOf({ max_output_tokens: limit }, silent, session)).toBeUndefined()
    expect(faultOf({ max_output_tokens: limit + 1 }, silent, session)).toMatchObject({
      code: 'integer_above_max_value',
      param: 'session.max_output_tokens',
      message: `Invalid 'session.max_output_tokens': integer above maximum value. Expected a value <= ${limit}, but got ${limit + 1} instead.`,
    })
  })

  test('refuses turn detection for models that stream their transcript', () => {
    const update = (input: NonNullable<TranscriptionSessionUpdate['audio']>['input'] & object): TranscriptionSessionUpdate => ({
      type: 'transcription',
      audio: { input },
    })
    const turn_detection = { type: 'server_vad' } as const
    const streaming = { model: 'gpt-realtime-whisper' }
    expect(sessionUpdateFault(transcription, update({ turn_detection }), silent)).toBeUndefined()
    expect(sessionUpdateFault(transcription, update({ transcription: streaming, turn_detection: null }), silent)).toBeUndefined()
    expect(sessionUpdateFault(transcription, update({ transcription: streaming, turn_detection }), silent)?.message).toBe(
      'Turn detection is not supported for this transcription model.',
    )
    const set = mergeSession(transcription, update({ transcription: streaming, turn_detection: null }))
    expect(sessionUpdateFault(set, update({ turn_detection }), silent)?.param).toBe('session.audio.input.turn_detection')
    expect(sessionUpdateFault(set, update({ transcription: null, turn_detection }), silent)).toBeUndefined()
  })
})

describe('response.create', () => {
  test('passes when nothing speaks against it', () => {
    expect(responseCreateFault(realtime, {}, spoken)).toBeUndefined()
    expect(
      responseCreateFault(realtime, { max_output_tokens: 'inf', audio: { output: { voice: 'marin' } } }, silent),
    ).toBeUndefined()
  })

  test('has the same bounds as the session', () => {
    expect(responseCreateFault(realtime, { audio: { output: { voice: 'marin' } } }, spoken, refused)).toMatchObject({
      code: 'cannot_update_voice',
      eventId: 'mine',
    })
    expect(responseCreateFault(realtime, { max_output_tokens: 5_000 }, silent)?.param).toBe('response.max_output_tokens')
  })
})
