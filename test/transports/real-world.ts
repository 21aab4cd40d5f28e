// Real servers on loopback that stand for the rest of the world, and every way an app may talk to them.

import { readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { Agent, request, fetch as undiciFetch } from 'undici'
import { WebSocket } from 'ws'
import { startServer } from '../../src/transports/server.ts'

export interface World {
  readonly httpUrl: string
  readonly httpsUrl: string
  readonly wsUrl: string
  readonly port: number
  readonly ca: string
  readonly socketPath: string
  readonly echoPort: number
  /** Connections that the HTTP server accepted. */
  connections(): number
  /** Ends all connections of the HTTP server, as an idle timeout does. */
  dropConnections(): void
  close(): Promise<void>
}

/** HTTP(S) that echoes method and path after a pause, ws that echoes, TCP that greets and echoes, the same over a unix socket. */
export async function startWorld(): Promise<World> {
  // Counted by socket, not by port: a busy machine soon gives the same port again.
  const known = new WeakSet<net.Socket>()
  let connections = 0
  const accepted = new Set<net.Socket>()
  const server = await startServer({
    tls: true,
    doorman: () => ({ accept: (wire) => ({ onMessage: (data) => wire.send(`real ${data}`), onClose: () => {} }) }),
    onRequest: (asked, answer) => {
      if (!known.has(asked.socket)) connections += 1
      known.add(asked.socket)
      accepted.add(asked.socket)
      setImmediate(() => asked.resume().on('end', () => answer.end(`${asked.method} ${asked.url}`)))
    },
  })
  const echo = net.createServer((socket) => {
    socket.write('hello\n')
    socket.pipe(socket)
  })
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  const unix = http.createServer((asked, answer) => answer.end(`unix ${asked.url}`))
  const socketPath = join(tmpdir(), `rtk-${process.pid}-${server.port}.sock`)
  await new Promise<void>((resolve) => unix.listen(socketPath, resolve))
  return {
    httpUrl: `http://127.0.0.1:${server.port}`,
    httpsUrl: `https://localhost:${server.port}`,
    wsUrl: `ws://127.0.0.1:${server.port}`,
    port: server.port,
    ca: readFileSync(server.caFile ?? '', 'utf8'),
    socketPath,
    echoPort: (echo.address() as net.AddressInfo).port,
    connections: () => connections,
    dropConnections: () => {
      for (const socket of accepted) socket.destroy()
      accepted.clear()
    },
    close: async () => {
      await server.close()
      unix.closeAllConnections()
      await Promise.all([echo, unix].map((one) => new Promise((resolve) => one.close(resolve))))
      rmSync(socketPath, { force: true })
    },
  }
}

/** Every client kind, each used several times in a row: kept-alive sockets are where interception goes wrong. */
export const ways: Record<string, (world: World) => Promise<unknown[]>> = {
  'http.get, default agent': (world) => repeat(6, (n) => get(http, `${world.httpUrl}/${n}`)),
  'http.get, own keep-alive agent': async (world) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const answers = await repeat(6, (n) => get(http, `${world.httpUrl}/${n}`, { agent }))
    agent.destroy()
    return answers
  },
  'http.get, many at once': (world) => Promise.all(Array.from({ length: 20 }, (_, n) => get(http, `${world.httpUrl}/${n}`))),
  'http POST with a body': (world) => repeat(4, (n) => get(http, `${world.httpUrl}/${n}`, { method: 'POST' }, 'body')),
  'https.get, default agent': (world) => repeat(6, (n) => get(https, `${world.httpsUrl}/${n}`, { ca: world.ca })),
  fetch: (world) => repeat(6, async (n) => (await fetch(`${world.httpUrl}/${n}`)).text()),
  'undici fetch and request': async (world) => {
    const dispatcher = new Agent({ connect: { ca: world.ca } })
    const fetched = await repeat(3, async (n) => (await undiciFetch(`${world.httpUrl}/${n}`, { dispatcher })).text())
    const asked = await repeat(3, async (n) => (await request(`${world.httpsUrl}/${n}`, { dispatcher })).body.text())
    await dispatcher.close()
    return [...fetched, ...asked]
  },
  'raw TCP, server speaks first': (world) => repeat(2, () => talk(net.connect(world.echoPort, '127.0.0.1'))),
  'raw TLS': (world) => repeat(2, () => rawTls(world)),
  'unix socket': (world) => repeat(3, (n) => get(http, `http://x/${n}`, { socketPath: world.socketPath })),
  'ws to loopback': (world) => repeat(2, () => echoOver(new WebSocket(`${world.wsUrl}/some`))),
  'wss to loopback': (world) =>
    repeat(2, () => echoOver(new WebSocket(`${world.wsUrl.replace('ws:', 'wss:')}/some`, { ca: world.ca }))),
  'global WebSocket to loopback': (world) => repeat(2, () => echoOver(new globalThis.WebSocket(`${world.wsUrl}/some`))),
  'a refused connection': async () => [await get(http, 'http://127.0.0.1:1/').catch((error) => error.code)],
  'an unknown host': async () => [
    await get(http, 'http://host.invalid/').catch((error) => /ENOTFOUND|EAI_AGAIN/.test(error.code)),
  ],
}

async function repeat<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let index = 0; index < count; index += 1) results.push(await work(index))
  return results
}

export function get(
  client: typeof http | typeof https,
  url: string,
  options: https.RequestOptions = {},
  body?: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = client.request(url, options, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk) => {
        text += chunk
      })
      answer.on('end', () => resolve(text))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

function talk(socket: net.Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = ''
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      heard += chunk
      if (heard === 'hello\n') socket.write('ping')
      if (heard === 'hello\nping') socket.end()
    })
    socket.on('close', () => resolve(heard))
  })
}

function rawTls(world: World): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port: world.port, host: 'localhost', ca: world.ca }, () => {
      socket.end('GET /tls HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
      let heard = ''
      let name = ''
      socket.on('data', (chunk) => {
        heard += chunk
        name = String(socket.getPeerCertificate().subject.CN)
      })
      socket.on('close', () =>
        resolve(`${name}, authorized ${socket.authorized}: ${heard.slice(heard.lastIndexOf('GET'), -9).trim()}`),
      )
    })
    socket.on('error', reject)
  })
}

function echoOver(socket: WebSocket | globalThis.WebSocket): Promise<string> {
  return new Promise((resolve, reject) => {
    socket.onopen = () => socket.send('yo')
    socket.onmessage = (event: { data: unknown }) => {
      socket.onclose = () => resolve(String(event.data))
      socket.close()
    }
    socket.onerror = (event: unknown) => reject(event)
  })
}
