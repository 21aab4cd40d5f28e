// What only a process of its own can show: loading is lazy, and nothing keeps the process alive.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const gate = new URL('../../src/transports/gate.ts', import.meta.url).href
const server = new URL('../../src/transports/server.ts', import.meta.url).href

async function run(program: string): Promise<unknown> {
  const flags = ['--no-warnings', '--experimental-strip-types', '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)(process.execPath, flags, {
    cwd: new URL('../..', import.meta.url),
    timeout: 15_000,
  })
  return JSON.parse(stdout)
}

const loaded = `
import { createRequire } from 'node:module'
const cache = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('/node_modules/ws/'))
const loaded = () => [globalThis.__MSW_INTERCEPTORS_REGISTRY !== undefined, cache()]
`

test('importing the gate loads neither the interceptors nor ws', async () => {
  const program = `${loaded}
    const { installGate } = await import(${JSON.stringify(gate)})
    await import(${JSON.stringify(server)})
    const imported = loaded()
    installGate({ covers: () => false, claims: () => undefined }).uninstall()
    console.log(JSON.stringify([imported, loaded()]))`
  expect(await run(program)).toEqual([
    [false, false],
    [true, false],
  ])
})

test('after conversations and the last uninstall nothing is left open and the process ends by itself', async () => {
  const program = `
    import { WebSocket as Ws } from 'ws'
    import { WebSocket as Undici } from 'undici'
    const { installGate } = await import(${JSON.stringify(gate)})
    const before = globalThis.WebSocket
    const handle = installGate({
      covers: (origin) => origin.host === 'api.openai.com',
      claims: () => () => ({ accept: (wire) => (wire.send('hi'), { onMessage() {}, onClose() {} }) }),
    })
    for (const Socket of [Ws, Undici, globalThis.WebSocket]) {
      const socket = new Socket('wss://api.openai.com/v1/realtime')
      await new Promise((resolve) => { socket.onmessage = resolve })
      await new Promise((resolve) => { socket.onclose = resolve; socket.close(1000) })
    }
    handle.uninstall()
    await new Promise((resolve) => setImmediate(resolve))
    const open = process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|FSReq|Immediate/.test(name))
    console.log(JSON.stringify({ open, restored: globalThis.WebSocket === before }))`
  expect(await run(program)).toEqual({ open: [], restored: true })
})

test('an open conversation keeps the process alive, as a real connection does', async () => {
  const program = `
    import { WebSocket as Ws } from 'ws'
    const { installGate } = await import(${JSON.stringify(gate)})
    const wires = []
    installGate({ covers: () => true, claims: () => () => ({ accept: (wire) => (wires.push(wire), { onMessage() {}, onClose() {} }) }) })
    const socket = new Ws('wss://api.openai.com/v1/realtime')
    await new Promise((resolve) => { socket.onopen = resolve })
    // Nothing else is alive while this timer, which does not count, is due.
    setTimeout(() => wires[0].send('late'), 50).unref()
    socket.onmessage = (event) => { console.log(JSON.stringify(event.data)); socket.close() }`
  expect(await run(program)).toBe('late')
})

test('a closed server leaves nothing open, with clients still connected', async () => {
  const program = `
    import { WebSocket as Ws } from 'ws'
    import { readFileSync, existsSync } from 'node:fs'
    const { startServer } = await import(${JSON.stringify(server)})
    const server = await startServer({ tls: true, doorman: () => ({ accept: () => ({ onMessage() {}, onClose() {} }) }) })
    const ca = readFileSync(server.caFile)
    for (const url of [server.url, server.wssUrl]) {
      const socket = new Ws(url, { ca })
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
    }
    const idle = await fetch(server.httpUrl)
    await idle.text()
    await server.close()
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    const open = process.getActiveResourcesInfo().filter((name) => /TCP|TLS/.test(name))
    console.log(JSON.stringify({ open, file: existsSync(server.caFile) }))`
  expect(await run(program)).toEqual({ open: [], file: false })
})
