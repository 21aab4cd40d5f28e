// `vitest-realtime record` and `replay` as users run them: unmodified apps, our own `serve` as the remote service, then without it.

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRecordingSync } from '../../src/recording/read-recording.ts'
import { isEvent } from '../../src/runtime/timeline.ts'
import { globalSocketApp } from '../register/support/run-app.ts'
import { runCommand, type ServeProcess, startCommand, startServe, temporaryFiles } from './support/serve-process.ts'

const examples = fileURLToPath(new URL('../examples/src', import.meta.url))

const config = {
  responses: {
    hours: { when: 'open', text: 'From nine to five.' },
    book: { when: 'table', text: 'A table for two is booked.' },
  },
}

/** An unmodified app on the openai SDK. `instructions` of another app: the prompt was changed. */
const agent = (questions: readonly string[], change = ''): string => `
import OpenAI from 'openai'
${change}
const { startTextAgent } = await import('${examples}/text-agent.ts')
const agent = await startTextAgent()
for (const text of ${JSON.stringify(questions)}) console.log(await agent.ask(text))
agent.close()
`
const questions = ['When are you open?', 'A table for two, please.']

let service: ServeProcess
let files: ReturnType<typeof temporaryFiles>
beforeAll(async () => {
  files = temporaryFiles({ 'config.json': JSON.stringify(config) })
  service = await startServe(['--timing', 'instant', '--config', files.path('config.json')])
})
afterAll(async () => {
  await service.stop()
  files[Symbol.dispose]()
})

const evaluated = (program: string): string[] => [process.execPath, '--input-type=module', '--eval', program]
const env = { CI: undefined, OPENAI_API_KEY: 'sk-secret-of-mine-1234567890' }
const cwd = fileURLToPath(new URL('../..', import.meta.url))

const run = (args: readonly string[], program: string, more = {}) =>
  runCommand([...args, '--', ...evaluated(program)], { cwd, env: { ...env, ...more } })

function record(name: string, program: string, flags: readonly string[] = [], more = {}) {
  return run(['record', '--target', service.ready.url, '--out', files.path(name), ...flags], program, more)
}

const replay = (name: string, program: string, flags: readonly string[] = [], more = {}) =>
  run(['replay', files.path(name), ...flags], program, more)

function typesOf(name: string): string[] {
  return readRecordingSync(files.path(name)).entries.flatMap((entry) =>
    isEvent(entry) ? [`${entry.from === 'app' ? '>' : '<'} ${entry.event.type}`] : [],
  )
}

/** All that lies in the folder, as one text. */
function contents(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => `${file.name}\n${readFileSync(join(file.parentPath, file.name), 'latin1')}`)
    .join('\n')
}

test('an SDK app is recorded, and replayed when the service is gone', async () => {
  const recorded = await record('booking', agent(questions))
  expect(recorded).toMatchObject({ code: 0, stdout: 'From nine to five.\nA table for two is booked.\n' })
  expect(recorded.stderr).toMatch(/recorded .*booking: 1 session, \d+ entries/)
  expect(typesOf('booking').filter((type) => type.startsWith('>'))).toEqual([
    '> session.update',
    '> conversation.item.create',
    '> response.create',
    '> conversation.item.create',
    '> response.create',
  ])
  expect(contents(files.path('booking'))).not.toContain('sk-secret')
  const replayed = await replay('booking', agent(questions), ['--timing', 'instant'])
  expect(replayed).toEqual({ code: 0, stdout: 'From nine to five.\nA table for two is booked.\n', stderr: '' })
})

test('a changed question is told with the difference, and the exit code is not 0', async () => {
  await record('changed', agent(questions))
  const { code, stdout, stderr } = await replay('changed', agent(['When are you open?', 'A table for six, please.']))
  expect(code).not.toBe(0)
  expect(stdout).toBe('From nine to five.\n')
  expect(stderr).toContain('- item.content.0.text: "A table for two, please."\n+ item.content.0.text: "A table for six, please."')
  expect(stderr).toContain("--ignore 'conversation.item.create/item.content.0.text'")
})

test('an app that does less than recorded ends with 1, though it ended with 0 itself', async () => {
  await record('less', agent(questions))
  const { code, stderr } = await replay('less', agent(questions.slice(0, 1)))
  expect(code).toBe(1)
  expect(stderr).toContain('conversation.item.create was not sent')
})

test('a Node program that names the service’s own URL is led to the proxy', async () => {
  const app = globalSocketApp('When are you open?')
  expect(await record('global', app)).toMatchObject({ code: 0, stdout: 'From nine to five.\n' })
  const { header } = readRecordingSync(files.path('global'))
  expect(header.sessions[0]?.protocols).toEqual(['realtime', 'openai-insecure-api-key.[key]'])
  expect(contents(files.path('global'))).not.toContain('sk-secret')
  expect(await replay('global', app, [], { OPENAI_API_KEY: undefined })).toMatchObject({
    code: 0,
    stdout: 'From nine to five.\n',
  })
})

const places = [
  ['the proxy', 'process.env.OPENAI_BASE_URL', 'process.env.REALTIME_URL'],
  ['the service', "'https://api.openai.com/v1'", "'wss://api.openai.com/v1/realtime'"],
] as const

