// The session object and its life: opening, updates that are applied whole or not at all, expiry. protocol.md 1.4 and 2.1.

import { describe, expect, test } from 'vitest'
import { idEpochUnixSeconds } from '../../src/protocol/ids.ts'
import { createSession, sessionConfig } from '../../src/session/state.ts'
import { step } from '../../src/session/step.ts'
import { end, pcm, SessionDriver, spoken, text, typesOf } from './session-driver.ts'

test('session.created comes first, with all that the service echoes', () => {
  const session = new SessionDriver({ model: 'gpt-realtime-mini' })
  expect(typesOf(session.events)).toEqual(['session.created'])
  const created = session.last('session.created').session
  expect(created).toMatchObject({
    type: 'realtime',
    object: 'realtime.session',
    model: 'gpt-realtime-mini',
    expires_at: idEpochUnixSeconds + 3600,
  })
  expect(created.id).toMatch(/^sess_\w{21}$/)
  expect(created.audio.input.turn_detection).toMatchObject({ type: 'server_vad', silence_duration_ms: 200 })
})

test('a transcription session has no model and no output side', () => {
  const created = new SessionDriver({ kind: 'transcription' }).last('session.created').session
  expect(Object.keys(created)).toEqual(['type', 'object', 'id', 'expires_at', 'audio', 'include'])
})

test('configure changes the session before anyone sees it', () => {
  const session = new SessionDriver({
    configure: (config) => ({ ...config, include: ['item.input_audio_transcription.logprobs'] }),
  })
  expect(session.last('session.created').session.include).toEqual(['item.input_audio_transcription.logprobs'])
})

describe('update', () => {
  test('answers with the whole session; the next response uses it', () => {
    const session = new SessionDriver()
    const tool = { type: 'function' as const, name: 'book', description: 'Books a table.' }
    session.client({
      type: 'session.update',
      session: { type: 'realtime', instructions: 'Be kind.', tools: [tool], output_modalities: ['text'] },
    })
    expect(session.last('session.updated').session).toEqual(sessionConfig(session.state))
    session.client({ type: 'response.create', response: { instructions: 'Be brief.' } })
    expect(session.asked().request).toMatchObject({ instructions: 'Be brief.', tools: [tool], modalities: ['text'] })
    expect(session.last('response.created').response.output_modalities).toEqual(['text'])
  })

  test('of another kind is refused whole', () => {
    const session = new SessionDriver()
    const before = sessionConfig(session.state)
    session.client({ type: 'session.update', session: { type: 'transcription' }, event_id: 'e' })
    expect(session.last('error').error).toMatchObject({ code: 'invalid_value', event_id: 'e' })
    expect(sessionConfig(session.state)).toBe(before)
    expect(session.sent('session.updated')).toEqual([])
  })

  test('the voice is fixed once the model has spoken: another is refused, the same is not', () => {
    const session = new SessionDriver()
    const voice = (name: 'marin' | 'cedar') =>
      session.client({
        type: 'session.update',
        session: { type: 'realtime', audio: { output: { voice: name } }, instructions: name },
      })
    expect(typesOf(voice('marin'))).toEqual(['session.updated'])
    session.client({ type: 'response.create' })
    session.reply(text('Hi.', spoken(200)), end)
    expect(typesOf(voice('cedar'))).toEqual(['error'])
    expect(session.last('error').error).toMatchObject({
      code: 'cannot_update_voice',
      message: "Cannot update a conversation's voice if assistant audio is present.",
      param: null,
    })
    expect(sessionConfig(session.state)).toMatchObject({ instructions: 'marin' })
    expect(typesOf(voice('marin'))).toEqual(['session.updated'])
    session.client({ type: 'response.create', response: { audio: { output: { voice: 'cedar' } } } })
    expect(session.last('error').error.code).toBe('cannot_update_voice')
  })

  test('the voice may change as long as the model only wrote', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { output_modalities: ['text'] } })
    session.reply(text('Hi.'), end)
    const update = { type: 'realtime' as const, audio: { output: { voice: 'cedar' as const } } }
    expect(typesOf(session.client({ type: 'session.update', session: update }))).toEqual(['session.updated'])
  })
})

test('after an hour: one error, then close 1001, then silence', () => {
  const session = new SessionDriver()
  session.client({ type: 'response.create' })
  expect(session.effectsOf('schedule')[0]).toEqual({ type: 'schedule', timer: 'expiry', atMs: 3_600_000, deadline: 'idle' })
  expect(typesOf(session.advance(3_600_000))).toEqual(['error'])
  expect(session.last('error').error).toMatchObject({
    code: 'session_expired',
    message: 'Your session hit the maximum duration of 60 minutes.',
  })
  expect(session.effects.slice(-2)).toEqual([
    { type: 'stop-reply', responseId: session.asked().request.responseId },
    { type: 'close', code: 1001, reason: 'Your session hit the maximum duration of 60 minutes.' },
  ])
  expect(session.say('Hello?')).toEqual([])
})

test('expiry stops only replies that still stream', () => {
  const session = new SessionDriver({ lifetimeMs: 60_000, latency: { textDeltaMs: 60_000 } })
  session.client({ type: 'response.create', response: { conversation: 'none', output_modalities: ['text'] } })
  session.advance(10)
  session.reply(text('A whole reply, sent slowly.'), end)
  session.advance(59_985)
  session.client({ type: 'response.create', response: { conversation: 'none' } })
  session.advance(1000)
  expect(session.last('error').error.message).toBe('Your session hit the maximum duration of 1 minutes.')
  expect(session.effectsOf('stop-reply')).toEqual([])
})

test('injected events are sent as they are', () => {
  const session = new SessionDriver()
  const event = { type: 'conversation.item.deleted', event_id: 'event_x', item_id: 'x' } as const
  expect(session.input({ type: 'inject', event })).toEqual([event])
})

test('acknowledgements that take time delay everything from the client, in order', () => {
  const session = new SessionDriver({ latency: { acknowledgeMs: 30, createdMs: 0 } })
  session.say('one')
  session.advance(20)
  session.append(pcm(100))
  session.client({ type: 'response.create' })
  expect(typesOf(session.advance(9))).toEqual([])
  expect(typesOf(session.advance(1))).toEqual(['conversation.item.added', 'conversation.item.done'])
  expect(typesOf(session.advance(20))).toEqual(['response.created'])
  expect(session.effectsOf('detect-speech')).toHaveLength(1)
  expect(session.timers.has('inbox')).toBe(false)
})

test('the same inputs give the same effects, and never touch the state that they met', () => {
  const run = (): unknown[] => {
    const session = new SessionDriver({ seed: 7, vad: true, latency: 'openai' })
    session.append(pcm(640, 900))
    session.append(pcm(320))
    session.advance(10)
    session.reply(text('Hello there.', spoken(900)), end)
    session.advance(5000)
    return session.effects
  }
  expect(run()).toEqual(run())
  const ids = new SessionDriver().state.settings.ids
  const state = createSession({ ids, unixSeconds: 0 })
  const frozen = JSON.stringify(state)
  step(
    state,
    { type: 'client-event', event: { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [] } } },
    0,
  )
  expect(JSON.stringify(state)).toBe(frozen)
})
