// The whole way of a regression test: an unmodified agent of the Agents SDK is recorded against a remote service (our own `serve`, in a
// process of its own), and replayed in Vitest when the service is gone; then its prompt is changed.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { runCommand, startServe, temporaryFiles } from '../cli/support/serve-process.ts'
import { runVitest, type VitestRun } from '../support/run-vitest.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const config = {
  responses: {
    order: {
      when: 'order',
      call: { name: 'find_order', arguments: { id: 'A1' } },
      then: 'It ships on {{call.find_order.result.day}}.',
    },
    thanks: { when: 'thank', text: 'You are welcome.' },
  },
}

/** What the agent is told, and what it answers. */
const conversation = `
async function converse(agent) {
  const session = new RealtimeSession(agent, { transport: 'websocket', model: 'gpt-realtime', config: { outputModalities: ['text'] } })
  const lost = new Promise((_, reject) => session.transport.on('connection_change', (state) => {
    if (state === 'disconnected') reject(new Error('disconnected'))
  }))
  lost.catch(() => {})
  session.on('error', () => {})
  const answered = () => Promise.race([lost, new Promise((resolve) => session.on('agent_end', (_context, _agent, text) => text && resolve(text)))])
  // The session answers its greeting by an update: whether a first question comes before it is a race of its own (replay-rules.test.ts).
  const greeted = new Promise((resolve) => session.transport.on('*', ({ type }) => type === 'session.created' && resolve()))
  await session.connect({ apiKey: process.env.OPENAI_API_KEY })
  await Promise.race([lost, greeted])
  const answers = []
  for (const text of ['Where is my order A1?', 'Ah, thank you.']) {
    const answer = answered()
    session.sendMessage(text)
    answers.push(await answer)
  }
  session.close()
  return answers
}`

const cases = `
import { RealtimeSession } from '@openai/agents-realtime'
import { expect, test } from 'vitest-realtime'
import { supportAgent } from '../examples/src/support-agent.ts'
${conversation}
const answers = ['It ships on Monday.', 'You are welcome.']

test('as recorded', async ({ realtime }) => {
  const tape = await realtime.replay('support')
  expect(tape.turns.map(({ text }) => text)).toEqual(['Where is my order A1?', 'Ah, thank you.'])
  expect(await converse(supportAgent)).toEqual(answers)
  expect(realtime).toHaveReturnedFromFunction('find_order', { day: 'Monday' })
})
test('twice', async ({ realtime }) => {
  await realtime.replay('support')
  await realtime.replay('support')
  expect(await converse(supportAgent)).toEqual(answers)
  expect(await converse(supportAgent)).toEqual(answers)
  expect(new Set(realtime.sessions.map(({ id }) => id)).size).toBe(2)
})
test('the prompt was changed', async ({ realtime }) => {
  await realtime.replay('support')
  expect(await converse(supportAgent.clone({ instructions: 'You help customers with their orders. You always promise a refund.' }))).toEqual(answers)
})
test('the change is accepted', async ({ realtime }) => {
  await realtime.replay('support', { ignore: ['session.instructions'] })
  expect(await converse(supportAgent.clone({ instructions: 'Be nice.' }))).toEqual(answers)
})
test('a kit wait', async ({ realtime }) => {
  await realtime.replay('support')
  converse(supportAgent.clone({ instructions: 'Be nice.' })).catch(() => {})
  await realtime.nextResponse() // HERE
})
test('nothing is used', async ({ realtime }) => {
  await realtime.replay('support')
})
test('there is none', async ({ realtime }) => {
  await realtime.replay('suport')
})
test('wrong rules', async ({ realtime }) => {
  await realtime.replay('support', { order: 'turns' })
})
`

let run: VitestRun
beforeAll(async () => {
  using files = temporaryFiles({ 'config.json': JSON.stringify(config) })
  const service = await startServe(['--timing', 'instant', '--config', files.path('config.json')])
  const app = `
import { RealtimeSession } from '@openai/agents-realtime'
const { supportAgent } = await import('${root}test/examples/src/support-agent.ts')
${conversation}
console.log((await converse(supportAgent)).join('|'))`
  const command = ['--', process.execPath, '--input-type=module', '--eval', app]
  const flags = ['record', '--target', service.ready.url, '--out', files.path('support'), '--mode', 'overwrite']
  const recorded = await runCommand([...flags, ...command], { cwd: root })
  await service.stop()
  expect(recorded).toMatchObject({ code: 0, stdout: 'It ships on Monday.|You are welcome.\n' })
  const timeline = readFileSync(`${files.path('support')}/timeline.ndjson`, 'utf8')
  run = await runVitest({ 'replay.case.ts': cases, '__recordings__/support/timeline.ndjson': timeline })
})

test('is green as long as the agent is the same', () => {
  expect(run.test('as recorded').messages).toEqual([])
  expect(run.test('twice').messages).toEqual([])
  expect(run.test('the change is accepted').messages).toEqual([])
})

test('is red at the event that changed, with the difference', () => {
  const { state, messages } = run.test('the prompt was changed')
  expect(state).toBe('failed')
  expect(messages.join('\n')).toContain("The app left the recording 'support' at event 1 of its session.")
  expect(messages.join('\n')).toMatch(/recorded #\d+ {2}session\.update\n {2}actual {3}#\d+ {2}session\.update\n/)
  expect(messages.join('\n')).toContain(
    '- session.instructions: "You help customers with their orders. You never promise a refund."\n' +
      '+ session.instructions: "You help customers with their orders. You always promise a refund."',
  )
})

test('a wait of the kit that hangs on it ends at once', () => {
  const { state, messages, places } = run.test('a kit wait')
  expect(state).toBe('failed')
  expect(messages[0]).toMatch(/^\[RTK_RECORDING\] The app left the recording 'support' at event 1/)
  expect(places[0]).not.toBe('')
})

test('is red when it is not used, not there, or asked for wrongly', () => {
  expect(run.test('nothing is used').messages[0]).toContain(
    'session 1 (ws://127.0.0.1/v1/realtime?model=gpt-realtime) was not asked for',
  )
  expect(run.test('there is none').messages[0]).toMatch(/^\[RTK_RECORDING\] .*__recordings__\/suport/)
  expect(run.test('wrong rules').messages[0]).toMatch(
    /^\[RTK_OPTION\] realtime\.replay\(…\): `order` must be one of 'turn', 'strict', 'content', got "turns"\n {2}Did you mean 'turn'\?/,
  )
})
