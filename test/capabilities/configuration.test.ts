// Rows of the capability table about configuration, figures and debugging, one test each. Details: test/environment, test/register,
// test/cli/environment.test.ts, test/runtime/session-figures.test.ts.

import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { createLocalConnection, expect, test } from 'vitest-realtime'
import { environmentVariables } from '../../src/environment/read-environment.ts'
import { temporaryFiles } from '../cli/support/serve-process.ts'
import { globalSocketApp, runApp } from '../register/support/run-app.ts'
import { ask as askSocket } from './support/socket-talk.ts'

type App = OpenAIRealtimeWS

async function startApp(realtime: { waitForSession(): Promise<unknown> }): Promise<App> {
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await realtime.waitForSession()
  return app
}

function ask(app: App, text: string): void {
  const content = [{ type: 'input_text', text } as const]
  app.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
  app.send({ type: 'response.create' })
}

test('row 64: response timings', async ({ realtime }) => {
  realtime.respond('greeting', { when: 'hello', text: 'Hello! How can I help?' })
  const app = await startApp(realtime)
  ask(app, 'Hello there')
  await realtime.settled()
  const [record] = realtime.session.metrics.byResponse
  expect(record).toMatchObject({ id: realtime.responses[0]?.id, name: 'greeting', status: 'completed' })
  const { createdAtMs, firstDeltaMs, durationMs, chunks, bytes } = record!
  for (const figure of [createdAtMs, firstDeltaMs, durationMs, chunks, bytes]) expect(figure).toBeGreaterThan(0)
  expect(firstDeltaMs).toBeLessThan(durationMs!)
  app.close()
})

test('row 64: response timings, by key, of the last hundred', async () => {
  await using socket = createLocalConnection({ responseConfigs: { any: { text: 'Fine.', selectionCriteria: { priority: 99 } } } })
  const ids: string[] = []
  for (let turn = 0; turn < 101; turn++) ids.push((await askSocket(socket, 'Go on')).at(-1)?.response.id)
  const timings = socket.client.getResponseTimings()
  expect(timings.map(({ responseId }) => responseId)).toEqual(ids.slice(1))
  expect(timings[0]).toMatchObject({
    ...{ responseKey: 'any', status: 'completed', textLength: 5, audioBytes: 0, firstAudioMs: null },
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
  })
  const [{ duration, firstDeltaMs, chunks } = {}] = timings
  for (const figure of [duration, firstDeltaMs, chunks]) expect(figure).toBeGreaterThan(0)
})

test('row 65: VAD and transcription metrics', async ({ realtime, caller }) => {
  realtime.respond('any', 'Fine.')
  const app = await startApp(realtime)
  const transcription = { model: 'gpt-4o-transcribe' } as const
  app.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription } } } })
  await realtime.waitFor('session.updated')
  realtime.transcribeOnce('A cable for two')
  await caller.says('A table for two')
  await realtime.settled()
  const { vad, transcription: words } = realtime.session.metrics
  expect(vad).toMatchObject({ segments: 1, accuracy: { utterances: 1, found: 1, missed: 0, falseSegments: 0 } })
  expect(vad.speechMs).toBeGreaterThan(500)
  expect(vad.accuracy?.startLatenciesMs[0]).toBeGreaterThan(0)
  expect(words).toMatchObject({ completed: 1, failed: 0, accuracy: { words: 4, errors: 1, wordErrorRate: 0.25 } })
  expect(words.latenciesMs).toHaveLength(1)
  app.close()
})

/** Prints the input of a new session, then the answer to a greeting. */
const probe = `
  const first = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', ['realtime', 'openai-insecure-api-key.x'])
  first.onmessage = ({ data }) => { console.log(JSON.stringify(JSON.parse(data).session.audio.input)); first.close() }
  ${globalSocketApp('Hello')}`

