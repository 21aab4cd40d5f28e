// Transcription of user audio: timing, models, usage, failure. protocol.md 4.6.

import { describe, expect, test } from 'vitest'
import type { TranscriptResult } from '../../src/session/inputs.ts'
import type { LatencyProfile } from '../../src/session/latency.ts'
import { pcm, SessionDriver, typesOf } from './session-driver.ts'

interface Heard {
  readonly session: SessionDriver
  readonly itemId: string
}

function heard(
  model: string,
  { ms = 1630, latency = 'instant' }: { ms?: number; latency?: 'openai' | 'instant' | Partial<LatencyProfile> } = {},
): Heard {
  const session = new SessionDriver({ latency })
  const input = { turn_detection: null, transcription: { model, language: 'en' } }
  session.client({ type: 'session.update', session: { type: 'realtime', audio: { input } } })
  session.append(pcm(ms, 5))
  session.client({ type: 'input_audio_buffer.commit' })
  return { session, itemId: session.last('input_audio_buffer.committed').item_id }
}

function transcribed({ session, itemId }: Heard, result: TranscriptResult): void {
  session.input({ type: 'transcript', itemId, result })
}

const completed = 'conversation.item.input_audio_transcription.completed'
const delta = 'conversation.item.input_audio_transcription.delta'

test('is asked for after heard, with the settings of the session', () => {
  const { session, itemId } = heard('gpt-4o-transcribe')
  const asked = session.effects.filter((effect) => effect.type === 'heard' || effect.type === 'transcribe')
  expect(asked.map((effect) => effect.type)).toEqual(['heard', 'transcribe'])
  expect(asked[1]).toEqual({ type: 'transcribe', itemId, model: 'gpt-4o-transcribe', language: 'en', prompt: null })
})

test('is not asked for when none is configured, and not sent when nobody asked', () => {
  const session = new SessionDriver()
  session.append(pcm(200, 5))
  session.client({ type: 'input_audio_buffer.commit' })
  expect(session.effectsOf('transcribe')).toEqual([])
  const itemId = session.last('input_audio_buffer.committed').item_id
  expect(session.input({ type: 'transcript', itemId, result: { type: 'completed', text: 'Hi' } })).toEqual([])
})

test('first delta 1,190 ms after the commit, completed at 1,410 ms', () => {
  const turn = heard('gpt-4o-transcribe', { latency: 'openai' })
  turn.session.advance(300)
  transcribed(turn, { type: 'completed', text: 'Good morning everyone.' })
  expect(turn.session.advance(889)).toEqual([])
  expect(typesOf(turn.session.advance(1))).toEqual([delta])
  expect(typesOf(turn.session.advance(219))).toEqual([delta, delta, delta])
  expect(typesOf(turn.session.advance(1))).toEqual([completed])
  expect(turn.session.timers.size).toBe(1)
})

test('a recognizer that is slower than the profile is sent when it is done', () => {
  const turn = heard('gpt-4o-transcribe', { latency: 'openai' })
  turn.session.advance(5000)
  transcribed(turn, { type: 'completed', text: 'Late.' })
  expect(turn.session.last(completed).transcript).toBe('Late.')
})

test('deltas are the tokens, or those of the runtime; whisper-1 gives its text at once', () => {
  const tokens = heard('gpt-4o-transcribe')
  transcribed(tokens, { type: 'completed', text: 'Good morning.' })
  expect(tokens.session.sent(delta).map((event) => event.delta)).toEqual(['Good', ' morning', '.'])
  expect(tokens.session.last(delta).obfuscation).toMatch(/^\w{8,14}$/)
  const given = heard('gpt-4o-transcribe')
  transcribed(given, { type: 'completed', text: 'Good morning.', deltas: ['Good mor', 'ning.'] })
  expect(given.session.sent(delta).map((event) => event.delta)).toEqual(['Good mor', 'ning.'])
  const whisper = heard('whisper-1')
  transcribed(whisper, { type: 'completed', text: 'Good morning.', deltas: ['Good mor', 'ning.'] })
  expect(whisper.session.sent(delta).map((event) => event.delta)).toEqual(['Good morning.'])
})

describe('usage', () => {
  test('counts tokens: 1.63 s are 16 of audio', () => {
    const turn = heard('gpt-4o-mini-transcribe')
    transcribed(turn, { type: 'completed', text: 'Good morning.' })
    expect(turn.session.last(completed).usage).toEqual({
      type: 'tokens',
      total_tokens: 20,
      input_tokens: 16,
      input_token_details: { text_tokens: 0, audio_tokens: 16 },
      output_tokens: 4,
    })
  })

  test.each(['gpt-4o-mini-transcribe-2025-12-15', 'gpt-4o-transcribe-diarize', 'a-deployment'])('%s counts tokens', (model) => {
    const turn = heard(model)
    transcribed(turn, { type: 'completed', text: 'Good morning.' })
    expect(turn.session.last(completed).usage.type).toBe('tokens')
  })

  test.each(['whisper-1', 'gpt-transcribe', 'gpt-live-transcribe', 'gpt-realtime-whisper'])('%s counts seconds', (model) => {
    const turn = heard(model)
    transcribed(turn, { type: 'completed', text: 'Good morning.' })
    expect(turn.session.last(completed).usage).toEqual({ type: 'duration', seconds: 2 })
  })
})

