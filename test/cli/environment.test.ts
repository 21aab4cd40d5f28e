// Each variable of the environment on `serve`, as clients of its sessions see it. What values they take: test/environment.

import { expect, test } from 'vitest'
import { speech } from '../../audio/speech.ts'
import { hasPocketSphinx } from '../register/support/pocketsphinx.ts'
import { Client } from './support/client.ts'
import { runCommand, type ServeProcess, startServe, temporaryFiles } from './support/serve-process.ts'

/** Speech that the machine's cache does not know: words come from an engine or not at all. */
const sentence = 'Good morning everybody.'

function serveWith(env: Record<string, string>, flags: readonly string[] = []): Promise<ServeProcess> {
  return startServe(['--timing', 'instant', ...flags], { env: { LOG_LEVEL: undefined, ...env } })
}

async function connect(served: ServeProcess): Promise<{ client: Client; input: any }> {
  const client = new Client(served.ready.url)
  const { session } = await client.next('session.created')
  return { client, input: session.audio.input }
}

test('nothing set: transcription is off, the threshold that of the service, smart examples answer', async () => {
  await using served = await serveWith({})
  const { client, input } = await connect(served)
  expect(input).toMatchObject({ transcription: null, turn_detection: { type: 'server_vad', threshold: 0.5 } })
  expect(await client.ask('Thank you')).toMatch(/^With pleasure/)
})

test.skipIf(!hasPocketSphinx)(
  'LOCAL_REALTIME_ENABLE_TRANSCRIPTION: what is said is transcribed unasked; the app may turn it off',
  async () => {
    await using served = await serveWith({ LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'true', LOG_LEVEL: 'debug' })
    const { client, input } = await connect(served)
    expect(input.transcription).toMatchObject({ model: 'whisper-1' })
    client.speak((await speech(sentence)).samples)
    const { transcript } = await client.next('conversation.item.input_audio_transcription.completed')
    expect(transcript).toMatch(/good morning/i)
    await served.told(/engine pocketsphinx for transcription/)
    client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription: null } } } })
    expect((await client.next('session.updated')).session.audio.input.transcription).toBeNull()
  },
)

test('LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: the language of those sessions', async () => {
  await using served = await serveWith({
    LOCAL_REALTIME_ENABLE_TRANSCRIPTION: '1',
    LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: 'en',
  })
  expect((await connect(served)).input.transcription).toMatchObject({ language: 'en' })
  const german = await runCommand(['serve', '--json'], {
    env: { LOCAL_REALTIME_ENABLE_TRANSCRIPTION: '1', LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: 'de' },
  })
  expect(german).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining("must be en for the engine 'pocketsphinx'"),
  })
})

test.skipIf(!hasPocketSphinx)(
  'LOCAL_REALTIME_TRANSCRIPTION_BACKEND: the model hears by that engine; a missing one is an error with the size of its model',
  async () => {
    await using served = await serveWith({ LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'pocketsphinx', LOG_LEVEL: 'debug' })
    const { client, input } = await connect(served)
    expect(input.transcription).toBeNull()
    client.speak((await speech(sentence)).samples)
    await client.next('response.done')
    await served.told(/engine pocketsphinx for transcription/)
    const whisper = await runCommand(['serve', '--json'], {
      env: { LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'whisper', LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE: 'small.en' },
    })
    expect(whisper).toMatchObject({ code: 1, stdout: '' })
    expect(whisper.stderr).toMatch(
      /LOCAL_REALTIME_TRANSCRIPTION_BACKEND=whisper: .*(?:ggml-small\.en\.bin|been built|not installed)/,
    )
  },
)

test('LOCAL_REALTIME_SETUP_SMART_RESPONSES: off, one sentence answers all, and no tool is called', async () => {
  await using served = await serveWith({ LOCAL_REALTIME_SETUP_SMART_RESPONSES: 'off' })
  const { client } = await connect(served)
  expect(await client.ask('Thank you')).toBe('There is no reply configured for that.')
})

test('LOCAL_REALTIME_VAD_BACKEND and _SAMPLE_RATE: who detects turns, and at what rate it hears', async () => {
  await using served = await serveWith({
    LOCAL_REALTIME_VAD_BACKEND: 'energy',
    LOCAL_REALTIME_VAD_SAMPLE_RATE: '8000',
    LOG_LEVEL: 'debug',
  })
  const { client } = await connect(served)
  client.speak((await speech(sentence)).samples)
  await client.next('input_audio_buffer.speech_stopped')
  await served.told(/engine energy at 8000 Hz for vad/)
})

