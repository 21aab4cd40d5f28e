// In tests the environment has no influence: neither on fixtures, nor on `createLocalRealtime()`.

import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { afterAll, beforeAll } from 'vitest'
import { createLocalRealtime, expect, test } from 'vitest-realtime'

const variables = {
  USE_LOCAL_REALTIME: 'maybe',
  LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'true',
  LOCAL_REALTIME_SETUP_SMART_RESPONSES: 'true',
  LOCAL_REALTIME_VAD_BACKEND: 'silero-v4',
  LOCAL_REALTIME_VAD_THRESHOLD: '0.9',
  LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'whisper',
  LOG_LEVEL: 'debug',
}
const before = { ...process.env }
beforeAll(() => void Object.assign(process.env, variables))
afterAll(() => {
  for (const name of Object.keys(variables)) delete process.env[name]
  Object.assign(process.env, before)
})

const untouched = { transcription: null, turn_detection: { threshold: 0.5 } }

test('fixtures', async ({ realtime }) => {
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  const { config, vad, transcription } = await realtime.waitForSession()
  expect(config.audio.input).toMatchObject(untouched)
  expect(vad.engine).toBe('energy')
  expect(transcription.engine).toBe('known')
  app.close()
})

test('createLocalRealtime(), whose option `session` has the first values', async () => {
  const read = async (options: Parameters<typeof createLocalRealtime>[0]): Promise<unknown> => {
    await using realtime = createLocalRealtime({ latency: 'instant', ...options })
    const app = realtime.run(() => new OpenAIRealtimeWS({ model: 'gpt-realtime' }))
    const { config } = await realtime.waitForSession()
    app.close()
    return config.audio.input
  }
  expect(await read({})).toMatchObject(untouched)
  const turn_detection = { type: 'server_vad', threshold: 0.7 }
  expect(await read({ session: { audio: { input: { turn_detection } } } })).toMatchObject({
    turn_detection: { ...turn_detection, create_response: true },
  })
  expect(() => createLocalRealtime({ session: { audio: { input: { turn_detection: { type: 'loud' } } } } })).toThrow(
    /createLocalRealtime\(\): `session` must be the session of a client secret, .*turn_detection/s,
  )
})
