// Faults as real clients meet them: refused and slow connections, and lines that are dead without either end being told.

import { once } from 'node:events'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { WebSocket as WsWebSocket } from 'ws'
import { connectTextApp, realtimeUrl } from '../support/text-app.ts'

const headers = { authorization: 'Bearer sk-any' }

describe('a refused connection', () => {
  test('is ECONNREFUSED for ws', async ({ realtime }) => {
    realtime.fail({ connect: 'refused' })
    const socket = new WsWebSocket(realtimeUrl, { headers })
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      syscall: 'connect',
      message: expect.stringMatching(/^connect ECONNREFUSED /),
    })
    expect(realtime.sessions).toEqual([])
  })

  test('is an error and 1006 for the global WebSocket', async ({ realtime }) => {
    realtime.fail({ connect: 'refused' })
    const socket = new WebSocket(realtimeUrl, { headers } as never)
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener('close', resolve))
    await new Promise((resolve) => socket.addEventListener('error', resolve))
    expect((await closed).code).toBe(1006)
  })

  test('is reported by the openai SDK, and the next connection is taken', async ({ realtime }) => {
    realtime.fail({ connect: 'refused' })
    const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' }, new OpenAI({ apiKey: 'sk-app' }))
    const error = await new Promise<Error>((resolve) => app.on('error', resolve))
    expect(error.message).toMatch(/ECONNREFUSED/)
    await connectTextApp()
    expect(realtime.sessions).toHaveLength(1)
  })

  test('is a reset on a port, which cannot refuse what it has taken', async ({ realtime }) => {
    realtime.fail({ connect: 'refused' })
    const socket = new WsWebSocket(`${realtime.url}?model=gpt-realtime`, { headers })
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')
  })
})

describe('a slow handshake', () => {
  test.for(['gate', 'server'] as const)('opens late: %s', async (where, { realtime, clock }) => {
    realtime.fail({ handshake: 7000 })
    const url = where === 'gate' ? realtimeUrl : `${realtime.url}?model=gpt-realtime`
    const socket = new WsWebSocket(url, { headers })
    await once(socket, 'open')
    expect(clock.now()).toBe(7000)
    await realtime.waitForSession()
    socket.terminate()
  })

  test("can be longer than the app's own patience", async ({ realtime, clock }) => {
    realtime.fail({ handshake: 20_000 })
    const socket = new WsWebSocket(realtimeUrl, { headers })
    socket.on('error', () => {})
    const outcome = await Promise.race([
      once(socket, 'open').then(() => 'open'),
      new Promise((resolve) => setTimeout(resolve, 5000, 'gave up')),
    ])
    expect(outcome).toBe('gave up')
    expect(clock.now()).toBe(5000)
    socket.terminate()
    await clock.advance(20_000)
    expect(realtime.sessions).toEqual([])
  })
})

test("a slow handshake can be longer than the socket's own timeout, in the time of the test", async ({ realtime, clock }) => {
  realtime.fail({ handshake: 60_000 })
  const patient = new WsWebSocket(realtimeUrl, { headers, handshakeTimeout: 5000 })
  const [error] = (await once(patient, 'error')) as [Error]
  expect(error.message).toBe('Opening handshake has timed out')
  expect(clock.now()).toBe(5000)
  realtime.fail({ handshake: 4000 })
  const second = new WsWebSocket(realtimeUrl, { headers, handshakeTimeout: 5000 })
  await once(second, 'open')
  expect(clock.now()).toBe(9000)
  second.terminate()
})

test('a close without a code is 1005 for the client', async ({ realtime }) => {
  const socket = new WsWebSocket(realtimeUrl, { headers })
  await once(socket, 'message')
  realtime.fail({ close: 1005 })
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
  expect([code, reason.length]).toEqual([1005, 0])
})

describe('a half-open line', () => {
  test.for(['gate', 'server'] as const)(
    'answers no ping, until the app terminates it: %s',
    async (where, { realtime, clock }) => {
      const url = where === 'gate' ? realtimeUrl : `${realtime.url}?model=gpt-realtime`
      const socket = new WsWebSocket(url, { headers })
      await once(socket, 'message')
      socket.ping('one')
      const [pong] = await once(socket, 'pong')
      expect(String(pong)).toBe('one')

      let count = 0
      socket.on('pong', () => count++)
      realtime.fail({ halfOpen: true })
      socket.ping('two')
      socket.send(JSON.stringify({ type: 'response.create' }))
      await clock.advance(60_000)
      expect(count).toBe(0)
      expect(realtime.received('response.create')).toEqual([])
      expect(socket.readyState).toBe(socket.OPEN)
      expect(realtime.session.open).toBe(true)
      socket.terminate()
    },
  )

  test('a watchdog of the app notices, and reconnects', async ({ realtime, clock }) => {
    realtime.respond('any', 'Yes.')
    const first = await connectTextApp()
    realtime.fail({ halfOpen: true })
    const dead = new Promise<void>((resolve) => {
      const watch = setTimeout(() => {
        first.socket.socket.terminate()
        resolve()
      }, 10_000)
      first.socket.on('event', () => watch.refresh())
    })
    first.tell('hello')
    await clock.advance(10_000)
    await dead
    const second = await connectTextApp()
    expect(await second.ask('hello')).toBe('Yes.')
  })
})

test('a stall is real silence, then all at once', async ({ realtime, clock }) => {
  realtime.respond('any', 'Yes.')
  const app = await connectTextApp()
  realtime.fail({ stall: 30_000 }, { at: 'response.create' })
  const answer = app.ask('hello')
  await realtime.settled()
  expect(await answer).toBe('Yes.')
  expect(clock.now()).toBeGreaterThanOrEqual(30_000)
})