test('LOCAL_REALTIME_VAD_THRESHOLD: the first threshold of each session; the update of the app wins', async () => {
  await using served = await serveWith({ LOCAL_REALTIME_VAD_THRESHOLD: '0.8' })
  const { client, input } = await connect(served)
  expect(input.turn_detection).toMatchObject({ type: 'server_vad', threshold: 0.8, create_response: true })
  const turn_detection = { type: 'server_vad', threshold: 0.3 }
  client.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection } } } })
  expect((await client.next('session.updated')).session.audio.input.turn_detection.threshold).toBe(0.3)
})

test('LOG_LEVEL: each level adds to the one before; an unknown one is info', async () => {
  const saidAt = async (level: string): Promise<string> => {
    const served = await serveWith({ LOG_LEVEL: level, LOCAL_REALTIME_VAD_BACKEND: 'energy' })
    const { client } = await connect(served)
    // A finding: sound without known words.
    client.speak((await speech(sentence)).samples.map((sample, at) => (sample + ((at * 7919) % 400)) | 0))
    await client.next('response.done')
    client.send({ type: 'response.create', response: { prompt: 7 } })
    await client.next('error')
    return (await served.stop()).stderr
  }
  const [debug, unknown, error] = await Promise.all(['debug', 'chatty', 'error'].map(saidAt))
  expect(debug).toMatch(/ms sess_\w+ connected to ws:.*ms sess_\w+ <- response\.create\n.*closed with 1001 by the service/s)
  expect(debug).not.toMatch(/\.delta|append/)
  expect(debug).toContain('(told once)')
  expect(unknown).toContain('(told once)')
  expect(unknown).not.toMatch(/connected to/)
  expect(error).toBe('')
})

test('the config file wins over the environment, flags over both', async () => {
  using files = temporaryFiles({
    'config.json': JSON.stringify({
      vad: 'energy',
      fallback: 'Mine.',
      session: { audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.2 } } } },
    }),
  })
  await using served = await serveWith(
    {
      LOCAL_REALTIME_VAD_BACKEND: 'silero-v4',
      LOCAL_REALTIME_VAD_THRESHOLD: '0.9',
      LOCAL_REALTIME_SETUP_SMART_RESPONSES: 'false',
      LOG_LEVEL: 'debug',
    },
    ['--config', files.path('config.json')],
  )
  const { client, input } = await connect(served)
  expect(input.turn_detection.threshold).toBe(0.2)
  expect(await client.ask('Thank you')).toBe('Mine.')
  await served.told(/engine energy for vad/)
})

test.for([
  [{ USE_LOCAL_REALTIME: 'maybe' }, /^\[RTK_OPTION\] USE_LOCAL_REALTIME must be .*, got "maybe"\.$/m],
  [{ LOCAL_REALTIME_VAD_THRESHOLD: 'loud' }, /^\[RTK_OPTION\] LOCAL_REALTIME_VAD_THRESHOLD must be .*, got "loud"\.$/m],
  [{ LOCAL_REALTIME_VAD_BACKEND: 'webrtc' }, /^\[RTK_OPTION\] LOCAL_REALTIME_VAD_BACKEND must be one of .*, got "webrtc"\.$/m],
] as const)('%s is refused before anything is served', async ([env, said]) => {
  const { code, stdout, stderr } = await runCommand(['serve', '--json'], { env })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(said)
})

test('an error in a config file names the file and the path of the value', async () => {
  using files = temporaryFiles({
    'app.json': '{ "session": { "audio": { "input": { "turn_detection": { "type": "server_vad", "threshold": 7 } } } } }',
    'reply.json': '{ "responses": { "hi": { "times": "two" } } }',
  })
  const said = async (name: string): Promise<string> =>
    (await runCommand(['serve', '--json', '--config', files.path(name)])).stderr
  expect(await said('app.json')).toMatch(/--config .*app\.json: `session` must be .*turn_detection\.threshold/s)
  expect(await said('reply.json')).toMatch(/--config .*reply\.json: reply 'hi': `times` must be .*, got "two"/)
})
