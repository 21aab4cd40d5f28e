// What the timeline says to an app that speaks to one kind of session as if it were another.

import { describe, expect, test } from 'vitest'
import { append, create, found, type Row, testRows, update } from './support/wrong-app.ts'

const wss = 'wss://api.openai.com/v1/realtime'
const translation = `${wss}/translations?model=gpt-realtime-translate`
const transcription = `${wss}?intent=transcription`
const translates = (session: object) => ({ type: 'session.update', session })
const writes = (session: object) => update({ ...session, type: 'transcription' })

describe('a translation session', () => {
  const own = /takes audio\.input\.transcription, audio\.input\.noise_reduction and audio\.output\.language/
  const rows: readonly Row[] = [
    { case: 'a kind', sent: [update({})], code: 'not_in_translation', says: /come from the URL/ },
    { case: 'a model', sent: [translates({ model: 'm' })], code: 'not_in_translation', says: /come from the URL/ },
    { case: 'instructions', sent: [translates({ instructions: 'x' })], code: 'not_in_translation', says: own },
    { case: 'a voice', sent: [translates({ audio: { output: { voice: 'alloy' } } })], code: 'not_in_translation', says: own },
    { case: 'a beta field', sent: [translates({ voice: 'alloy' })], code: 'not_in_translation', says: own },
    {
      case: 'the append of a conversation',
      sent: [append(20)],
      code: 'not_in_translation',
      says: /'input_audio_buffer\.append'.*it is 'session\.input_audio_buffer\.append'/,
    },
    { case: 'a request for a response', sent: [create], code: 'not_in_translation', says: /translates by itself/ },
  ]
  testRows(rows.map((row) => ({ ...row, url: translation })))

  test('a slip in a name is still told', async () => {
    const [finding] = await found([translates({ audio: { output: { langauge: 'es' } } })], {}, translation)
    expect(finding?.text).toContain('Did you mean `session.audio.output.language`?')
  })
})

describe('a transcription session', () => {
  const rows: readonly Row[] = [
    {
      case: 'instructions',
      sent: [writes({ instructions: 'x' })],
      code: 'not_in_transcription',
      says: /`session\.instructions`/,
    },
    {
      case: 'a voice',
      sent: [writes({ audio: { output: {} } })],
      code: 'not_in_transcription',
      says: /takes audio\.input and include/,
    },
    {
      case: 'a model beside the session',
      sent: [writes({ model: 'gpt-4o-transcribe' })],
      code: 'not_in_transcription',
      says: /Its model is `session\.audio\.input\.transcription\.model`/,
    },
  ]
  testRows(rows.map((row) => ({ ...row, url: transcription })))
})

describe('turn detection of the other type', () => {
  const detects = (turn_detection: object) => update({ audio: { input: { turn_detection } } })
  testRows([
    {
      case: 'eagerness',
      sent: [detects({ type: 'server_vad', eagerness: 'low' })],
      code: 'other_turn_detection',
      says: /`eagerness` is a field of semantic_vad, and this is server_vad/,
    },
    {
      case: 'a threshold',
      sent: [detects({ type: 'semantic_vad', threshold: 0.4 })],
      code: 'other_turn_detection',
      says: /`threshold` is a field of server_vad, and this is semantic_vad/,
    },
  ])
})