test('row 66: env config', { timeout: 60_000 }, async () => {
  const told = async (env: Record<string, string>): Promise<string> => {
    const { code, stdout, stderr } = await runApp(probe, { env })
    return JSON.stringify({ code, stdout: stdout.split('\n').toSorted(), stderr })
  }
  const whisper = { LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'whisper' }
  const transcribed = { LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'on' }
  const changes: [from: Record<string, string>, to: Record<string, string>][] = [
    [{}, { USE_LOCAL_REALTIME: 'maybe' }],
    [{}, transcribed],
    [{}, { LOCAL_REALTIME_SETUP_SMART_RESPONSES: 'no' }],
    [{}, { LOCAL_REALTIME_VAD_BACKEND: 'energy' }],
    [{}, { LOCAL_REALTIME_VAD_THRESHOLD: '0.9' }],
    [{}, { LOCAL_REALTIME_VAD_SAMPLE_RATE: '8000' }],
    [{}, whisper],
    [whisper, { ...whisper, LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE: 'small.en' }],
    [transcribed, { ...transcribed, LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE: 'de' }],
    [whisper, { ...whisper, LOCAL_REALTIME_TRANSCRIPTION_BACKEND: 'pocketsphinx' }],
    [{}, { LOG_LEVEL: 'error' }],
  ]
  // The same environment, the same words: what differs below is the variable's doing.
  expect(await told({})).toBe(await told({}))
  for (const [from, to] of changes) {
    const [before, after] = await Promise.all([told(from), told(to)])
    expect(after, JSON.stringify(to)).not.toBe(before)
  }
  // Which ones there are is the kit's own list.
  const varied = new Set(changes.flatMap(([, to]) => Object.keys(to)))
  expect([...varied, 'LOCAL_REALTIME_CONFIG'].toSorted()).toEqual([...environmentVariables].toSorted())
  expect(await told({})).toContain('\\"transcription\\":null')
  expect(await told({ LOCAL_REALTIME_VAD_THRESHOLD: 'x' })).toContain('LOCAL_REALTIME_VAD_THRESHOLD must be a number from 0 to 1')
})

test('row 67: config object over env', async () => {
  using files = temporaryFiles({ 'app.json': JSON.stringify({ vad: 'energy', responses: { greeting: 'From the file.' } }) })
  const { stdout, stderr } = await runApp(globalSocketApp('Hello'), {
    env: {
      LOCAL_REALTIME_CONFIG: files.path('app.json'),
      LOCAL_REALTIME_VAD_BACKEND: 'silero-v4',
      LOCAL_REALTIME_SETUP_SMART_RESPONSES: 'false',
    },
  })
  expect(stdout).toBe('From the file.\n')
  expect(stderr).toContain('vad energy,')
})

test('row 68: no key needed', async () => {
  const { code, stdout } = await runApp(
    `import OpenAI from 'openai'
    new OpenAI()
    ${globalSocketApp('Hello')}`,
    { env: { OPENAI_API_KEY: undefined } },
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Hello!/)
})

test('row 91: debug', async ({ realtime, caller }) => {
  const { stderr } = await runApp(globalSocketApp('Hello'), { env: { LOG_LEVEL: 'DEBUG' } })
  expect(stderr).toMatch(/connected to wss:.*<- response\.create.*reply 'greeting' for .*-> response\.done/s)

  realtime.respond('any', 'Fine.')
  const app = await startApp(realtime)
  await caller.says('Good morning')
  await realtime.settled()
  const { vad, transcription, audioBuffer, metrics } = realtime.session
  expect(vad).toMatchObject({ enabled: true, engine: 'energy', speaking: false, segments: 1 })
  expect(transcription).toMatchObject({ enabled: false, engine: 'known' })
  expect(audioBuffer.writtenMs).toBeGreaterThan(500)
  expect(metrics.responseTimesMs).toHaveLength(1)
  app.close()
})

test('row 102: analytics', async ({ realtime, caller }) => {
  realtime.respond('story', {
    when: 'story',
    text: 'Once upon a time there was a king who had three sons and a very large garden.',
  })
  realtime.respond('bye', { when: 'goodbye', text: 'Bye.' })
  const app = await startApp(realtime)
  await caller.says('Can you tell me a story?')
  await caller.interrupts('Thank you, goodbye', { afterMs: 800 })
  await realtime.settled()
  const { turns, intents, interruptions, talk } = realtime.session.metrics
  expect(turns).toEqual({ user: 2, assistant: 2 })
  expect(intents).toMatchObject({ question: 1, gratitude: 1, farewell: 1 })
  expect(interruptions).toBe(1)
  expect(talk.userShare).toBeGreaterThan(0)
  expect(talk.userShare).toBeLessThan(1)
  expect(talk.userWordsPerMinute).toBeGreaterThan(100)
  expect(JSON.parse(JSON.stringify(realtime.session.metrics))).toEqual(realtime.session.metrics)
  app.close()
})
