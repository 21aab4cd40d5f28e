// Models that stream their transcript: deltas while the speech goes on, the rest after the commit. protocol.md 4.7.

import { describe, expect, test } from 'vitest'
import { unsentPieces } from '../../src/session/transcript-pieces.ts'
import { type DriverOptions, pcm, SessionDriver, typesOf } from './session-driver.ts'

const completed = 'conversation.item.input_audio_transcription.completed'
const delta = 'conversation.item.input_audio_transcription.delta'

function streaming(transcription: object = {}, options: DriverOptions = {}): SessionDriver {
  const session = new SessionDriver({ kind: 'transcription', ...options })
  const input = { transcription: { model: 'gpt-realtime-whisper', ...transcription } }
  session.client({ type: 'session.update', session: { type: 'transcription', audio: { input } } })
  return session
}

/** What the runtime was asked last: the stretch in ms. */
function followed(session: SessionDriver): [number, number] | undefined {
  const asked = session.effectsOf('follow-speech').at(-1)
  return asked && [asked.startSample / 24, asked.endSample / 24]
}

function said(session: SessionDriver, ...pieces: string[]): string[] {
  const { startSample } = session.effectsOf('follow-speech').at(-1)!
  session.input({ type: 'said', startSample, pieces })
  return session.sent(delta).map((event) => event.delta)
}

test('asks what was said so far, up to the lag behind the sound', () => {
  const session = streaming()
  session.append(pcm(200, 5))
  expect(followed(session)).toBeUndefined()
  session.append(pcm(200, 5))
  expect(followed(session)).toEqual([0, 150])
  const patient = streaming({ delay: 'high' })
  patient.append(pcm(1500, 5))
  expect(followed(patient)).toEqual([0, 500])
})

test('does not ask for models that wait for the commit, nor without transcription', () => {
  const session = streaming({ model: 'gpt-transcribe' })
  session.append(pcm(2000, 5))
  const none = new SessionDriver()
  none.append(pcm(2000, 5))
  expect([session, none].flatMap((one) => one.effectsOf('follow-speech'))).toEqual([])
})

test('words come before the commit, with the id that the commit takes; the rest and the whole after it', () => {
  const session = streaming()
  session.append(pcm(1000, 5))
  expect(said(session, 'Good')).toEqual(['Good'])
  session.append(pcm(500, 5))
  expect(said(session, 'Good', ' morning')).toEqual(['Good', ' morning'])
  expect(said(session, 'Good', ' morning')).toEqual(['Good', ' morning'])
  const itemId = session.last(delta).item_id
  const events = session.client({ type: 'input_audio_buffer.commit' })
  expect(typesOf(events)).toEqual(['input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.done'])
  expect(session.last('input_audio_buffer.committed').item_id).toBe(itemId)
  const rest = session.input({ type: 'transcript', itemId, result: { type: 'completed', text: 'Good morning, you.' } })
  expect(typesOf(rest)).toEqual([delta, delta, delta, completed])
  expect(session.sent(delta).map((event) => event.delta)).toEqual(['Good', ' morning', ',', ' you', '.'])
  expect(session.last(completed)).toMatchObject({ item_id: itemId, transcript: 'Good morning, you.', usage: { seconds: 2 } })
})

test.each(['whisper-1', 'gpt-4o-transcribe', 'gpt-4o-transcribe-diarize'])(
  'a session that changes to %s while somebody speaks does not say the words again',
  (model) => {
    const session = streaming()
    session.append(pcm(1000, 5))
    said(session, 'Good', ' mor')
    session.client({ type: 'session.update', session: { type: 'transcription', audio: { input: { transcription: { model } } } } })
    session.client({ type: 'input_audio_buffer.commit' })
    const itemId = session.last('input_audio_buffer.committed').item_id
    expect(itemId).toBe(session.last(delta).item_id)
    const segments = [
      { speaker: 'A', text: 'Good morning.' },
      { speaker: 'B', text: 'Hello.' },
    ]
    session.input({ type: 'transcript', itemId, result: { type: 'completed', text: 'Good morning. Hello.', segments } })
    expect(
      session
        .sent(delta)
        .map((event) => event.delta)
        .join(''),
    ).toBe('Good morning. Hello.')
  },
)

