// input_audio_buffer.append, commit, clear, and the buffer itself: formats, odd bytes, positions. protocol.md 2.2 to 2.4.

import { describe, expect, test } from 'vitest'
import {
  appendAudio,
  bufferedMs,
  createAudioBuffer,
  dropAudioBefore,
  msToBytes,
  readAudio,
  writtenMs,
} from '../../src/session/audio-buffer.ts'
import { pcm, SessionDriver, typesOf } from './session-driver.ts'

const pcmFormat = { type: 'audio/pcm', rate: 24_000 } as const

/** Push to talk: nothing but commits end a turn. */
function pushToTalk(): SessionDriver {
  const session = new SessionDriver()
  session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } })
  return session
}

function filled(bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) => index % 251)
}

describe('buffer', () => {
  test('reads any stretch across chunks, and drops what is before a position', () => {
    const whole = filled(1000)
    let buffer = createAudioBuffer({ type: 'audio/pcmu' })
    for (let start = 0; start < 1000; start += 130)
      buffer = appendAudio(buffer, whole.subarray(start, Math.min(start + 130, 1000))).buffer
    expect(readAudio(buffer, 100, 777)).toEqual(whole.slice(100, 777))
    const dropped = dropAudioBefore(buffer, 300)
    expect(readAudio(dropped, 0, 400)).toEqual(whole.slice(300, 400))
    expect([bufferedMs(dropped), writtenMs(dropped)]).toEqual([87.5, 125])
    expect(readAudio(buffer, 0, 1000)).toEqual(whole)
  })

  test('carries an odd byte of 16-bit audio to the next append', () => {
    const first = appendAudio(createAudioBuffer(pcmFormat), filled(5))
    expect(first.added).toEqual(filled(5).slice(0, 4))
    const second = appendAudio(first.buffer, Uint8Array.of(9, 8, 7))
    expect(second.added).toEqual(Uint8Array.of(4, 9, 8, 7))
    expect(second.buffer.endByte).toBe(8)
  })

  test('an older version stays what it was when both are appended to', () => {
    const base = appendAudio(createAudioBuffer(pcmFormat), Uint8Array.of(1, 1)).buffer
    const left = appendAudio(base, Uint8Array.of(2, 2)).buffer
    const right = appendAudio(base, Uint8Array.of(3, 3)).buffer
    expect([readAudio(base, 0, 9), readAudio(left, 0, 9), readAudio(right, 0, 9)]).toEqual([
      Uint8Array.of(1, 1),
      Uint8Array.of(1, 1, 2, 2),
      Uint8Array.of(1, 1, 3, 3),
    ])
  })

  test('counts whole samples', () => {
    expect(msToBytes(pcmFormat, 0.03)).toBe(2)
    expect(msToBytes({ type: 'audio/pcma' }, 10)).toBe(80)
  })
})

describe('append', () => {
  test('has no reply, and feeds the detector only with turn detection on', () => {
    const session = new SessionDriver()
    expect(session.append(pcm(20))).toEqual([])
    expect(session.effectsOf('detect-speech')).toMatchObject([{ format: pcmFormat, restart: false }])
    const manual = pushToTalk()
    manual.append(pcm(20))
    expect(manual.effectsOf('detect-speech')).toEqual([])
  })

  test('the empty string is fine; what is no base64 is refused', () => {
    const session = new SessionDriver()
    expect(session.client({ type: 'input_audio_buffer.append', audio: '' })).toEqual([])
    for (const audio of ['abc', '!!!!', 'AAAA====', 'AA=A']) {
      session.client({ type: 'input_audio_buffer.append', audio, event_id: audio })
      expect(session.last('error').error).toMatchObject({ code: 'invalid_value', param: 'audio', event_id: audio })
    }
  })

  test('silence under turn detection is not kept for ever', () => {
    const session = new SessionDriver()
    for (let second = 0; second < 180; second++) session.append(pcm(1000))
    const { buffer } = session.state
    expect(bufferedMs(buffer)).toBeLessThanOrEqual(62_000)
    expect(bufferedMs(buffer)).toBeGreaterThanOrEqual(31_000)
    expect(writtenMs(buffer)).toBe(180_000)
  })
})

