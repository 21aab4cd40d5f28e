// The gate's own rules: who gets a connection, when it opens and closes, and that nothing of it stays behind.

import { AsyncLocalStorage } from 'node:async_hooks'
import http from 'node:http'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type GateHandle, type GateOwner, installGate } from '../../src/transports/gate.ts'
import type { Doorman } from '../../src/transports/transport.ts'
import { Inbox } from '../contract/inbox.ts'
import { browserClient, type Connect, wsClient } from '../contract/test-clients.ts'
import { refusal } from '../contract/test-service.ts'
import { get, startWorld, type World } from './real-world.ts'

const url = 'wss://api.openai.com/v1/realtime'
const clients: Record<string, Connect> = {
  ws: wsClient(),
  'global WebSocket': browserClient(() => globalThis.WebSocket as never),
}

const handles: GateHandle[] = []
function open(owner: Partial<GateOwner>): GateHandle {
  const handle = installGate({ covers: (origin) => origin.host === 'api.openai.com', claims: () => undefined, ...owner })
  handles.push(handle)
  return handle
}
afterEach(() => {
  for (const handle of handles.splice(0)) handle.uninstall()
})

function saying(text: string): Doorman {
  return () => ({
    accept: (wire) => {
      wire.send(text)
      return { onMessage: (data) => wire.send(`${text} heard ${data}`), onClose: () => {} }
    },
  })
}

async function firstMessage(connect: Connect, to = url): Promise<string> {
  const client = connect(to)
  const message = await client.messages.next()
  client.close(1000, '')
  await client.closed
  return message
}

describe.each(Object.entries(clients))('%s', (_, connect) => {
  test('the first owner that claims gets the socket; claims sees the whole URL', async () => {
    const asked: string[] = []
    open({ claims: (asking) => void asked.push(asking.href) })
    open({ claims: (asking) => (asking.pathname === '/v1/realtime' ? saying('second') : undefined) })
    open({ claims: () => saying('third') })
    expect(await firstMessage(connect, `${url}?model=m`)).toBe('second')
    expect(new Set(asked)).toEqual(new Set([`${url}?model=m`]))
    expect(await firstMessage(connect, 'wss://api.openai.com/other')).toBe('third')
  })

  test('a socket that nobody claims is refused by the owner that refuses', async () => {
    open({ refuses: () => () => ({ status: 503, body: 'two tests run: enter one with realtime.run' }) })
    const client = connect(url)
    await expect(client.opened).rejects.toThrow()
    if (client.refused) expect(await client.refused).toEqual({ status: 503, body: 'two tests run: enter one with realtime.run' })
  })

  test('a claim goes before a refusal', async () => {
    open({ refuses: () => () => refusal })
    open({ claims: () => saying('mine') })
    expect(await firstMessage(connect)).toBe('mine')
  })

  test('claims is asked in the context of the client', async () => {
    const context = new AsyncLocalStorage<string>()
    for (const name of ['one', 'two']) open({ claims: () => (context.getStore() === name ? saying(name) : undefined) })
    const heard = await Promise.all(['two', 'one', 'two'].map((name) => context.run(name, () => firstMessage(connect))))
    expect(heard).toEqual(['two', 'one', 'two'])
  })

  test('a doorman that throws is a 500 that says why', async () => {
    open({
      claims: () => () => {
        throw new Error('no such model')
      },
    })
    const client = connect(url)
    await expect(client.opened).rejects.toThrow()
    if (client.refused) expect(await client.refused).toMatchObject({ status: 500, body: { error: { message: 'no such model' } } })
  })

  test('works under fake timers', async () => {
    open({ claims: () => saying('hi') })
    vi.useFakeTimers()
    try {
      expect(await firstMessage(connect)).toBe('hi')
    } finally {
      vi.useRealTimers()
    }
  })

  test('a conversation survives the last uninstall', async () => {
    const handle = open({ claims: () => saying('hi') })
    const client = connect(url)
    expect(await client.messages.next()).toBe('hi')
    handle.uninstall()
    client.send('x')
    expect(await client.messages.next()).toBe('hi heard x')
    client.close(1000, '')
    expect(await client.closed).toEqual({ code: 1000, reason: '' })
  })
})

describe('opening and closing', () => {
  const patched = (): unknown[] => [
    globalThis.WebSocket,
    net.Socket.prototype.connect,
    tls.TLSSocket.prototype.connect,
    Reflect.get(tls.TLSSocket.prototype, '_start'),
    Reflect.get(tls.TLSSocket.prototype, '_wrapHandle'),
    Reflect.get(http.Agent.prototype, 'addRequest'),
    Reflect.get(Reflect.get(globalThis, '__MSW_INTERCEPTORS_REGISTRY') ?? {}, 'set'),
  ]

  test('the last owner to leave restores every global, and leaving twice does nothing', () => {
    open({}).uninstall()
    const before = patched()
    const first = open({})
    const second = open({})
    expect(patched()).not.toEqual(before)
    first.uninstall()
    first.uninstall()
    expect(net.Socket.prototype.connect).not.toBe(before[1])
    second.uninstall()
    for (const [index, value] of patched().entries()) expect(value).toBe(before[index])
  })

  test('a wrapper that somebody put over the patched connect stays, and ours below it does nothing', () => {
    const original = Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect')
    const handle = open({})
    const { connect } = net.Socket.prototype
    const foreign = function connectToo(this: net.Socket, ...args: never[]): net.Socket {
      return Reflect.apply(connect, this, args)
    }
    Object.defineProperty(net.Socket.prototype, 'connect', { value: foreign, configurable: true, writable: true })
    handle.uninstall()
    // The interceptor restores Node's own whatever is there.
    expect(Object.getOwnPropertyDescriptor(net.Socket.prototype, 'connect')).toEqual(original)
  })
})

