// The environment's variables and a client: each that is set has an effect, and options win.

import { onTestFinished, vi } from 'vitest'
import { createLocalConnection, expect, LocalRealtimeClient, test } from 'vitest-realtime'
import { next } from '../capabilities/support/socket-talk.ts'

function set(name: string, value: string): void {
  vi.stubEnv(name, value)
  onTestFinished(() => void vi.unstubAllEnvs())
}

test('variables that are set are the defaults of a client', async () => {
  set('LOCAL_REALTIME_ENABLE_TRANSCRIPTION', 'yes')
  set('LOCAL_REALTIME_SETUP_SMART_RESPONSES', 'on')
  set('LOCAL_REALTIME_VAD_BACKEND', 'energy')
  set('LOCAL_REALTIME_VAD_THRESHOLD', '0.3')
  set('LOCAL_REALTIME_VAD_SAMPLE_RATE', '8000')
  set('LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE', 'nl')
  await using socket = createLocalConnection()
  expect((await next(socket, 'session.created')).session.audio.input).toMatchObject({
    turn_detection: { threshold: 0.3 },
    transcription: { language: 'nl' },
  })
  expect(socket.client.getVadConfig()).toEqual({ backend: 'energy', threshold: 0.3, sampleRate: 8000 })
  expect(new LocalRealtimeClient().getResponseConfig('greeting').text).toMatch(/^Hello/)
})

test('options win, and what is not set changes nothing', () => {
  set('LOCAL_REALTIME_VAD_THRESHOLD', '0.3')
  set('LOCAL_REALTIME_ENABLE_TRANSCRIPTION', 'true')
  const client = new LocalRealtimeClient({ vadConfig: { threshold: 0.7 }, enableTranscription: false })
  expect([client.getVadConfig(), client.isTranscriptionEnabled]).toEqual([{ threshold: 0.7 }, false])
  expect(client.getResponseConfig('greeting')).toBe(client.getResponseConfig())
})

test('a bad value is told with its variable', () => {
  set('LOCAL_REALTIME_VAD_THRESHOLD', 'high')
  expect(() => new LocalRealtimeClient()).toThrow(
    /RTK_OPTION.*LOCAL_REALTIME_VAD_THRESHOLD must be a number from 0 to 1, got "high"/,
  )
})
