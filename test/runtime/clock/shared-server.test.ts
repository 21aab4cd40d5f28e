// An app server that is started once, in beforeAll, outside of every test: whose clock answers its handlers?

import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer, WebSocket as WsClient } from 'ws'
import { installAppTime } from '../../../src/runtime/clock/app-time.ts'
import { type Context, contexts } from '../../../src/runtime/context.ts'
import { withClock } from './support/with-clock.ts'

const uninstall = installAppTime()
const byId = new Map<string, Context>()
let server: Server
let sockets: WebSocketServer

beforeAll(async () => {
  server = createServer()
  sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    const startMs = Date.now()
    socket.on('message', () => setTimeout(() => socket.send(String(Date.now() - startMs)), 2000))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  for (const client of sockets.clients) client.terminate()
  server.close()
  uninstall()
})

function connect(headers: Record<string, string> = {}): WebSocket {
  const address = server.address()
  return new WsClient(`ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, { headers })
}

function answerOf(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => socket.send('x'))
    socket.on('message', (data) => resolve(Number(data)))
    socket.on('error', reject)
  })
}

test('sequentially the only live clock: its handler of 2 s takes 2 s of the clock', () =>
  withClock(async ({ clock }) => {
    let watchdog = false
    const handle = setTimeout(() => (watchdog = true), 30_000)
    const socket = connect()
    expect(await clock.wait(answerOf(socket), { timeoutMs: 60_000, what: 'the answer' })).toBe(2000)
    clearTimeout(handle)
    socket.terminate()
    expect([clock.now(), watchdog]).toEqual([2000, false])
  }))

/** What interception does for callers of the kit: the accepted socket runs in the context that its header names. */
function reenter(): () => void {
  const onUpgrade = (request: { headers: NodeJS.Dict<string | string[]>; socket: { emit: (...args: never[]) => boolean } }) => {
    const context = byId.get(String(request.headers['x-test']))
    const { emit } = request.socket
    if (context)
      request.socket.emit = function (...args) {
        return contexts.storage.run(context, () => Reflect.apply(emit, this, args))
      }
  }
  server.prependListener('upgrade', onUpgrade as never)
  return () => server.removeListener('upgrade', onUpgrade as never)
}

test.concurrent.each(['one', 'two', 'three'])('concurrently, re-entered by a header (%s): the clock of each test', (name) =>
  withClock(async ({ clock, context }) => {
    const leave = reenter()
    byId.set(name, context)
    await clock.advance(name.length * 1000)
    const socket = connect({ 'x-test': name })
    const answer = await clock.wait(answerOf(socket), { timeoutMs: 30_000, what: 'the answer' })
    socket.terminate()
    leave()
    expect(clock.now()).toBe(name.length * 1000 + 2000)
    expect(answer).toBeGreaterThanOrEqual(1)
  }),
)
