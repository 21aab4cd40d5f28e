// An app that leaves the recording: which event, what differs, what would accept it. Red at once, and whatever the app makes of it.

import { expect, test } from 'vitest'
import { createLocalRealtime } from 'vitest-realtime'
import type { ReplayRules } from '../../src/api.ts'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import { openSession, sendQuestion } from '../examples/src/connect.ts'
import { type Shelf, shelf } from './support/record-here.ts'

const session = {
  type: 'realtime',
  instructions: 'You are the desk of a shop. Answer briefly.',
  output_modalities: ['text'],
} as const
const questions = ['When are you open?', 'Do you ship abroad?']

/** A small agent; each part of it may be another one in the replay. */
async function agent({ instructions = session.instructions as string, asks = questions } = {}): Promise<void> {
  const socket = await openSession({ ...session, output_modalities: ['text'], instructions })
  for (const text of asks) {
    sendQuestion(socket, text)
    const answered = socket.emitted('response.done')
    const lost = new Promise((_, reject) => socket.socket.once('close', (code, reason) => reject(new Error(`${code} ${reason}`))))
    await Promise.race([answered, lost])
  }
  socket.close()
}

async function recordShop(files: Shelf): Promise<void> {
  await files.record('shop', async (realtime) => {
    realtime.respond('any', 'Yes.')
    await agent()
  })
}

/** What the replay says of an app; and how the app ended. */
async function replayed(app: () => Promise<unknown>, rules: ReplayRules = {}): Promise<{ problem: string; app: string }> {
  using files = shelf()
  await recordShop(files)
  await using realtime = createLocalRealtime() as RealtimeInstance
  await realtime.replay(files.path('shop'), rules)
  const end = await realtime.run(() =>
    app().then(
      () => 'done',
      (error: Error) => error.message,
    ),
  )
  const problem = realtime.internals.verdict.problems[0] ?? realtime.internals.replaying?.problem()
  return { problem: problem ? `\n${problem.message}\n` : '', app: end }
}

test('the prompt was changed: the replay ends at that event, with the words that differ', async () => {
  const { problem, app } = await replayed(() => agent({ instructions: 'You are the desk of a bank. Answer briefly.' }))
  expect(problem).toMatchInlineSnapshot(`
    "
    [RTK_RECORDING] The app left the recording 'shop' at event 1 of its session.
      recorded #3  session.update
      actual   #3  session.update

    - session.instructions: "You are the desk of a shop. Answer briefly."
    + session.instructions: "You are the desk of a bank. Answer briefly."

    To accept it:
      realtime.replay('shop', { ignore: ['session.update/session.instructions'] })
      record it anew (vitest-realtime record --mode overwrite)
    "
  `)
  expect(app).toMatchInlineSnapshot(`"The service closed the connection before the session was ready."`)
})

test('the change is accepted by name', async () => {
  const changed = () => agent({ instructions: 'You are the desk of a bank.' })
  expect(await replayed(changed, { ignore: ['session.update/session.instructions'] })).toEqual({ problem: '', app: 'done' })
  expect(await replayed(changed, { ignore: ['session'] })).toEqual({ problem: '', app: 'done' })
})

test('the questions come in another order', async () => {
  const { problem } = await replayed(() => agent({ asks: questions.toReversed() }))
  expect(problem).toMatchInlineSnapshot(`
    "
    [RTK_RECORDING] The app left the recording 'shop' at event 2 of its session.
      recorded #5  conversation.item.create  "When are you open?"
      actual   #5  conversation.item.create

    - item.content.0.text: "When are you open?"
    + item.content.0.text: "Do you ship abroad?"

    Near misses:
      #21 conversation.item.create is the same: it is recorded later

    To accept it:
      realtime.replay('shop', { order: 'content' })
      realtime.replay('shop', { ignore: ['conversation.item.create/item.content.0.text'] })
      record it anew (vitest-realtime record --mode overwrite)
    "
  `)
})

test('in another order, by content', async () => {
  const { problem } = await replayed(() => agent({ asks: questions.toReversed() }), { order: 'content' })
  expect(problem).toBe('')
})

test('more than was recorded', async () => {
  const { problem } = await replayed(() => agent({ asks: [...questions, 'And on Sundays?'] }))
  expect(problem).toMatchInlineSnapshot(`
    "
    [RTK_RECORDING] The app left the recording 'shop' at event 6 of its session.
      recorded   (nothing more: the app had sent all of its events)
      actual   #36  conversation.item.create  "And on Sundays?"

    To accept it:
      record it anew (vitest-realtime record --mode overwrite)
    "
  `)
})

test('less than was recorded', async () => {
  const { problem, app } = await replayed(() => agent({ asks: questions.slice(0, 1) }))
  expect(app).toBe('done')
  expect(problem).toMatchInlineSnapshot(`
    "
    [RTK_RECORDING] The recording 'shop' was not used up by the test:
      #21 conversation.item.create was not sent
      #24 response.create was not sent
    Let the app do it (\`tape.turns\` has what the user said), or record a shorter session.
    "
  `)
})

test('nothing of what was recorded', async () => {
  expect((await replayed(() => Promise.resolve())).problem).toMatchInlineSnapshot(`
    "
    [RTK_RECORDING] The recording 'shop' was not used up by the test:
      session 1 (wss://api.openai.com/v1/realtime?model=gpt-realtime) was not asked for
    Let the app do it (\`tape.turns\` has what the user said), or record a shorter session.
    "
  `)
})

test('another model', async () => {
  const other = () => openSession({ ...session, output_modalities: ['text'] }, { model: 'gpt-realtime-mini' })
  expect((await replayed(other)).problem).toMatchInlineSnapshot(`
    "
    [RTK_RECORDING] The app asked for another session than the recording 'shop' has as its session.
    - model: gpt-realtime
    + model: gpt-realtime-mini

    To accept it:
      realtime.replay('shop', { ignore: ['url.model'] }), or record it anew (vitest-realtime record --mode overwrite)
    "
  `)
})

test('a session more than recorded', async () => {
  const { problem } = await replayed(async () => {
    await agent()
    await agent()
  })
  expect(problem).toMatchInlineSnapshot(`
    "
    [RTK_RECORDING] The app opened session 2, and one is recorded in 'shop'.
    If the app connects again because it lost its connection, look at the timeline for why; else record it anew.
    "
  `)
})

test('a message that is no event', async () => {
  const { problem } = await replayed(async () => {
    const socket = await openSession({ ...session, output_modalities: ['text'] })
    socket.socket.send('hello')
    await new Promise((resolve) => socket.socket.once('close', resolve))
  })
  expect(problem).toMatchInlineSnapshot(`
    "
    [RTK_RECORDING] The app left the recording 'shop' at event 2 of its session.
      recorded #5  conversation.item.create  "When are you open?"
      actual   #5  a message that is no event

    To accept it:
      let the app send conversation.item.create (#5) first, or
      record it anew (vitest-realtime record --mode overwrite)
    "
  `)
})
