// What decisions of turn detection do in a session: offsets, ids, commits, responses, the idle timeout. protocol.md 4.4.

import { describe, expect, test } from 'vitest'
import type { RealtimeSessionUpdate } from '../../src/protocol/session-config.ts'
import { type DriverOptions, end, pcm, SessionDriver, spoken, text, typesOf } from './session-driver.ts'

type TurnDetection = NonNullable<NonNullable<RealtimeSessionUpdate['audio']>['input']>['turn_detection']

function listening(turn_detection?: TurnDetection, options: DriverOptions = {}): SessionDriver {
  const session = new SessionDriver({ vad: true, ...options })
  if (turn_detection !== undefined) update(session, turn_detection)
  return session
}

function update(session: SessionDriver, turn_detection: TurnDetection): void {
  session.client({
    type: 'session.update',
    session: { type: 'realtime', audio: { input: { turn_detection: turn_detection ?? null } } },
  })
}

/** Appended in chunks of 20 ms. */
function hear(session: SessionDriver, ms: number, level = 0): void {
  for (let at = 0; at < ms; at += 20) session.append(pcm(Math.min(20, ms - at), level))
}

describe('server_vad', () => {
  test('offsets are those of the audio, on the 32 ms grid', () => {
    const session = listening()
    hear(session, 960)
    hear(session, 640, 900)
    hear(session, 600)
    expect(session.last('input_audio_buffer.speech_started').audio_start_ms).toBe(960 - 300)
    expect(session.last('input_audio_buffer.speech_stopped').audio_end_ms).toBe(1600 + 224)
    expect(session.effectsOf('heard')).toMatchObject([{ startSample: 660 * 24, endSample: 1824 * 24 }])
    expect(session.effectsOf('heard')[0]?.audio.byteLength).toBe((1824 - 660) * 48)
  })

  test('asks for a reply that knows what it answers', () => {
    const session = listening()
    hear(session, 320, 900)
    hear(session, 400)
    const { request } = session.asked()
    expect(request).toMatchObject({ askedBy: 'turn-detection', turn: 1, outOfBand: false, modalities: ['audio'], voice: 'alloy' })
    expect(request.userItem).toEqual(session.last('conversation.item.done').item)
    const order = session.effects.map((effect) => effect.type).filter((type) => type === 'heard' || type === 'ask-reply')
    expect(order).toEqual(['heard', 'ask-reply'])
  })

  test('padding does not reach into audio that was committed', () => {
    const session = listening()
    hear(session, 320, 900)
    hear(session, 256)
    const { audio_end_ms } = session.last('input_audio_buffer.speech_stopped')
    hear(session, 320, 900)
    expect(session.sent('input_audio_buffer.speech_started')[1]?.audio_start_ms).toBe(audio_end_ms)
  })

  test('create_response false commits and stays silent', () => {
    const session = listening({ type: 'server_vad', create_response: false })
    hear(session, 320, 900)
    hear(session, 400)
    expect(session.sent('conversation.item.done')).toHaveLength(1)
    expect(session.effectsOf('ask-reply')).toEqual([])
  })

  test('the threshold and the silence of the session count', () => {
    const session = listening({ type: 'server_vad', threshold: 0.95, silence_duration_ms: 500 })
    hear(session, 640, 900)
    expect(session.sent('input_audio_buffer.speech_started')).toEqual([])
    update(session, { type: 'server_vad', threshold: 0.5 })
    hear(session, 320, 900)
    hear(session, 480)
    expect(session.sent('input_audio_buffer.speech_stopped')).toEqual([])
    hear(session, 64)
    expect(session.sent('input_audio_buffer.speech_stopped')).toHaveLength(1)
  })
})

