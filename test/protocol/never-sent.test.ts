import { describe, expect, test } from 'vitest'
import { whyNeverSent } from '../../src/protocol/never-sent.ts'

const session = (type: string, transcription: object | null = null) => ({ type, audio: { input: { transcription } } })
const why = (type: string, config: unknown, isCall?: boolean) =>
  whyNeverSent(type, { config, ...(isCall === undefined ? {} : { isCall }) })
const completed = 'conversation.item.input_audio_transcription.completed'
const segment = 'conversation.item.input_audio_transcription.segment'

describe('transcripts', () => {
  test.for(['realtime', 'transcription'])('never come without a transcription model: %s', (type) => {
    expect(why(completed, session(type))).toMatch(/^The app asked for no transcription/)
    expect(why(completed, session(type, { model: 'whisper-1' }))).toBeUndefined()
  })

  test('have segments with the model that tells speakers apart', () => {
    expect(why(segment, session('transcription', { model: 'gpt-4o-transcribe' }))).toMatch(/^gpt-4o-transcribe does not tell/)
    expect(why(segment, session('transcription', { model: 'gpt-4o-transcribe-diarize' }))).toBeUndefined()
  })
})

describe('translation sessions', () => {
  test('have no conversation, and words of the speaker only on demand', () => {
    expect(why('response.done', session('translation'))).toMatch(/^A translation session never sends response.done/)
    expect(why(completed, session('translation'))).toMatch(/^A translation session never/)
    expect(why('session.input_transcript.delta', session('translation'))).toMatch(/^The app asked for no words of the speaker/)
    expect(why('session.input_transcript.delta', session('translation', { model: 'm' }))).toBeUndefined()
    expect(why('session.output_transcript.delta', session('translation'))).toBeUndefined()
    expect(why('error', session('translation'))).toBeUndefined()
  })

  test('have events of their own', () => {
    expect(why('session.output_audio.delta', session('realtime'))).toMatch(/^Only translation sessions/)
  })
})

test('transcription sessions have no responses, and only calls play sound', () => {
  expect(why('response.created', session('transcription'))).toMatch(/^A transcription session has no responses/)
  expect(why('response.created', session('realtime'))).toBeUndefined()
  expect(why('output_audio_buffer.started', session('realtime'), false)).toMatch(/^Only calls/)
  expect(why('output_audio_buffer.started', session('realtime'), true)).toBeUndefined()
  expect(why('output_audio_buffer.started', session('realtime'))).toBeUndefined()
})

test('nothing is said of what clients send, nor of what is no session', () => {
  expect(why('response.create', session('translation'))).toBeUndefined()
  expect(why('response.done', undefined)).toBeUndefined()
})
