// Each variable of the environment under the preload. What values they take: test/environment.

import { expect, test } from 'vitest'
import { speech } from '../../audio/speech.ts'
import { temporaryFiles } from '../cli/support/serve-process.ts'
import { hasPocketSphinx } from './support/pocketsphinx.ts'
import { banner, globalSocketApp, runApp } from './support/run-app.ts'

/** Prints the input of a new session. */
const inputApp = `
  const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', ['realtime', 'openai-insecure-api-key.x'])
  socket.onmessage = ({ data }) => { console.log(JSON.stringify(JSON.parse(data).session.audio.input)); socket.close() }`

/** Speaks a sound that its process knows nothing of, and prints the words that were heard. */
const voiceApp = (soundFile: string): string => `
  import { readFileSync } from 'node:fs'
  const base64 = readFileSync(${JSON.stringify(soundFile)}, 'utf8')
  const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', ['realtime', 'openai-insecure-api-key.x'])
  socket.onopen = () => socket.send(JSON.stringify({ type: 'input_audio_buffer.append', audio: base64 }))
  socket.onmessage = ({ data }) => {
    const event = JSON.parse(data)
    if (event.type !== 'conversation.item.input_audio_transcription.completed') return
    console.log(event.transcript)
    socket.close()
  }`

test.for([
  [{}, { transcription: null, turn_detection: { threshold: 0.5 } }],
  [{ LOCAL_REALTIME_VAD_THRESHOLD: '0.8' }, { turn_detection: { type: 'server_vad', threshold: 0.8 } }],
  [{ LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'yes' }, { transcription: { model: 'whisper-1' } }],
  [
    { LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'yes', LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: 'EN' },
    { transcription: { model: 'whisper-1', language: 'en' } },
  ],
] as const)('%s: sessions begin with %s', async ([env, input]) => {
  const { code, stdout } = await runApp(inputApp, { env })
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject(input)
})

test.skipIf(!hasPocketSphinx)(
  'LOCAL_REALTIME_VAD_BACKEND, _SAMPLE_RATE and _TRANSCRIPTION_BACKEND: the engines, in the first line and at work',
  async () => {
    const { base64 } = await speech('Good morning everybody.')
    using files = temporaryFiles({ sound: base64 })
    const { code, stdout, stderr } = await runApp(voiceApp(files.path('sound')), {
      env: {
        LOCAL_REALTIME_ENABLE_TRANSCRIPTION: '1',
        LOCAL_REALTIME_VAD_BACKEND: 'energy',
        LOCAL_REALTIME_VAD_SAMPLE_RATE: '8000',
        LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'pocketsphinx',
        LOG_LEVEL: 'debug',
      },
    })
    expect(code).toBe(0)
    expect(stdout).toMatch(/good morning/i)
    expect(stderr).toMatch(/vad energy at 8000 Hz, transcription pocketsphinx;/)
    expect(stderr).toMatch(/^vitest-realtime: \d+ ms \S+ engine energy at 8000 Hz for vad$/m)
    expect(stderr).toMatch(/^vitest-realtime: \d+ ms \S+ engine pocketsphinx for transcription$/m)
  },
)

test.for([
  [
    { LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'whisper', LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE: 'small.en' },
    /BACKEND=whisper: Engine/,
  ],
  [
    { LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'on', LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: 'de' },
    /LANGUAGE must be en for the engine/,
  ],
  [{ LOCAL_REALTIME_VAD_THRESHOLD: 'loud' }, /LOCAL_REALTIME_VAD_THRESHOLD must be a number from 0 to 1, got "loud"/],
  [{ LOCAL_REALTIME_CONFIG: 'nowhere.json' }, /LOCAL_REALTIME_CONFIG=nowhere\.json cannot be read: ENOENT/],
] as const)('%s ends the process before the app runs', async ([env, said]) => {
  const { code, stdout, stderr } = await runApp(`console.log('ran')`, { env })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(said)
  expect(stderr).toMatch(/^vitest-realtime: \[RTK_/)
})

test('LOCAL_REALTIME_SETUP_SMART_RESPONSES: off, one sentence answers all', async () => {
  const env = { LOCAL_REALTIME_SETUP_SMART_RESPONSES: 'false' }
  expect((await runApp(globalSocketApp('Hello'), { env })).stdout).toBe('There is no reply configured for that.\n')
})

test('LOCAL_REALTIME_CONFIG: replies of a JSON file, or of a module with clients of its own; it wins over the variables', async () => {
  using files = temporaryFiles({
    'app.json': JSON.stringify({
      latency: 'instant',
      responses: { greeting: { when: 'hello', text: 'You said: {{user.text}}' } },
      session: { audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.2 } } } },
    }),
    'options.mjs': `
      if (!process.env.OPENAI_API_KEY) throw new Error('no key yet')
      export default { responses: { greeting: ({ text }) => text.toUpperCase() }, vad: 'energy' }`,
    'virtual.json': '{ "timing": "virtual" }',
  })
  const json = { LOCAL_REALTIME_CONFIG: files.path('app.json'), LOCAL_REALTIME_VAD_THRESHOLD: '0.9' }
  expect(await runApp(globalSocketApp('Hello'), { env: json })).toMatchObject({
    stdout: 'You said: Hello\n',
    stderr: expect.stringMatching(/config \S+app\.json; .* timing real, latency instant\)/),
  })
  expect(JSON.parse((await runApp(inputApp, { env: json })).stdout).turn_detection.threshold).toBe(0.2)
  const module = { LOCAL_REALTIME_CONFIG: files.path('options.mjs'), LOCAL_REALTIME_VAD_BACKEND: 'silero-v4' }
  expect(await runApp(globalSocketApp('Hello'), { env: module })).toMatchObject({
    stdout: 'HELLO\n',
    stderr: expect.stringContaining('vad energy,'),
  })
  const virtual = await runApp('', { env: { LOCAL_REALTIME_CONFIG: files.path('virtual.json') } })
  expect(virtual).toMatchObject({ code: 1, stderr: expect.stringContaining("timing 'virtual' needs a test") })
})

test('LOG_LEVEL: error keeps it silent, debug tells each event, on standard error only', async () => {
  const quiet = await runApp(globalSocketApp('Thank you'), { env: { LOG_LEVEL: 'error' } })
  expect(quiet).toEqual({ code: 0, stdout: expect.stringMatching(/^With pleasure.*\n$/), stderr: '' })
  const { stdout, stderr } = await runApp(globalSocketApp('Thank you'), { env: { LOG_LEVEL: 'debug' } })
  expect(stdout).toBe(quiet.stdout)
  expect(stderr).toMatch(/<- response\.create\n.*reply 'gratitude' for resp_.*-> response\.done\n.*closed with \d+ by the app\n/s)
  const odd = await runApp('', { env: { LOG_LEVEL: 'chatty' } })
  expect(odd.stderr).toMatch(banner)
})
