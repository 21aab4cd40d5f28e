// What a session.update does to the transcription of the input, beyond single fields: another model, streaming models.

import { expect, test } from 'vitest'
import type { SessionObject } from '../../src/protocol/session-config.ts'
import { defaultSession, mergeSession } from '../../src/protocol/session-config.ts'
import { streamsTranscript, transcriptionModel } from '../../src/protocol/transcription-models.ts'

const session: SessionObject = defaultSession({ id: 'sess_1', expiresAt: 0, kind: 'transcription' })

function merged(...inputs: object[]): SessionObject['audio']['input'] {
  return inputs.reduce<SessionObject>(
    (before, input) => mergeSession(before, { type: 'transcription', audio: { input } }),
    session,
  ).audio.input
}

test('another model drops what it does not take, and keeps the rest', () => {
  const live = { model: 'gpt-live-transcribe', keywords: ['Ada'], languages: ['de'], prompt: 'p', language: 'de' }
  expect(merged({ transcription: live }, { transcription: { model: 'gpt-transcribe' } }).transcription).toEqual({
    ...live,
    model: 'gpt-transcribe',
  })
  expect(merged({ transcription: live }, { transcription: { model: 'whisper-1' } }).transcription).toEqual({
    model: 'whisper-1',
    language: 'de',
    prompt: 'p',
  })
  expect(merged({ transcription: live }, { transcription: { model: 'gpt-realtime-whisper' } }).transcription).toEqual({
    model: 'gpt-realtime-whisper',
    language: 'de',
    prompt: null,
  })
  const whisper = { model: 'gpt-realtime-whisper', delay: 'high' }
  expect(merged({ transcription: whisper }, { transcription: { model: 'whisper-1' } }).transcription).not.toHaveProperty('delay')
})

test('the same model keeps its fields', () => {
  const whisper = { model: 'gpt-realtime-whisper', delay: 'high' }
  expect(merged({ transcription: whisper }, { transcription: { language: 'de' } }).transcription).toEqual({
    ...whisper,
    language: 'de',
    prompt: null,
  })
})

test('the fields stand in one order, whatever the order of the update', () => {
  const { transcription } = merged({ transcription: { languages: ['de'], keywords: [], model: 'gpt-transcribe' } })
  expect(Object.keys(transcription ?? {})).toEqual(['model', 'language', 'prompt', 'keywords', 'languages'])
})

test('a streaming model turns turn detection off, given or not; another one leaves it off', () => {
  expect(merged({ transcription: { model: 'gpt-4o-transcribe' } }).turn_detection).not.toBeNull()
  const streaming = { transcription: { model: 'gpt-live-transcribe' } }
  expect(merged(streaming).turn_detection).toBeNull()
  expect(merged({ ...streaming, turn_detection: null }).turn_detection).toBeNull()
  expect(merged(streaming, { transcription: { model: 'whisper-1' } }).turn_detection).toBeNull()
})

test('in a conversation a streaming model leaves turn detection alone', () => {
  const conversation = defaultSession({ id: 'sess_1', expiresAt: 0 })
  const update = { type: 'realtime' as const, audio: { input: { transcription: { model: 'gpt-live-transcribe' } } } }
  expect(mergeSession(conversation, update).audio.input.turn_detection).toEqual(conversation.audio.input.turn_detection)
})

test('strength of the noise reduction stays when it is left out', () => {
  const input = merged({ noise_reduction: { type: 'near_field', strength: 0.5 } }, { noise_reduction: { type: 'far_field' } })
  expect(input.noise_reduction).toEqual({ type: 'far_field', strength: 0.5 })
})

test('what is known on the hot path is what the table says', () => {
  const names = ['whisper-1', 'gpt-4o-transcribe', 'gpt-transcribe', 'gpt-live-transcribe', 'gpt-realtime-whisper', 'other']
  expect(names.map(streamsTranscript)).toEqual(names.map((name) => transcriptionModel(name).streams === true))
  expect(streamsTranscript('gpt-live-transcribe-2026-07-31')).toBe(true)
})
