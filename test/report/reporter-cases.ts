// The files of the projects on which the reporter is tried.

const head = `
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe } from "vitest"
import { expect, test } from 'vitest-realtime'
`

/** A caller speaks and interrupts; then a typed turn with a flow. */
export const spokenCase = `${head}
describe('a line', () => {
  test('is interrupted', async ({ realtime, caller }) => {
    realtime.respond('long', { when: 'story', text: 'Once upon a time there was a king who had three sons and a very large garden.' })
    realtime.respond('stop', { when: 'stop', text: 'As you like.' })
    const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
    caller.attach(app)
    await realtime.waitForSession()
    app.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { transcription: { model: 'whisper-1' } } } } })
    await realtime.waitFor('session.updated')
    realtime.transcribeOnce('Tell him a story')
    await caller.says('Tell me a story')
    await caller.interrupts('Stop it please', { afterMs: 1000 })
    await realtime.settled()
  })
})
`

/** Typed turns of one flow; `turns` are what is said. */
export function typedCase(name: string, turns: readonly string[], delayMs = 0): string {
  return `${head}
test(${JSON.stringify(name)}, async ({ realtime }) => {
  realtime.flow('booking', {
    states: {
      ask: [{ says: 'table', reply: { text: 'For how many?', delayMs: ${delayMs} }, to: 'seats' }, { says: 'cancel', reply: 'Fine.', to: 'end' }],
      seats: [{ says: 'two', reply: 'Done.', to: 'end' }, { says: 'back', reply: 'What else?', to: 'ask' }],
    },
  })
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await realtime.waitForSession()
  for (const text of ${JSON.stringify(turns)}) {
    app.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } })
    app.send({ type: 'response.create', response: { output_modalities: ['text'] } })
    await realtime.settled()
  }
  app.close()
})
`
}

/** Two apps at once, each with one typed turn. */
export const twoSessionsCase = `${head}
test('has two sessions', async ({ realtime }) => {
  realtime.respond('hi', 'Hello.')
  for (const model of ['gpt-realtime', 'gpt-realtime-mini']) {
    const app = new OpenAIRealtimeWS({ model })
    await realtime.for({ model }).waitForSession()
    app.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] } })
    app.send({ type: 'response.create', response: { output_modalities: ['text'] } })
    await realtime.settled()
  }
})
`

/** Fails once, and goes further then. */
export const retriedCase = `${head}
let tries = 0
test('is tried again', { retry: 1 }, async ({ realtime }) => {
  realtime.respond('hi', 'Hello.')
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await realtime.waitForSession()
  for (let turn = 0; turn < (tries === 0 ? 3 : 1); turn++) {
    app.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] } })
    app.send({ type: 'response.create', response: { output_modalities: ['text'] } })
    await realtime.settled()
  }
  expect(++tries).toBe(2)
})
`

const typed = `const ask = async (text) => {
    app.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } })
    app.send({ type: 'response.create', response: { output_modalities: ['text'] } })
    await realtime.settled()
  }`

/** Is red after one typed turn. */
export const redCase = `${head}
test('is red', async ({ realtime }) => {
  realtime.respond('hi', 'Hello.')
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await realtime.waitForSession()
  ${typed}
  await ask('Hi')
  expect(1).toBe(2)
})
`

/** Three typed turns: first words after 200 ms, after 500 ms more than that, and after 200 ms again; then an error. */
export const knownCase = `${head}
test.override('realtimeOptions', { latency: { firstTextMs: 200, createdMs: 0 }, allowErrors: ['invalid_value'] })
test('is known', async ({ realtime }) => {
  realtime.respond('late', { when: 'late', text: 'Yes.', delayMs: 500 })
  realtime.respond('hi', { text: 'Hello.' })
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  app.on('error', () => {})
  await realtime.waitForSession()
  ${typed}
  await ask('Hi')
  await ask('Are you late?')
  await ask('Hi')
  app.send({ type: 'nonsense' })
  await realtime.settled()
})
`

/** A walkie-talkie, and live captions: nobody says when speech began. */
export const pushToTalkCase = `${head}
test('is a walkie-talkie', async ({ realtime, caller }) => {
  realtime.respond('hi', 'Hello.')
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await app.emitted('session.created')
  app.send({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection: null } } } })
  await app.emitted('session.updated')
  caller.attach({ microphone: (frame) => app.send({ type: 'input_audio_buffer.append', audio: frame.base64 }) })
  await caller.says('Good morning')
  app.send({ type: 'input_audio_buffer.commit' })
  app.send({ type: 'response.create' })
  await realtime.settled()
})
test('shows captions', async ({ realtime, caller }) => {
  const app = new OpenAIRealtimeWS({ intent: 'transcription' })
  await app.emitted('session.created')
  app.send({ type: 'session.update', session: { type: 'transcription', audio: { input: { transcription: { model: 'gpt-live-transcribe' } } } } })
  await app.emitted('session.updated')
  caller.attach(app)
  await caller.says('Good morning')
  app.send({ type: 'input_audio_buffer.commit' })
  await realtime.settled()
})
`
