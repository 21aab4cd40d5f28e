// Turns that end while the assistant still speaks, and what a session of the other kind is told. protocol.md 4.4, 2.1, 2.9.

import { describe, expect, test } from 'vitest'
import { type DriverOptions, end, pcm, SessionDriver, spoken, text, typesOf } from './session-driver.ts'

const turn = [
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.committed',
  'conversation.item.added',
  'conversation.item.done',
]

describe('interrupt_response: false', () => {
  function talkedOver(behavior: DriverOptions['behavior'] = {}): SessionDriver {
    const session = new SessionDriver({ latency: 'openai', vad: true, behavior })
    const turn_detection = { type: 'server_vad' as const, interrupt_response: false }
    session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection } } } })
    session.client({ type: 'response.create' })
    session.advance(10)
    session.reply(text('One two three four five.', spoken(9000)), end)
    session.advance(700)
    return session
  }

  test('the answer goes on, and the automatic one fails with the error of an active response', () => {
    const session = talkedOver()
    const events = [...session.append(pcm(640, 900)), ...session.append(pcm(320))]
    expect(typesOf(events)).toEqual([...turn, 'error'])
    expect(session.last('error').error).toMatchObject({
      code: 'conversation_already_has_active_response',
      message: expect.stringContaining(session.last('response.created').response.id ?? 'none'),
      event_id: null,
    })
    session.advance(5000)
    expect(session.last('response.done').response.status).toBe('completed')
    expect(session.sent('response.created')).toHaveLength(1)
  })

  test('[U] overlapError: false commits the turn and says nothing', () => {
    const session = talkedOver({ overlapError: false })
    expect(typesOf([...session.append(pcm(640, 900)), ...session.append(pcm(320))])).toEqual(turn)
    session.advance(5000)
    expect(session.sent('response.created')).toHaveLength(1)
  })
})

describe('[U] codes that no capture has', () => {
  const kinds = (behavior: NonNullable<DriverOptions['behavior']>): SessionDriver =>
    new SessionDriver({ kind: 'transcription', behavior })

  test('of response.create in a transcription session', () => {
    const session = kinds({})
    session.client({ type: 'response.create', event_id: 'mine' })
    expect(session.last('error').error).toMatchObject({ code: 'invalid_value', param: null, event_id: 'mine' })
    const other = kinds({ transcriptionResponseCode: null })
    other.client({ type: 'response.create' })
    expect(other.last('error').error.code).toBeNull()
  })

  test('of an update of the other kind', () => {
    for (const [behavior, code] of [
      [{}, 'invalid_value'],
      [{ sessionKindCode: 'invalid_session_type' }, 'invalid_session_type'],
      [{ sessionKindCode: null }, null],
    ] as const) {
      const session = kinds(behavior)
      session.client({ type: 'session.update', session: { type: 'realtime', instructions: 'x' } })
      expect(session.last('error').error).toMatchObject({
        code,
        message: 'Passing a realtime session update event to a transcription session is not allowed.',
      })
    }
  })
})
