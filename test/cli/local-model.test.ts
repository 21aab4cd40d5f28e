// Each variable of the environment on the service that `bridge` runs beside itself. What values they take: test/environment.

import { expect, onTestFinished, test } from 'vitest'
import { openLocalModel } from '../../src/cli/local-model.ts'
import { createLog } from '../../src/environment/log.ts'
import { readEnvironment, type Variables } from '../../src/environment/read-environment.ts'
import { Client } from './support/client.ts'

async function open(variables: Variables): Promise<{ client: Client; input: any; told: string[] }> {
  const told: string[] = []
  const log = { ...createLog('debug'), tell: (level: string, line: string) => void told.push(`${level}: ${line}`) }
  const model = await openLocalModel(readEnvironment(variables), log)
  onTestFinished(() => model.close())
  const client = new Client(String(model.backend.url).replace(/\?.*$/, ''))
  const { session } = await client.next('session.created')
  return { client, input: session.audio.input, told }
}

test('nothing set: no transcription, the threshold of the service, smart examples', async () => {
  const { client, input } = await open({ LOCAL_REALTIME_VAD_BACKEND: 'energy' })
  expect(input).toMatchObject({ transcription: null, turn_detection: { threshold: 0.5 } })
  expect(await client.ask('Thank you')).toMatch(/^With pleasure/)
})

test('LOCAL_REALTIME_ENABLE_TRANSCRIPTION, _TRANSCRIPTION_LANGUAGE, _VAD_THRESHOLD: what sessions begin with', async () => {
  const { input } = await open({
    LOCAL_REALTIME_VAD_BACKEND: 'energy',
    LOCAL_REALTIME_VAD_THRESHOLD: '0.8',
    LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'on',
    LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: 'en',
  })
  expect(input).toMatchObject({ transcription: { model: 'whisper-1', language: 'en' }, turn_detection: { threshold: 0.8 } })
})

test('LOCAL_REALTIME_SETUP_SMART_RESPONSES: off, one sentence answers all', async () => {
  const { client } = await open({ LOCAL_REALTIME_VAD_BACKEND: 'energy', LOCAL_REALTIME_SETUP_SMART_RESPONSES: 'no' })
  expect(await client.ask('Thank you')).toBe('There is no reply configured for that.')
})

test('LOCAL_REALTIME_VAD_BACKEND, _VAD_SAMPLE_RATE and LOG_LEVEL: who detects turns, and that it is told', async () => {
  const { client, told } = await open({
    LOCAL_REALTIME_VAD_BACKEND: 'energy',
    LOCAL_REALTIME_VAD_SAMPLE_RATE: '8000',
    LOG_LEVEL: 'debug',
  })
  client.speak(Int16Array.from({ length: 24_000 }, (_, at) => 9000 * Math.sin(at / 12)))
  await client.next('input_audio_buffer.speech_started')
  expect(told).toContainEqual(expect.stringMatching(/^debug: .*engine energy at 8000 Hz for vad$/))
})

test.for([
  [
    { LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'whisper', LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE: 'no.such' },
    /LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE|BACKEND=whisper: .*(?:ggml-no\.such\.bin|been built|not installed)/,
  ],
  [
    { LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'whisper', LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE: 'small.en' },
    /BACKEND=whisper: .*(?:ggml-small\.en\.bin|been built|not installed)/,
  ],
  [{ LOCAL_REALTIME_CONFIG: 'nowhere.json' }, /LOCAL_REALTIME_CONFIG=nowhere\.json cannot be read/],
] as const)('%s is refused before any call', async ([variables, message]) => {
  await expect(open(variables)).rejects.toThrow(message)
})