test('the next speech has an item of its own', () => {
  const session = streaming()
  session.append(pcm(1000, 5))
  said(session, 'One')
  session.client({ type: 'input_audio_buffer.commit' })
  session.append(pcm(1000, 5))
  expect(followed(session)).toEqual([1000, 1750])
  said(session, 'Two')
  const [one, two] = session.sent(delta).map((event) => event.item_id)
  expect(two).not.toBe(one)
})

test('words of speech that was committed or cleared meanwhile come to nothing', () => {
  for (const type of ['input_audio_buffer.commit', 'input_audio_buffer.clear'] as const) {
    const session = streaming()
    session.append(pcm(1000, 5))
    const { startSample } = session.effectsOf('follow-speech').at(-1)!
    session.client({ type })
    expect(session.input({ type: 'said', startSample, pieces: ['Late'] })).toEqual([])
  }
})

test('clear forgets the item that was announced', () => {
  const session = streaming()
  session.append(pcm(1000, 5))
  said(session, 'One')
  session.client({ type: 'input_audio_buffer.clear' })
  session.append(pcm(1000, 5))
  session.client({ type: 'input_audio_buffer.commit' })
  expect(session.last('input_audio_buffer.committed').item_id).not.toBe(session.last(delta).item_id)
})

test('transcription that is turned off while somebody speaks stops; the item keeps its id', () => {
  const session = streaming()
  session.append(pcm(1000, 5))
  said(session, 'One')
  session.client({ type: 'session.update', session: { type: 'transcription', audio: { input: { transcription: null } } } })
  session.append(pcm(1000, 5))
  expect(said(session, 'One', ' two')).toEqual(['One'])
  session.client({ type: 'input_audio_buffer.commit' })
  expect(session.last('input_audio_buffer.committed').item_id).toBe(session.last(delta).item_id)
  expect(session.effectsOf('transcribe')).toEqual([])
})

test('in a conversation, turn detection announces the item, and words outside of speech are not followed', () => {
  const session = new SessionDriver({ vad: true })
  const input = { transcription: { model: 'gpt-live-transcribe' } }
  session.client({ type: 'session.update', session: { type: 'realtime', audio: { input } } })
  session.append(pcm(960))
  expect(followed(session)).toBeUndefined()
  session.append(pcm(640, 900))
  session.append(pcm(20, 900))
  expect(followed(session)?.[0]).toBe(660)
  said(session, 'Hello')
  const { item_id } = session.last('input_audio_buffer.speech_started')
  expect(session.last(delta).item_id).toBe(item_id)
  session.append(pcm(512))
  expect(session.last('input_audio_buffer.committed').item_id).toBe(item_id)
  session.append(pcm(512))
  session.client({ type: 'input_audio_buffer.commit' })
  expect(session.last('input_audio_buffer.committed').item_id).not.toBe(item_id)
})

test('log probabilities of the whole are those of its deltas', () => {
  const session = streaming()
  const include = ['item.input_audio_transcription.logprobs' as const]
  session.client({ type: 'session.update', session: { type: 'transcription', include } })
  session.append(pcm(1000, 5))
  said(session, 'Good')
  session.client({ type: 'input_audio_buffer.commit' })
  const itemId = session.last(delta).item_id
  session.input({ type: 'transcript', itemId, result: { type: 'completed', text: 'Good morning.' } })
  expect(session.sent(delta).flatMap((event) => event.logprobs)).toEqual(session.last(completed).logprobs)
  expect(session.last(completed).logprobs?.map(({ token }) => token)).toEqual(['Good', ' morning', '.'])
})

describe('pieces that were not sent', () => {
  test.for([
    [['a', 'b', 'c'], [], ['a', 'b', 'c']],
    [['a', 'b', 'c'], ['a'], ['b', 'c']],
    [['ab', 'c'], ['a'], ['b', 'c']],
    [['a', 'b'], ['ab'], []],
    [['a', 'b'], ['x'], []],
    [[], ['a'], []],
  ] as const)('of %j after %j: %j', ([pieces, sent, rest]) => {
    expect(unsentPieces(pieces, sent)).toEqual(rest)
  })
})
