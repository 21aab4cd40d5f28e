// The line of a call carries silence where nobody speaks: offsets count it, and the idle timeout has sound to commit. protocol.md 4.4.

import { describe, expect, test } from 'vitest'
import { end, pcm, SessionDriver, spoken, text } from './session-driver.ts'

const detection = { type: 'server_vad', threshold: 0.5, prefix_padding_ms: 300, silence_duration_ms: 200 } as const

function call(options: { idle?: number; playsOutput?: boolean } = {}): SessionDriver {
  const { idle = null, playsOutput = true } = options
  const session = new SessionDriver({ latency: 'instant', playsOutput, vad: true })
  const turn_detection = { ...detection, idle_timeout_ms: idle }
  session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection } } } })
  return session
}

/** So much sound in pieces of 20 ms as it is spoken. */
function speak(session: SessionDriver, ms: number, value = 9000): void {
  for (let at = 0; at < ms; at += 20) {
    session.advance(20)
    session.append(pcm(20, value))
  }
}

describe('offsets', () => {
  test('of a call count the time since it began', () => {
    const session = call()
    session.advance(4000)
    speak(session, 500)
    speak(session, 400, 0)
    expect(Math.abs(session.last('input_audio_buffer.speech_started').audio_start_ms - 3700)).toBeLessThanOrEqual(32)
    expect(Math.abs(session.last('input_audio_buffer.speech_stopped').audio_end_ms - 4700)).toBeLessThanOrEqual(64)
  })

  test('of a socket count the sound that came', () => {
    const session = call({ playsOutput: false })
    session.advance(4000)
    speak(session, 500)
    expect(session.last('input_audio_buffer.speech_started').audio_start_ms).toBe(0)
  })

  test('are right after minutes of silence, of which little is kept', () => {
    const session = call()
    session.advance(30 * 60_000)
    speak(session, 500)
    speak(session, 400, 0)
    expect(Math.abs(session.last('input_audio_buffer.speech_started').audio_start_ms - (30 * 60_000 - 300))).toBeLessThanOrEqual(
      32,
    )
    const heard = session.effectsOf('detect-speech').reduce((sum, { audio }) => sum + audio.byteLength / 48, 0)
    expect(heard).toBeLessThan(60_000)
    expect(session.sent('input_audio_buffer.committed')).toHaveLength(1)
  })

  test('are not moved by frames that come late or in a heap', () => {
    const session = call()
    speak(session, 200)
    session.advance(300)
    for (let frame = 0; frame < 15; frame++) session.append(pcm(20, 9000))
    expect(session.state.buffer.endByte / 48).toBe(500)
  })
})

test('the idle timeout commits the silence of the line, as long as the timeout', () => {
  const session = call({ idle: 6000 })
  session.say('Hello')
  session.client({ type: 'response.create' })
  session.reply(text('Hi.', spoken(1000)), end)
  session.advance(7000)
  const { audio_start_ms: startMs, audio_end_ms: endMs, item_id: itemId } = session.last('input_audio_buffer.timeout_triggered')
  expect(endMs - startMs).toBe(6016)
  expect(endMs).toBeGreaterThan(6900)
  expect(session.last('input_audio_buffer.committed').item_id).toBe(itemId)
  const heard = session.effectsOf('heard').at(-1)
  expect(heard && heard.audio.byteLength / 48).toBe(6016)
})