test.for(places)('ephemeral keys pass at the URL of %s, and are not written down', async ([place, base, url]) => {
  const name = `secret of ${place}`
  const app = `
const made = await fetch(${base} + '/realtime/client_secrets', {
  method: 'POST',
  headers: { authorization: 'Bearer ' + process.env.OPENAI_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ session: { type: 'realtime', model: 'gpt-realtime', instructions: 'Be brief.' } }),
})
const { value } = await made.json()
const socket = new WebSocket(${url}, ['realtime', 'openai-insecure-api-key.' + value])
socket.onmessage = ({ data }) => {
  console.log(made.status, value.slice(0, 3), JSON.parse(data).session.instructions)
  socket.close()
}`
  expect(await record(name, app, [], { USE_LOCAL_REALTIME: 'true' })).toMatchObject({ code: 0, stdout: '200 ek_ Be brief.\n' })
  const text = contents(files.path(name))
  expect(text).toContain('/v1/realtime/client_secrets')
  expect(text).not.toMatch(/ek_[A-Za-z0-9]{10}/)
  expect(await replay(name, app)).toMatchObject({ code: 0, stdout: '200 ek_ Be brief.\n', stderr: '' })
})

test('modes: what is there is replayed, overwritten, or only passed through', async () => {
  await record('modes', agent(questions))
  const before = contents(files.path('modes'))
  const again = await record('modes', agent(questions))
  expect(again.stderr).toContain('the network does not (mode record)')
  expect(again.code).toBe(0)
  expect(contents(files.path('modes'))).toBe(before)
  expect((await record('modes', agent(questions.slice(0, 1)), ['--mode', 'overwrite'])).code).toBe(0)
  expect(typesOf('modes').filter((type) => type === '> response.create')).toHaveLength(1)
  expect((await record('none', agent(questions), ['--mode', 'passthrough'])).stdout).toContain('From nine to five.')
  expect(existsSync(files.path('none'))).toBe(false)
})

test('in CI nothing is recorded, and no connection is opened', async () => {
  const { code, stdout, stderr } = await record('never', agent(questions), [], { CI: 'true' })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('mode lockdown, the default in CI, never opens a network connection')
  expect(existsSync(files.path('never'))).toBe(false)
})

test('a command that opens no session, and one that does not exist', async () => {
  const idle = await record('idle', 'console.log(process.env.REALTIME_URL.slice(0, 15))')
  expect(idle).toMatchObject({ code: 1, stdout: 'ws://127.0.0.1:\n' })
  expect(idle.stderr).toContain('nothing was recorded')
  const wrong = await runCommand(['replay', files.path('booking'), '--', 'no-such-program'], { env })
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('there is no such program') })
})

test('the exit code of the command is passed on, and NODE_OPTIONS stay', async () => {
  const app = `console.log(process.env.NODE_OPTIONS.startsWith('--stack-trace-limit=7 --import='), Error.stackTraceLimit); process.exit(3)`
  const ended = await record('exit', app, [], { NODE_OPTIONS: '--stack-trace-limit=7' })
  expect(ended).toMatchObject({ code: 3, stdout: 'true 7\n' })
})

test('a service that cannot be reached, and one that refuses', async () => {
  const app = `
const socket = new WebSocket(process.env.REALTIME_URL)
socket.onerror = () => console.log('error')
socket.onclose = () => process.exit(0)`
  const gone = await run(['record', '--target', 'ws://127.0.0.1:9', '--out', files.path('gone')], app)
  expect(gone).toMatchObject({ code: 1, stdout: 'error\n' })
  expect(gone.stderr).toContain('ws://127.0.0.1:9 cannot be reached')
})

test('a signal reaches the command, and what had passed is written', async () => {
  const app = `
const protocols = ['realtime', 'openai-insecure-api-key.' + process.env.OPENAI_API_KEY]
const socket = new WebSocket(process.env.REALTIME_URL + '?model=gpt-realtime', protocols)
socket.onmessage = () => console.log('greeted')
process.on('SIGTERM', () => {
  console.log('asked to end')
  process.exit(0)
})`
  const flags = ['record', '--target', service.ready.url, '--out', files.path('signal'), '--mode', 'overwrite']
  const command = startCommand([...flags, '--', ...evaluated(app)])
  await command.said(/greeted/)
  const { code, stdout, stderr } = await command.stop()
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'greeted\nasked to end\n' })
  expect(stderr).toContain('1 session')
  expect(typesOf('signal')).toEqual(['< session.created'])
})

const hasPython = spawnSync('python3', ['--version']).status === 0

test.skipIf(!hasPython).for(['ws', 'wss'] as const)('a program in Python is recorded and replayed over %s', async (scheme) => {
  const program = fileURLToPath(new URL('support/raw_client.py', import.meta.url))
  const command = ['sh', '-c', `exec python3 '${program}' "${scheme}\${REALTIME_URL#ws}" 'When are you open?'`]
  const out = files.path(`python-${scheme}`)
  const recorded = await runCommand(['record', '--target', service.ready.url, '--out', out, '--', ...command], { env })
  expect(recorded).toMatchObject({ code: 0, stdout: '"From nine to five."\n' })
  const replayed = await runCommand(['replay', out, '--', ...command], { env })
  expect(replayed).toEqual({ code: 0, stdout: '"From nine to five."\n', stderr: '' })
})