test('log probabilities are sent where the session includes them, and nowhere else', () => {
  const turn = heard('gpt-4o-transcribe')
  const include = ['item.input_audio_transcription.logprobs' as const]
  turn.session.client({ type: 'session.update', session: { type: 'realtime', include } })
  transcribed(turn, { type: 'completed', text: 'Hé.' })
  const logprobs = [
    { token: 'Hé', logprob: expect.any(Number), bytes: [72, 195, 169] },
    { token: '.', logprob: expect.any(Number), bytes: [46] },
  ]
  expect(turn.session.sent(delta).map((event) => event.logprobs)).toEqual([[logprobs[0]], [logprobs[1]]])
  expect(turn.session.last(completed).logprobs).toEqual(logprobs)
  const without = heard('gpt-4o-transcribe')
  transcribed(without, { type: 'completed', text: 'Hé.' })
  expect(without.session.last(completed)).not.toHaveProperty('logprobs')
})

test('log probabilities are plausible: below 0, most near it, not all alike, and the same for the same words', () => {
  const words = 'The quick brown fox jumps over the lazy dog while the dog dreams of the fox and the fox of dogs.'
  const said = (): number[] => {
    const turn = heard('gpt-4o-transcribe')
    const include = ['item.input_audio_transcription.logprobs' as const]
    turn.session.client({ type: 'session.update', session: { type: 'realtime', include } })
    transcribed(turn, { type: 'completed', text: words })
    expect(turn.session.sent(delta).flatMap((event) => event.logprobs)).toEqual(turn.session.last(completed).logprobs)
    return turn.session.last(completed).logprobs?.map(({ logprob }) => logprob) ?? []
  }
  const logprobs = said()
  expect(Math.max(...logprobs)).toBeLessThan(0)
  expect(Math.min(...logprobs)).toBeGreaterThan(Math.log(0.4))
  expect(logprobs.toSorted((a, b) => a - b)[Math.floor(logprobs.length / 2)]).toBeGreaterThan(Math.log(0.95))
  expect(new Set(logprobs).size).toBeGreaterThan(logprobs.length / 2)
  expect(said()).toEqual(logprobs)
})

describe('languages', () => {
  const heardIn = (model: string, result: Partial<TranscriptResult & { type: 'completed' }>, input: object = {}): unknown => {
    const session = new SessionDriver()
    const transcription = { model, ...input }
    session.client({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: null, transcription } } },
    })
    session.append(pcm(500, 5))
    session.client({ type: 'input_audio_buffer.commit' })
    const itemId = session.last('input_audio_buffer.committed').item_id
    session.input({ type: 'transcript', itemId, result: { type: 'completed', text: 'Hi', ...result } })
    return session.last(completed).languages
  }

  test('are told by gpt-transcribe: those of the script, of the session, or English for plain letters', () => {
    expect(heardIn('gpt-transcribe', {})).toEqual([{ code: 'en' }])
    expect(heardIn('gpt-transcribe', { text: 'Grüß Gott' })).toEqual([])
    expect(heardIn('gpt-transcribe', { text: 'Grüß Gott' }, { languages: ['de', 'en'] })).toEqual([{ code: 'de' }])
    expect(heardIn('gpt-transcribe', { text: '' }, { language: 'de' })).toEqual([])
    expect(heardIn('gpt-transcribe', { languages: ['de', 'fr'] })).toEqual([{ code: 'de' }, { code: 'fr' }])
  })

  test('are told by no other model', () => {
    expect(heardIn('gpt-4o-transcribe', { languages: ['de'] })).toBeUndefined()
    expect(heardIn('gpt-live-transcribe', { languages: ['de'] })).toBeUndefined()
  })
})

