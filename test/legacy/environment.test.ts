// The environment's variables and a client: each that is set has an effect, and options win.

import { onTestFinished, vi } from 'vitest'
import { createLocalConnection, expect, LocalRealtimeClient, test } from 'vitest-realtime'
import { ask, audioResponse, next } from '../capabilities/support/socket-talk.ts'

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

test('the recognizer, its language and its model are those of the variables', () => {
  set('LOCAL_REALTIME_TRANSCRIPTION_BACKEND', 'whisper')
  set('LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE', 'de')
  set('LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE', 'tiny')
  const client = new LocalRealtimeClient({ intercept: false })
  expect(client.getTranscriptionConfig()).toEqual({ backend: 'whisper', language: 'de', modelSize: 'tiny' })
  expect(client.getTranscriptionState().backend).toBe('whisper')
  expect(new LocalRealtimeClient({ transcriptionConfig: { backend: 'known' } }).getTranscriptionConfig().backend).toBe('known')
})

test.for([
  [undefined, 1],
  ['debug', 1],
  ['warning', 1],
  ['chatty', 1],
  ['error', 0],
  ['CRITICAL', 0],
] as const)('LOG_LEVEL %s: %i of its warnings comes through; a logger of the options has all', async ([level, count]) => {
  if (level !== undefined) set('LOG_LEVEL', level)
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  onTestFinished(() => emitWarning.mockRestore())
  const told: string[] = []
  for (const options of [{}, { logger: { warn: (message: string) => void told.push(message) } }]) {
    const responseConfigs = { any: { text: '', audioFile: '/no/such/file.wav', selectionCriteria: { priority: 90 } } }
    await using socket = createLocalConnection({ ...options, responseConfigs })
    await ask(socket, 'Hello', audioResponse)
  }
  expect(emitWarning.mock.calls.filter(([message]) => String(message).includes('file.wav'))).toHaveLength(count)
  expect(told).toEqual([expect.stringContaining('file.wav')])
})

test('a bad value is told with its variable', () => {
  set('LOCAL_REALTIME_VAD_THRESHOLD', 'high')
  expect(() => new LocalRealtimeClient()).toThrow(
    /RTK_OPTION.*LOCAL_REALTIME_VAD_THRESHOLD must be a number from 0 to 1, got "high"/,
  )
})