describe('changes while speech goes on', () => {
  test('another detection drops the segment and begins a new stream', () => {
    const session = listening()
    hear(session, 320, 900)
    update(session, { type: 'server_vad', silence_duration_ms: 700 })
    hear(session, 20)
    expect(session.effectsOf('detect-speech').at(-1)?.restart).toBe(true)
    hear(session, 1000)
    expect(session.sent('input_audio_buffer.speech_stopped')).toEqual([])
    expect(session.effectsOf('detect-speech').at(-1)?.restart).toBe(false)
  })

  test('anything else keeps it', () => {
    const session = listening()
    hear(session, 320, 900)
    update(session, { type: 'server_vad', create_response: false })
    session.client({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } })
    hear(session, 400)
    expect(session.sent('input_audio_buffer.speech_stopped')).toHaveLength(1)
    expect(session.effectsOf('ask-reply')).toEqual([])
  })

  test('turned off, late frames are dropped', () => {
    const session = new SessionDriver()
    session.append(pcm(100, 900))
    update(session, null)
    expect(session.frames(0.9, 0.9, 0.9)).toEqual([])
  })
})

test('semantic_vad sends the same events after a silence that depends on its eagerness', () => {
  const stoppedAfter = (eagerness: 'low' | 'high'): number => {
    const session = listening({ type: 'semantic_vad', eagerness })
    hear(session, 640, 900)
    hear(session, 3000)
    expect(session.sent('input_audio_buffer.committed')).toHaveLength(1)
    return session.last('input_audio_buffer.speech_stopped').audio_end_ms
  }
  expect([stoppedAfter('high'), stoppedAfter('low')]).toEqual([1440, 3040])
})

describe('idle timeout', () => {
  function idling(): SessionDriver {
    const session = listening({ type: 'server_vad', idle_timeout_ms: 6000 })
    hear(session, 7200)
    session.client({ type: 'response.create' })
    session.reply(text('Hello?', spoken(1000)), end)
    return session
  }

  test('is armed when the answer has been played, as a deadline that pulls nothing', () => {
    const session = idling()
    expect(session.effectsOf('schedule').at(-1)).toEqual({ type: 'schedule', timer: 'idle', atMs: 7000, deadline: 'idle' })
  })

  test('commits the silence and answers it', () => {
    const session = idling()
    const events = session.advance(7000)
    expect(typesOf(events)).toEqual([
      'input_audio_buffer.timeout_triggered',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
    ])
    const { item_id, audio_start_ms, audio_end_ms } = session.last('input_audio_buffer.timeout_triggered')
    expect([audio_start_ms, audio_end_ms]).toEqual([1184, 7200])
    expect(session.last('input_audio_buffer.committed').item_id).toBe(item_id)
  })

  test('is armed after a spoken turn, runs out once, and a stray timer does nothing', () => {
    const session = listening({ type: 'server_vad', idle_timeout_ms: 6000 })
    hear(session, 320, 900)
    hear(session, 400)
    expect(session.input({ type: 'timer', timer: 'idle' })).toEqual([])
    session.reply(text('Yes?', spoken(500)), end)
    session.advance(6500)
    expect(session.sent('input_audio_buffer.timeout_triggered')).toHaveLength(1)
    expect(session.input({ type: 'timer', timer: 'idle' })).toEqual([])
    hear(session, 320, 900)
    expect(session.effectsOf('unschedule')).toEqual([])
  })

  test('speech, another response and an update disarm it', () => {
    const bySpeech = idling()
    hear(bySpeech, 128, 900)
    expect(bySpeech.timers.has('idle')).toBe(false)
    const byResponse = idling()
    byResponse.client({ type: 'response.create' })
    expect(byResponse.timers.has('idle')).toBe(false)
    const byUpdate = idling()
    update(byUpdate, { type: 'server_vad', idle_timeout_ms: null })
    expect(byUpdate.timers.has('idle')).toBe(false)
  })
})

describe('transcription session', () => {
  test('speech becomes items, never responses', () => {
    const session = new SessionDriver({ kind: 'transcription', vad: true })
    session.client({
      type: 'session.update',
      session: { type: 'transcription', audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } },
    })
    hear(session, 640, 900)
    hear(session, 320)
    const itemId = session.last('input_audio_buffer.committed').item_id
    session.input({ type: 'transcript', itemId, result: { type: 'completed', text: 'Good morning.' } })
    expect(typesOf(session.events)).toEqual([
      'session.created',
      'session.updated',
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      ...new Array<string>(3).fill('conversation.item.input_audio_transcription.delta'),
      'conversation.item.input_audio_transcription.completed',
    ])
    session.client({ type: 'response.create' })
    expect(session.last('error').error.type).toBe('invalid_request_error')
  })
})
