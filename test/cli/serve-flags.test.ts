// Flags of `serve`: what each changes, and what is said about a wrong one.

import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { Client } from './support/client.ts'
import { runCommand, startCommand, startServe, temporaryFiles } from './support/serve-process.ts'

/** A service so slow that no test would see its answer: a minute before anything is said. */
const slow = JSON.stringify({ latency: { firstTextMs: 60_000 }, responses: { hello: { text: 'At last.' } } })

async function answerWith(flags: readonly string[], config: string): Promise<string> {
  using files = temporaryFiles({ 'config.json': config })
  await using served = await startServe([...flags, '--config', files.path('config.json')])
  const client = new Client(served.ready.url)
  await client.next('session.created')
  return await client.ask('Hello')
}

test('--timing instant answers without any latency, whatever the config says', async () => {
  expect(await answerWith(['--timing', 'instant'], slow)).toBe('At last.')
})

test('--latency instant does too, in real time', async () => {
  expect(await answerWith(['--timing', 'real', '--latency', 'instant'], slow)).toBe('At last.')
})

test('--timing 2000 runs so much faster: a minute of thinking is 30 ms', async () => {
  expect(await answerWith(['--timing', '2000'], slow)).toBe('At last.')
})

test('without --timing that of the config file counts', async () => {
  expect(await answerWith([], JSON.stringify({ ...JSON.parse(slow), timing: { scale: 2000 } }))).toBe('At last.')
})

test('--profile beta speaks the shapes of the beta, which are refused otherwise', async () => {
  const first = async (flags: readonly string[]): Promise<unknown> => {
    await using served = await startServe(flags)
    const socket = new WebSocket(`${served.ready.url}?model=gpt-realtime`, {
      headers: { authorization: 'Bearer sk', 'openai-beta': 'realtime=v1' },
    })
    const [data] = (await once(socket, 'message')) as [Buffer]
    socket.terminate()
    return JSON.parse(String(data))
  }
  expect(await first([])).toMatchObject({ type: 'error', error: { code: 'beta_api_shape_disabled' } })
  expect(await first(['--profile', 'beta'])).toMatchObject({ type: 'session.created', session: { input_audio_format: 'pcm16' } })
})

test('--port and --host say where to listen; a port in use is told and exits with 1', async () => {
  await using served = await startServe(['--port', '0', '--host', '::1'])
  expect(served.ready.url).toMatch(/^ws:\/\/\[::1\]:\d+\/v1\/realtime$/)

  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as { port: number }
  const { code, stdout, stderr } = await runCommand(['serve', '--json', '--tls', '--port', String(port)])
  other.close()
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toBe(
    `[RTK_TRANSPORT] Cannot listen on 127.0.0.1:${port} (EADDRINUSE): another process listens there: choose another port, or 0 for any free one.\n`,
  )
})

test('without --json it tells a person', async () => {
  const served = startCommand(['serve', '--tls'])
  await served.said(/Stop it with Ctrl\+C\./)
  const { stdout } = await served.stop()
  expect(stdout).toMatch(/^Realtime service is ready\.\n +ws +ws:\S+\n +wss +wss:\S+\n +http +http:\S+\n +ca +\S+ca\.pem/)
})

test.for([
  [['serve', '--speed', '2'], /unknown option '--speed'/],
  [['serve', '--timing', 'fast'], /'--timing <mode>' argument 'fast' is invalid.*'real', 'instant', or a number/],
  [['serve', '--timing', '0'], /'--timing <mode>' argument '0' is invalid/],
  [['serve', '--port', '70000'], /'--port <number>' argument '70000' is invalid.*0 to 65535/],
  [['serve', '--latency', 'slow'], /'--latency <profile>' argument 'slow' is invalid.*openai, instant/],
  [['serve', 'now'], /too many arguments for 'serve'/],
  [['server'], /unknown command 'server'.*\(Did you mean serve\?\)/s],
] as const)('%s is refused with the usage and exit code 1', async ([args, said]) => {
  const { code, stdout, stderr } = await runCommand(args)
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toMatch(said)
  expect(stderr).toMatch(/Usage: vitest-realtime/)
})
