// What is not Realtime passes untouched: each way to the network behaves with the gate as without it.

import http from 'node:http'
import net from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type GateHandle, installGate } from '../../src/transports/gate.ts'
import { get, startWorld, type World, ways } from './real-world.ts'

let world: World
let gate: GateHandle | undefined
beforeAll(async () => {
  world = await startWorld()
})
afterEach(() => {
  gate?.uninstall()
  gate = undefined
})
afterAll(() => world.close())

function coverOpenAI(): GateHandle {
  return installGate({ covers: (origin) => origin.host === 'api.openai.com', claims: () => undefined })
}

/** The gate covers the world's own host, and claims nothing there but one path: all else must find its way. */
function coverWorld(): GateHandle {
  const covered = ['127.0.0.1', 'localhost']
  return installGate({
    covers: (origin) => covered.includes(origin.hostname) && origin.port === String(world.port),
    claims: (url) => (url.pathname === '/v1/realtime' ? () => ({ status: 503, body: '' }) : undefined),
  })
}

for (const [name, cover] of Object.entries({ 'a foreign host': coverOpenAI, 'the covered host, unclaimed': coverWorld })) {
  describe(name, () => {
    test.for(Object.entries(ways))('%s', async ([, way]) => {
      const without = await way(world)
      gate = cover()
      expect(await way(world)).toEqual(without)
      gate.uninstall()
      expect(await way(world)).toEqual(without)
    })
  })
}

test('kept-alive connections stay kept alive', async () => {
  gate = coverOpenAI()
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const before = world.connections()
  for (let index = 0; index < 5; index += 1) await get(http, `${world.httpUrl}/${index}`, { agent })
  expect(world.connections() - before).toBe(1)
  agent.destroy()
})

test('a foreign socket is the very socket of the app, connected by Node', async () => {
  gate = coverOpenAI()
  const socket = new net.Socket()
  const own = Object.getOwnPropertyNames(socket)
  socket.connect(world.echoPort, '127.0.0.1')
  await new Promise((resolve) => socket.once('data', resolve))
  expect(socket.remotePort).toBe(world.echoPort)
  expect(
    Object.getOwnPropertyNames(socket).filter((name) => !own.includes(name) && typeof Reflect.get(socket, name) === 'function'),
  ).toEqual([])
  socket.destroy()
})

test('what a foreign socket connects in its own listeners still enters the gate, after a reconnect too', async () => {
  gate = installGate({
    covers: (origin) => origin.host === 'api.openai.com',
    claims: () => () => ({
      accept: (wire) => {
        wire.send('ours')
        return { onMessage: () => {}, onClose: () => {} }
      },
    }),
  })
  const heard: string[] = []
  const socket = new net.Socket()
  for (let turn = 0; turn < 2; turn += 1) {
    await new Promise<void>((resolve) => {
      socket.connect(world.echoPort, '127.0.0.1')
      socket.once('data', () => {
        const second = new WebSocket('wss://api.openai.com/v1/realtime')
        second.once('message', (data) => {
          heard.push(String(data))
          second.terminate()
          socket.once('close', () => resolve())
          socket.destroy()
        })
      })
    })
  }
  expect(heard).toEqual(['ours', 'ours'])
})