describe('segments', () => {
  const segment = 'conversation.item.input_audio_transcription.segment'
  const segments = [
    { speaker: 'A', text: 'Good morning.' },
    { speaker: 'B', text: 'Hello.' },
  ]

  test('tell the speakers apart, each after its words; times are an even share of the sound, in seconds', () => {
    const turn = heard('gpt-4o-transcribe-diarize', { ms: 2000 })
    transcribed(turn, { type: 'completed', text: 'Good morning. Hello.', segments })
    const types = typesOf(turn.session.events.filter((event) => event.type.includes('transcription')))
    expect(types).toEqual([delta, delta, delta, segment, delta, delta, segment, completed])
    const place = { item_id: turn.itemId, content_index: 0 }
    expect(turn.session.sent(segment)).toMatchObject([
      { ...place, text: 'Good morning.', speaker: 'A', start: 0, end: 1 },
      { ...place, text: 'Hello.', speaker: 'B', start: 1, end: 2 },
    ])
    const [first, second] = turn.session.sent(segment).map(({ id }) => id)
    expect([first, second]).toEqual([expect.stringMatching(/^seg_\w{21}$/), expect.stringMatching(/^seg_\w{21}$/)])
    expect(first).not.toBe(second)
    expect(
      turn.session
        .sent(delta)
        .map((event) => event.delta)
        .join(''),
    ).toBe('Good morning. Hello.')
    expect(turn.session.last(completed)).toMatchObject({ transcript: 'Good morning. Hello.', usage: { type: 'tokens' } })
  })

  test('with times of their own keep them; a neighbour gives what is missing', () => {
    const turn = heard('gpt-4o-transcribe-diarize', { ms: 3000 })
    const timed = [{ ...segments[0]!, startMs: 250, endMs: 900 }, segments[1]!, { speaker: 'A', text: 'Bye.', startMs: 2500 }]
    transcribed(turn, { type: 'completed', text: 'Good morning. Hello. Bye.', segments: timed })
    expect(turn.session.sent(segment).map(({ start, end }) => [start, end])).toEqual([
      [0.25, 0.9],
      [0.9, 2.5],
      [2.5, 3],
    ])
  })

  test('without any the whole sound is one of speaker A; silence has none', () => {
    const turn = heard('gpt-4o-transcribe-diarize')
    transcribed(turn, { type: 'completed', text: 'Hello.' })
    expect(turn.session.last(segment)).toMatchObject({ speaker: 'A', text: 'Hello.', start: 0, end: 1.63 })
    const silent = heard('gpt-4o-transcribe-diarize')
    transcribed(silent, { type: 'completed', text: '' })
    expect([silent.session.sent(segment), silent.session.sent(delta)]).toEqual([[], []])
  })

  test('are sent by no other model', () => {
    const turn = heard('gpt-4o-transcribe')
    transcribed(turn, { type: 'completed', text: 'Good morning. Hello.', segments })
    expect(turn.session.sent(segment)).toEqual([])
  })
})

test('transcription that is turned off after the commit still completes: it was asked for', () => {
  const turn = heard('gpt-4o-transcribe', { latency: 'openai' })
  turn.session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription: null } } } })
  transcribed(turn, { type: 'completed', text: 'Good morning.' })
  turn.session.advance(2000)
  expect(turn.session.last(completed).transcript).toBe('Good morning.')
})

test('a session that closed says nothing more', () => {
  const turn = heard('gpt-4o-transcribe', { latency: 'openai' })
  transcribed(turn, { type: 'completed', text: 'Good morning.' })
  turn.session.advance(1200)
  turn.session.input({ type: 'timer', timer: 'expiry' })
  expect(turn.session.advance(3000)).toEqual([])
  expect(turn.session.sent(completed)).toEqual([])
})

test('an item that is deleted between two deltas has no more of them, and never completes', () => {
  const turn = heard('gpt-4o-transcribe', { latency: 'openai' })
  transcribed(turn, { type: 'completed', text: 'Good morning everyone.' })
  expect(turn.session.advance(1300).length).toBeGreaterThan(0)
  turn.session.client({ type: 'conversation.item.delete', item_id: turn.itemId })
  expect(turn.session.advance(3000)).toEqual([])
})

test('failed', () => {
  const turn = heard('gpt-4o-transcribe', { latency: 'openai' })
  transcribed(turn, { type: 'failed', code: 'audio_unintelligible', message: 'The audio could not be transcribed.' })
  expect(typesOf(turn.session.advance(2000))).toEqual(['conversation.item.input_audio_transcription.failed'])
  expect(turn.session.last('conversation.item.input_audio_transcription.failed')).toMatchObject({
    item_id: turn.itemId,
    content_index: 0,
    error: {
      type: 'transcription_error',
      code: 'audio_unintelligible',
      message: 'The audio could not be transcribed.',
      param: null,
    },
  })
})

test('the item is not sent again; retrieve shows the transcript', () => {
  const turn = heard('whisper-1')
  transcribed(turn, { type: 'completed', text: 'Good morning.' })
  expect(turn.session.sent('conversation.item.done')).toHaveLength(1)
  turn.session.client({ type: 'conversation.item.retrieve', item_id: turn.itemId })
  expect(turn.session.last('conversation.item.retrieved').item).toMatchObject({ content: [{ transcript: 'Good morning.' }] })
})

test('a deleted item is not transcribed any more', () => {
  const turn = heard('whisper-1', { latency: 'openai' })
  transcribed(turn, { type: 'completed', text: 'Good morning.' })
  turn.session.client({ type: 'conversation.item.delete', item_id: turn.itemId })
  expect(turn.session.advance(3000)).toEqual([])
})

test('runs beside the response, whichever ends first', () => {
  const session = new SessionDriver({ latency: 'openai', vad: true })
  const input = { transcription: { model: 'whisper-1' } }
  session.client({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], audio: { input } } })
  session.append(pcm(640, 900))
  session.append(pcm(320))
  const itemId = session.last('input_audio_buffer.committed').item_id
  session.input({ type: 'transcript', itemId, result: { type: 'completed', text: 'Hello' } })
  session.advance(10)
  session.reply({ type: 'text', text: 'Hi.' }, { type: 'end', finish: 'completed' })
  const types = typesOf(session.advance(2000))
  expect(types.indexOf('response.done')).toBeLessThan(types.indexOf(completed))
})