describe('commit', () => {
  test('makes a user item of the buffer and no response', () => {
    const session = pushToTalk()
    session.append(pcm(60, 1))
    session.append(pcm(60, 2))
    const events = session.client({ type: 'input_audio_buffer.commit' })
    expect(typesOf(events)).toEqual(['input_audio_buffer.committed', 'conversation.item.added', 'conversation.item.done'])
    const { item_id } = session.last('input_audio_buffer.committed')
    expect(session.effectsOf('heard')).toEqual([
      {
        type: 'heard',
        itemId: item_id,
        startSample: 0,
        endSample: 2880,
        audio: Uint8Array.from([...pcm(60, 1), ...pcm(60, 2)]),
        format: pcmFormat,
      },
    ])
    session.append(pcm(100, 3))
    session.client({ type: 'input_audio_buffer.commit' })
    expect(session.effectsOf('heard')[1]).toMatchObject({ startSample: 2880, endSample: 5280 })
    expect(session.last('input_audio_buffer.committed').previous_item_id).toBe(item_id)
  })

  test('needs 100 ms', () => {
    const session = pushToTalk()
    session.client({ type: 'input_audio_buffer.commit' })
    session.append(pcm(99, 1))
    session.client({ type: 'input_audio_buffer.commit', event_id: 'e' })
    const message = (ms: string) =>
      `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${ms}ms of audio.`
    expect(session.sent('error').map(({ error }) => error)).toEqual([
      {
        type: 'invalid_request_error',
        code: 'input_audio_buffer_commit_empty',
        message: message('0.00'),
        param: null,
        event_id: null,
      },
      {
        type: 'invalid_request_error',
        code: 'input_audio_buffer_commit_empty',
        message: message('99.00'),
        param: null,
        event_id: 'e',
      },
    ])
    session.append(pcm(1, 1))
    expect(session.client({ type: 'input_audio_buffer.commit' })).toHaveLength(3)
  })

  test('during speech takes what is there with the announced id; the rest of that speech is new', () => {
    const session = new SessionDriver({ vad: true })
    session.append(pcm(320, 900))
    const { item_id } = session.last('input_audio_buffer.speech_started')
    session.client({ type: 'input_audio_buffer.commit' })
    expect(session.last('input_audio_buffer.committed').item_id).toBe(item_id)
    session.append(pcm(640, 900))
    session.append(pcm(320))
    const started = session.sent('input_audio_buffer.speech_started')
    const stopped = session.sent('input_audio_buffer.speech_stopped')
    expect(started).toHaveLength(2)
    expect(stopped.map((event) => event.item_id)).toEqual([started[1]?.item_id])
    expect(started[1]?.audio_start_ms).toBe(320)
  })
})

describe('clear', () => {
  test('empties the buffer and drops announced speech', () => {
    const session = new SessionDriver({ vad: true })
    session.append(pcm(320, 900))
    const { item_id } = session.last('input_audio_buffer.speech_started')
    expect(typesOf(session.client({ type: 'input_audio_buffer.clear' }))).toEqual(['input_audio_buffer.cleared'])
    session.append(pcm(640))
    expect(session.sent('input_audio_buffer.speech_stopped')).toEqual([])
    session.client({ type: 'input_audio_buffer.clear' })
    session.client({ type: 'input_audio_buffer.commit' })
    expect(session.last('error').error.code).toBe('input_audio_buffer_commit_empty')
    expect(JSON.stringify(session.sent('conversation.item.added'))).not.toContain(item_id)
  })
})

test('G.711 counts one byte a sample at 8,000 Hz', () => {
  const session = pushToTalk()
  session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { format: { type: 'audio/pcmu' } } } } })
  session.append(new Uint8Array(800))
  session.client({ type: 'input_audio_buffer.commit' })
  expect(session.effectsOf('heard')).toMatchObject([{ startSample: 0, endSample: 800, format: { type: 'audio/pcmu' } }])
})

test('another format drops what was buffered and keeps the position in time', () => {
  const session = pushToTalk()
  session.append(pcm(500, 1))
  session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { format: { type: 'audio/pcma' } } } } })
  session.append(new Uint8Array(800))
  session.client({ type: 'input_audio_buffer.commit' })
  expect(session.effectsOf('heard')).toMatchObject([{ startSample: 4000, endSample: 4800 }])
})
