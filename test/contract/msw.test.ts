// The gate and the user's msw in one process, in both orders.

import nodeHttp from 'node:http'
import nodeHttps from 'node:https'
import { HttpResponse, http, ws } from 'msw'
import { setupServer } from 'msw/node'
import { WebSocket as UndiciWebSocket } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type GateHandle, installGate } from '../../src/transports/gate.ts'
import { get, startWorld, type World } from '../transports/real-world.ts'
import { browserClient, type Connect, wsClient } from './test-clients.ts'
import { TestService } from './test-service.ts'

const realtime = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'
const secrets = 'https://api.openai.com/v1/realtime/client_secrets'

const connects: Record<string, Connect> = {
  ws: wsClient(),
  undici: browserClient(() => UndiciWebSocket as never),
  'global WebSocket': browserClient(() => globalThis.WebSocket as never),
}

const link = ws.link('wss://elsewhere.example/*')
const service = new TestService()
let world: World
let gate: GateHandle
let server: ReturnType<typeof setupServer>

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world.close())

function openGate(): void {
  gate = installGate({
    covers: (origin) => origin.host === 'api.openai.com',
    claims: (url) => (url.pathname === '/v1/realtime' ? service.doorman : undefined),
  })
}

function listen(onUnhandledFrame: 'bypass' | 'error'): void {
  server = setupServer(
    http.get('https://elsewhere.example/thing', () => HttpResponse.text('mocked thing')),
    http.post(secrets, async ({ request }) => HttpResponse.json({ value: `ek_${await request.text()}` })),
    link.addEventListener('connection', ({ client }) => {
      client.addEventListener('message', (event) => client.send(`mocked ${event.data}`))
    }),
  )
  server.listen({ onUnhandledFrame })
}

async function converse(connect: Connect): Promise<unknown[]> {
  const client = connect(realtime, { protocols: ['realtime'] })
  const visit = await service.visits.next()
  await client.opened
  client.send('hello')
  visit.wire.send(`heard ${await visit.messages.next()}`)
  const heard = await client.messages.next()
  client.close(1000, 'done')
  return [heard, client.protocol(), await visit.closed, await client.closed]
}

const conversation = ['heard hello', 'realtime', { code: 1000, reason: 'done' }, { code: 1000, reason: 'done' }]

const orders: Record<string, (unhandled: 'bypass' | 'error') => void> = {
  'gate first': (unhandled) => {
    openGate()
    listen(unhandled)
    gate.repatch()
  },
  'msw first': (unhandled) => {
    listen(unhandled)
    openGate()
  },
}

describe.each(Object.entries(orders))('%s', (_, start) => {
  describe.each(['bypass', 'error'] as const)('unhandled: %s', (unhandled) => {
    beforeEach(() => start(unhandled))
    afterEach(() => {
      server.close()
      gate.uninstall()
    })

    test.for(Object.entries(connects))('%s reaches the service, several times', async ([, connect]) => {
      for (let turn = 0; turn < 3; turn += 1) expect(await converse(connect)).toEqual(conversation)
    })

    test('msw answers http on another host: fetch and https.get, several times', async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        expect(await (await fetch('https://elsewhere.example/thing')).text()).toBe('mocked thing')
        expect(await get(nodeHttps, 'https://elsewhere.example/thing')).toBe('mocked thing')
      }
    })

    test('msw answers http on the same host, before and after a conversation', async () => {
      for (const connect of Object.values(connects)) {
        expect(await (await fetch(secrets, { method: 'POST', body: 'a' })).json()).toEqual({ value: 'ek_a' })
        expect(await get(nodeHttps, secrets, { method: 'POST' }, 'b')).toBe('{"value":"ek_b"}')
        expect(await converse(connect)).toEqual(conversation)
      }
    })

    test('msw answers a WebSocket link to another host', async () => {
      const client = browserClient(() => globalThis.WebSocket as never)('wss://elsewhere.example/chat')
      await client.opened
      client.send('yo')
      expect(await client.messages.next()).toBe('mocked yo')
      client.close(1000, '')
      await client.closed
    })

    test('after msw closed, open conversations go on and new ones start', async () => {
      for (const connect of Object.values(connects)) {
        const client = connect(realtime)
        const visit = await service.visits.next()
        await client.opened
        server.close()
        visit.wire.send('still here')
        expect(await client.messages.next()).toBe('still here')
        client.close(1000, '')
        await visit.closed
        expect(await converse(connect)).toEqual(conversation)
        server.listen({ onUnhandledFrame: unhandled })
        gate.repatch()
      }
    })
  })

  describe('real traffic that msw lets through', () => {
    beforeEach(() => start('bypass'))
    afterEach(() => {
      server.close()
      gate.uninstall()
    })

    test('http, kept alive', async () => {
      for (let turn = 0; turn < 6; turn += 1) expect(await get(nodeHttp, `${world.httpUrl}/${turn}`)).toBe(`GET /${turn}`)
      for (let turn = 0; turn < 3; turn += 1) expect(await (await fetch(`${world.httpUrl}/${turn}`)).text()).toBe(`GET /${turn}`)
    })

    test.for(Object.entries(connects))('a real WebSocket: %s', async ([, connect]) => {
      const client = connect(`${world.wsUrl}/some`)
      await client.opened
      client.send('yo')
      expect(await client.messages.next()).toBe('real yo')
      client.close(1000, '')
      await client.closed
    })

    test('after msw closed, http is kept alive', async () => {
      for (let turn = 0; turn < 2; turn += 1) await get(nodeHttp, `${world.httpUrl}/${turn}`)
      server.close()
      for (let turn = 0; turn < 6; turn += 1) expect(await get(nodeHttp, `${world.httpUrl}/${turn}`)).toBe(`GET /${turn}`)
      server.listen()
    })
  })
})

test('a pooled connection from before msw listened does not slip past its handlers', async () => {
  const agent = new nodeHttp.Agent({ keepAlive: true, maxSockets: 1 })
  const ask = () => get(nodeHttp, `${world.httpUrl}/real`, { agent })
  openGate()
  expect(await ask()).toBe('GET /real')
  // An agent takes a socket back a little after the answer's end.
  await new Promise((resolve) => setImmediate(resolve))
  expect(Object.keys(agent.freeSockets)).toHaveLength(1)
  server = setupServer(http.get(`${world.httpUrl}/real`, () => HttpResponse.text('mocked')))
  server.listen({ onUnhandledFrame: 'bypass' })
  expect(await ask()).toBe('mocked')
  server.close()
  expect(await ask()).toBe('GET /real')
  agent.destroy()
  gate.uninstall()
})

test('an owner that joins after msw began to listen needs no repatch', async () => {
  const first = installGate({ covers: () => false, claims: () => undefined })
  listen('error')
  openGate()
  expect(await converse(browserClient(() => globalThis.WebSocket as never))).toEqual(conversation)
  server.close()
  gate.uninstall()
  first.uninstall()
})
