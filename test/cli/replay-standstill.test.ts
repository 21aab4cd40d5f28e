// A program under `replay` that waits for what never comes: it is told what the recording waits for, and ended.

import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ended, runCommand, type ServeProcess, startCommand, startServe, temporaryFiles } from './support/serve-process.ts'

const cwd = fileURLToPath(new URL('../..', import.meta.url))

/** Sends what its arguments say, each after the event that is named with it; ends after the last one, or stays. */
const app = `
import WebSocket from 'ws'
const [steps, stays] = process.argv.slice(2)
const left = JSON.parse(steps)
const socket = new WebSocket(process.env.REALTIME_URL + '?model=gpt-realtime', { headers: { authorization: 'Bearer sk-mine' } })
socket.on('error', () => {})
socket.on('close', (code) => console.log('closed ' + code))
socket.on('message', (data) => {
  const { type } = JSON.parse(String(data))
  if (type !== left[0]?.[0]) return
  const [, ...events] = left.shift()
  for (const event of events) socket.send(JSON.stringify(event))
  console.log(type)
  if (left.length === 0 && !stays) socket.close()
})
`
const item = {
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello.' }] },
}
const whole = [['session.created', item, { type: 'response.create' }], ['response.done']]

let service: ServeProcess
let files: ReturnType<typeof temporaryFiles>
beforeAll(async () => {
  files = temporaryFiles({
    'config.json': JSON.stringify({ responses: { any: { text: 'Hello to you.' } } }),
  })
  service = await startServe(['--timing', 'instant', '--config', files.path('config.json')])
  const { code } = await run(['record', '--target', service.ready.url, '--out', files.path('hello')], whole)
  expect(code).toBe(0)
})
afterAll(async () => {
  await service.stop()
  files[Symbol.dispose]()
})

const command = (steps: unknown, stays = '', program = app): string[] => {
  const node = [process.execPath, '--input-type=module', '--eval', program]
  return ['--', ...node, 'x', JSON.stringify(steps), stays]
}
const run = (flags: readonly string[], steps: unknown, stays = ''): Promise<Ended> =>
  runCommand([...flags, ...command(steps, stays)], { cwd, env: { CI: undefined } })
const replay = (steps: unknown, stays = '', flags = ['--patience', '300']): Promise<Ended> =>
  run(['replay', files.path('hello'), ...flags], steps, stays)

const plain = (text: string): string =>
  text
    .replace(/\d+(?:\.\d+)? s,/, '… s,')
    .replace(/#\d+/g, '#…')
    .replace(/and \d+ more/, 'and … more')

test('it does not send what was recorded: what comes upon that is told', async () => {
  const { code, stderr, stdout } = await replay([['session.created', item], ['response.done']])
  expect({ code, stdout }).toEqual({ code: 1, stdout: 'session.created\n' })
  expect(plain(stderr)).toMatchInlineSnapshot(`
    "vitest-realtime replay: Nothing has passed for … s, and the recording 'hello' has nothing to send until the command goes on:
      its session: 1 of the 2 recorded events of the app have come.
        waits for response.create (#…); then comes response.created (#…), and … more
    If the command needs longer to go on, give it time: --patience MS.
    "
  `)
})

test('it waits for more than was recorded', async () => {
  const { code, stderr } = await replay([...whole, ['response.done']])
  expect(code).toBe(1)
  expect(plain(stderr)).toMatchInlineSnapshot(`
    "vitest-realtime replay: Nothing has passed for … s, and the recording 'hello' has nothing to send until the command goes on:
      its session: 2 of the 2 recorded events of the app have come.
        the last recorded event of the service, rate_limits.updated (#…), was sent; in the recording the app closed then, with 1005 (#…)
    If the command needs longer to go on, give it time: --patience MS.
    "
  `)
})

test('it has left the recording, which closed its socket, and hangs', async () => {
  const hanging = `${app}\nsetInterval(() => {}, 1000)`
  const left = command([['session.created', { type: 'response.cancel' }]], 'stays', hanging)
  const { code, stderr } = await runCommand(['replay', files.path('hello'), '--patience', '0', ...left], { cwd, env: {} })
  expect(code).toBe(1)
  expect(stderr).toContain('The app left the recording')
  expect(stderr).toMatch(/The app has left the recording, and nothing has passed for [\d.]+ s\.\n$/)
})

test('a program without a socket may take its time', async () => {
  const late = `${app}\nsocket.on('close', () => setTimeout(() => console.log('late'), 600))`
  const args = ['replay', files.path('hello'), '--patience', '50', ...command(whole, '', late)]
  expect(await runCommand(args, { cwd, env: {} })).toMatchObject({ code: 0, stderr: '' })
})

test('Ctrl-C of one that hangs is no success', async () => {
  const hanging = startCommand(['replay', files.path('hello'), ...command([['session.created', item], ['response.done']])], {
    cwd,
  })
  await hanging.said(/session.created/)
  const { code, stderr } = await hanging.stop('SIGINT')
  expect(code).toBe(130)
  expect(stderr).toContain('response.create was not sent')
})

test.for(['x', '-1', ''])('--patience %j is refused', async (patience) => {
  const { code, stderr } = await replay(whole, '', ['--patience', patience])
  expect(code).toBe(1)
  expect(stderr).toContain('A number of milliseconds.')
})
