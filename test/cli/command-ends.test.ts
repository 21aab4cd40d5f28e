// The command behind `record` and `replay` ends, whatever it does about signals, and with whoever runs it.

import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runChild } from '../../src/cli/run-child.ts'
import { type OddService, startOddService } from './support/odd-service.ts'
import { startCommand, temporaryFiles } from './support/serve-process.ts'

const cwd = fileURLToPath(new URL('../..', import.meta.url))

let service: OddService
let files: ReturnType<typeof temporaryFiles>
beforeAll(async () => {
  service = await startOddService()
  files = temporaryFiles()
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  files[Symbol.dispose]()
})

const connected = `
import WebSocket from 'ws'
const socket = new WebSocket(process.env.REALTIME_URL + '?model=ok')
socket.on('error', () => {})
setInterval(() => {}, 1000)
socket.on('message', () => console.log('greeted'))
`

const start = (name: string, program: string, command = [process.execPath, '--input-type=module', '--eval', program]) =>
  startCommand(['record', '--target', service.url, '--out', files.path(name), '--', ...command], { cwd, env: { CI: undefined } })

test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends a command that does nothing about it', async (signal) => {
  const command = start(signal, connected)
  await command.said(/greeted/)
  const { code, stderr } = await command.stop(signal)
  expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal])
  expect(stderr).toContain('1 session')
})

test.for(['SIGINT', 'SIGTERM'] as const)('a command that does not want to end: a second %s ends it', async (signal) => {
  const command = start(`stubborn ${signal}`, `process.on('${signal}', () => console.log('no'))\n${connected}`)
  await command.said(/greeted/)
  const asked = command.said(/no/)
  void command.stop(signal)
  await asked
  const { code, stderr } = await command.stop(signal)
  expect(code).toBe(137)
  expect(stderr).toContain('1 session')
})

test('what a shell has started ends with it', async () => {
  const stubborn = `process.on('SIGTERM', () => console.log('no'))\n${connected}`
  const command = start('shell', '', [
    'sh',
    '-c',
    'trap "" INT TERM; "$1" --input-type=module --eval "$2"; true',
    'sh',
    process.execPath,
    stubborn,
  ])
  await command.said(/greeted/)
  void command.stop('SIGINT')
  expect(await command.stop()).toMatchObject({ code: 137 })
})

test.skipIf(process.platform === 'win32')(
  'what a shell has started is asked to end where the shell did not pass it on',
  async () => {
    const told = files.path('told')
    const program = `process.on('SIGTERM', () => { require('fs').writeFileSync(${JSON.stringify(told)}, ''); process.exit() })
    setTimeout(() => {}, 30_000); require('fs').writeFileSync(${JSON.stringify(`${told}-up`)}, '')`
    const stop = new AbortController()
    const env = { ...process.env, NODE_OPTIONS: '' }
    const end = runChild('sh', ['-c', '"$1" --eval "$2"; true', 'sh', process.execPath, program], { env, stop: stop.signal })
    await expect.poll(() => existsSync(`${told}-up`), { timeout: 20_000 }).toBe(true)
    stop.abort()
    expect(await end).toEqual({ code: 143, signal: 'SIGTERM' })
    await expect.poll(() => existsSync(told), { timeout: 20_000 }).toBe(true)
  },
)

test('a command that does not want to end has its time, and no more', async () => {
  const stop = new AbortController()
  const up = files.path('up')
  const program = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); require('fs').writeFileSync(${JSON.stringify(up)}, '')`
  const env = { ...process.env, NODE_OPTIONS: '' }
  const end = runChild(process.execPath, ['--eval', program], { env, stop: stop.signal, graceMs: 1 })
  await expect.poll(() => existsSync(up), { timeout: 20_000 }).toBe(true)
  stop.abort()
  expect(await end).toEqual({ code: 137, signal: 'SIGKILL' })
})

test.skipIf(process.platform === 'win32')('when `record` is killed its command is asked to end', async () => {
  const command = start('killed', `process.on('SIGTERM', () => { console.log('asked to end'); process.exit() })\n${connected}`)
  await command.said(/greeted/)
  const { code, stdout } = await command.stop('SIGKILL')
  expect({ code, stdout }).toEqual({ code: null, stdout: 'greeted\nasked to end\n' })
})
