// `vitest-realtime bridge` as a process: what it prints, which model it takes, what the variables change, how it ends.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { TwilioStream, until } from '../bridges/support/twilio-stream.ts'

const command = join(import.meta.dirname, '../../dist/src/cli/main.js')

interface Run {
  readonly ready: { url: string; httpUrl: string; pid: number }
  readonly errors: () => string
  stop(): Promise<number | null>
}

const plain = { OPENAI_API_KEY: '', TWILIO_AUTH_TOKEN: '', AUDIOCODES_TOKEN: '', LOCAL_REALTIME_VAD_BACKEND: 'energy' }

function spawned(flags: readonly string[], variables: Record<string, string>): ReturnType<typeof spawn> {
  const { USE_LOCAL_REALTIME: _, LOG_LEVEL: __, REALTIME_URL: ___, ...environment } = process.env
  return spawn(process.execPath, [command, 'bridge', ...flags], { env: { ...environment, ...plain, ...variables } })
}

async function bridge(flags: readonly string[], variables: Record<string, string>): Promise<Run> {
  const child = spawned(['--json', ...flags], variables)
  let errors = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const line = await new Promise<string>((resolve, reject) => {
    if (child.stdout) createInterface(child.stdout).once('line', resolve)
    child.once('exit', () => reject(new Error(errors)))
  })
  return {
    ready: JSON.parse(line) as Run['ready'],
    errors: () => errors,
    async stop() {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      return (await exit)[0] as number | null
    },
  }
}

const read = async (url: string): Promise<Record<string, unknown>> =>
  (await fetch(url)).json() as Promise<Record<string, unknown>>

test('USE_LOCAL_REALTIME needs no key: a call is greeted; SIGTERM hangs up and ends with 0', async () => {
  const run = await bridge(['--insecure'], { USE_LOCAL_REALTIME: 'true' })
  expect(await read(`${run.ready.httpUrl}/health`)).toEqual({ status: 'healthy', mode: 'local', calls: 0 })
  const stream = await TwilioStream.open(run.ready.url)
  await until(() => stream.of('mark').length > 0)
  expect(await read(`${run.ready.httpUrl}/stats`)).toMatchObject({
    active: 1,
    calls: [{ platform: 'twilio', transcription: { isOn: false } }],
  })
  expect(await run.stop()).toBe(0)
  await stream.ended
  expect(stream.closed?.code).toBe(1000)
})

test('without a key and without USE_LOCAL_REALTIME it says what to set', async () => {
  await expect(bridge([], {})).rejects.toThrow(/OPENAI_API_KEY is not set.*\n.*USE_LOCAL_REALTIME=true/)
})

test.for(['notaurl', 'http://127.0.0.1:1/v1/realtime'])('a service that is none is told: --backend %s', async (url) => {
  await expect(bridge(['--backend', url], { OPENAI_API_KEY: 'sk-1' })).rejects.toThrow(`[RTK_OPTION] A Realtime service is at`)
})

test('another service: --backend and --model, with the key of the environment', async () => {
  const service = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => service.close())
  await once(service, 'listening')
  const asked = once(service, 'connection')
  const { port } = service.address() as { port: number }
  const run = await bridge(['--insecure', '--backend', `ws://127.0.0.1:${port}/v1/realtime`, '--model', 'm1'], {
    OPENAI_API_KEY: 'sk-1',
  })
  const stream = await TwilioStream.open(run.ready.url)
  const [, request] = (await asked) as [unknown, { url: string; headers: Record<string, string> }]
  expect(request.url).toBe('/v1/realtime?model=m1')
  expect(request.headers.authorization).toBe('Bearer sk-1')
  stream.hangsUp()
  expect(await run.stop()).toBe(0)
})

test('the LOCAL_REALTIME variables reach the service: transcription, and its config', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const config = join(folder, 'model.json')
  writeFileSync(config, JSON.stringify({ fallback: 'Configured.', transcription: false, latency: 'instant' }))
  const variables = { USE_LOCAL_REALTIME: '1', LOCAL_REALTIME_CONFIG: config, LOCAL_REALTIME_ENABLE_TRANSCRIPTION: 'yes' }
  const run = await bridge(['--insecure', '--record', folder], variables)
  const stream = await TwilioStream.open(run.ready.url)
  await until(() => stream.of('mark').length > 0)
  const stats = await read(`${run.ready.httpUrl}/stats`)
  expect(stats.calls).toMatchObject([{ transcription: { isOn: true, model: 'whisper-1' } }])
  expect(await run.stop()).toBe(0)
})

test('LOG_LEVEL: calls are told from info on, and nothing of them at error', async () => {
  for (const [level, expected] of [
    ['info', true],
    ['error', false],
  ] as const) {
    const run = await bridge(['--insecure'], { USE_LOCAL_REALTIME: 'true', LOG_LEVEL: level })
    const stream = await TwilioStream.open(run.ready.url)
    await until(() => stream.of('mark').length > 0)
    await run.stop()
    expect(run.errors().includes('twilio CA1: the call began')).toBe(expected)
  }
})

test('a config module gives functions and options; a file that is none is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'agent.mjs')
  writeFileSync(file, "export default { functions: [{ name: 'book', run: () => 1 }], maxCalls: 7 }")
  const run = await bridge(['--config', file], { USE_LOCAL_REALTIME: 'true' })
  expect(await read(`${run.ready.httpUrl}/config`)).toMatchObject({
    functions: ['book'],
    maxCalls: 7,
    mode: 'local',
    checks: { isOn: true },
  })
  await run.stop()
  await expect(bridge(['--config', join(folder, 'none.mjs')], { USE_LOCAL_REALTIME: 'true' })).rejects.toThrow(
    /--config .*none.mjs cannot be read/,
  )
})