describe('one covered host for all', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.close())

  const coverWorld = (owner: Partial<GateOwner>): GateHandle =>
    open({ covers: (origin) => origin.port === String(world.port), ...owner })
  const claims: GateOwner['claims'] = (asking) => (asking.pathname === '/v1/realtime' ? saying('ours') : undefined)

  /** Upgrades through an agent, as few clients do: the agent may use a pooled connection. */
  function upgrade(agent: http.Agent): Promise<{ socket: Duplex; heard: Inbox<string> }> {
    const headers = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    }
    return new Promise((resolve, reject) => {
      const asked = http.get(`${world.httpUrl}/v1/realtime`, { agent, headers }, () => reject(new Error('no upgrade')))
      asked.on('error', reject)
      asked.on('upgrade', (_, socket, head) => {
        const heard = new Inbox<string>()
        if (head.length > 0) heard.put(head.toString())
        socket.on('data', (chunk) => heard.put(String(chunk)))
        socket.on('close', () => heard.put('closed'))
        resolve({ socket, heard })
      })
    })
  }

  async function pooled(agent: http.Agent, path: string): Promise<void> {
    expect(await get(http, `${world.httpUrl}${path}`, { agent })).toBe(`GET ${path}`)
    // An agent takes a socket back a little after the answer's end.
    await new Promise((resolve) => setImmediate(resolve))
    expect(Object.keys(agent.freeSockets)).toHaveLength(1)
  }

  test('an upgrade on a pooled connection is ours, and does not end when the real server ends that connection', async () => {
    coverWorld({ claims })
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const before = world.connections()
    for (let turn = 0; turn < 3; turn += 1) await pooled(agent, `/${turn}`)
    expect(world.connections() - before).toBe(1)
    const { socket, heard } = await upgrade(agent)
    expect(await heard.next()).toContain('ours')
    world.dropConnections()
    // A round trip to the real server: the end of the dropped connection arrives before its answer.
    await get(http, `${world.httpUrl}/after`, { agent: false })
    socket.write(maskedFrame('x'))
    expect(await heard.next()).toContain('ours heard x')
    socket.destroy()
    agent.destroy()
  })

  test('a pool from before the gate does not lead around it', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    await pooled(agent, '/before')
    coverWorld({ claims })
    const { socket, heard } = await upgrade(agent)
    expect(await heard.next()).toContain('ours')
    socket.destroy()
    agent.destroy()
  })

  test('another path of the host is real: WebSocket and http', async () => {
    coverWorld({ claims })
    const client = wsClient()(`${world.wsUrl}/other`)
    await client.opened
    client.send('yo')
    expect(await client.messages.next()).toBe('real yo')
    client.close(1000, '')
    await client.closed
  })

  test('an owner may answer plain requests of the host; the others are real', async () => {
    const asked = new Inbox<string>()
    coverWorld({
      claims,
      claimsRequest: ({ url: requested, method }) => {
        if (requested.pathname !== '/v1/realtime/client_secrets') return undefined
        asked.put(`${method} ${requested.protocol}`)
        return (request, response) => {
          let body = ''
          request.on('data', (chunk) => {
            body += chunk
          })
          request.on('end', () => response.end(`secret for ${body}`))
        }
      },
    })
    for (let turn = 0; turn < 3; turn += 1) {
      const body = 'x'.repeat(100_000)
      const answer = await fetch(`${world.httpUrl}/v1/realtime/client_secrets`, { method: 'POST', body })
      expect(await answer.text()).toBe(`secret for ${body}`)
      expect(await asked.next()).toBe('POST http:')
      expect(await (await fetch(`${world.httpUrl}/other`)).text()).toBe('GET /other')
    }
  })

  test('bytes that are no HTTP reach the real host', async () => {
    coverWorld({ claims, covers: (origin) => origin.port === String(world.echoPort) })
    const socket = net.connect(world.echoPort, '127.0.0.1')
    socket.write('\u0000\u0001')
    const heard = new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
        if (text.length === 'hello\n'.length + 2) resolve(text)
      })
    })
    expect(await heard).toBe('hello\n\u0000\u0001')
    socket.destroy()
  })

  test('a request head in single bytes is understood', async () => {
    coverWorld({ claims })
    const socket = net.connect(world.port, '127.0.0.1')
    const key = Buffer.alloc(16).toString('base64')
    const head = `GET /v1/realtime HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`
    for (const byte of head) {
      socket.write(byte)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const heard = await new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk
        if (text.endsWith('ours')) resolve(text)
      })
    })
    expect(heard).toMatch(/^HTTP\/1\.1 101 /)
    socket.destroy()
  })
})

/** A client's text frame, masked with zeros. */
function maskedFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)])
}
