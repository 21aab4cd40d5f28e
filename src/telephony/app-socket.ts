// How a platform reaches the app's server: in process for a server object (a pair of streams instead of a port, in the test's context), by
// socket for a URL. Requests and upgrades carry the test's id where the server is in this process.

import http, { type IncomingMessage, type Server } from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import { duplexPair } from 'node:stream'
import { Server as TlsServer } from 'node:tls'
import { WebSocket } from 'ws'
import { contextHeader } from '../runtime/context-header.ts'
import { lineHeader } from '../runtime/line-scope.ts'
import { isOwnPort } from '../transports/own-port.ts'
import type { PlatformAnswer, PlatformDial, PlatformRequest } from './platform.ts'

export interface AppSocketEvents {
  open(): void
  message(data: string | Uint8Array): void
  close(code: number, reason: string): void
  /** The upgrade was answered with something else than 101. */
  refused(status: number, body: string): void
  /** No answer: nobody listens, a broken pipe. */
  failed(error: Error): void
}

/** The app's server, as the platform reaches it. */
export interface AppEnd {
  /** In another process, or on another machine: its time is real. */
  readonly isElsewhere: boolean
  request(request: PlatformRequest): Promise<PlatformAnswer>
  connect(dial: PlatformDial, events: AppSocketEvents): WebSocket
}

type Enter = <T>(work: () => T) => T

interface Reach {
  /** Options of a request to this path of the app. */
  options(path: string): http.RequestOptions
  readonly scheme: 'http' | 'https'
}

/** `context`: the test, and the call of it that this is for. */
export function appEnd(
  app: Server | URL,
  context: { readonly id: string; readonly line: string; readonly enter: Enter },
): AppEnd {
  const reach = app instanceof URL ? byUrl(app) : inProcess(app, context.enter)
  const isElsewhere = app instanceof URL && !isOwnUrl(app)
  const mark = isElsewhere ? {} : { [contextHeader]: context.id, [lineHeader]: context.line }
  return {
    isElsewhere,
    request: (request) => send(reach, request, mark),
    connect: (dial, events) => connect(reach, dial, { events, mark }),
  }
}

function inProcess(server: Server, enter: Enter): Reach {
  return {
    scheme: 'http',
    options: (path) => ({ path, createConnection: () => enter(() => joined(server)) }),
  }
}

/** A pair of streams; the server gets the other end, as if it had been accepted from a port. */
function joined(server: Server): Duplex {
  const [ours, theirs] = duplexPair()
  for (const end of [ours, theirs]) {
    const same = () => end
    Object.assign(end, { setTimeout: same, setNoDelay: same, setKeepAlive: same, ref: same, unref: same })
    Object.assign(end, { remoteAddress: '127.0.0.1', remoteFamily: 'IPv4', remotePort: 1 })
  }
  // The end of one is the end of the other, as with a socket.
  ours.once('close', () => theirs.destroy())
  theirs.once('close', () => ours.destroy())
  // A TLS server waits for its handshake, which has no place here.
  if (server instanceof TlsServer) server.emit('secureConnection', Object.assign(theirs, { encrypted: true }))
  else server.emit('connection', theirs)
  queueMicrotask(() => ours.emit('connect'))
  return ours
}

function byUrl(url: URL): Reach {
  const scheme = url.protocol === 'https:' || url.protocol === 'wss:' ? 'https' : 'http'
  const port = url.port || (scheme === 'https' ? 443 : 80)
  // A certificate of a test server is nobody's business here.
  return { scheme, options: (path) => ({ host: url.hostname, port, path, rejectUnauthorized: false, agent: false }) }
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

function isOwnUrl({ hostname, port, protocol }: URL): boolean {
  return loopback.has(hostname) && isOwnPort(Number(port || (/s:$/.test(protocol) ? 443 : 80)))
}

async function send(reach: Reach, request: PlatformRequest, mark: Record<string, string>): Promise<PlatformAnswer> {
  const { url, method = 'POST', body = '' } = request
  const headers: Record<string, string> = { host: url.host, ...proxied(url), ...request.headers, ...mark, connection: 'close' }
  if (method === 'POST') headers['content-length'] = String(Buffer.byteLength(body))
  const { promise, resolve, reject } = Promise.withResolvers<PlatformAnswer>()
  const client = reach.scheme === 'https' ? https : http
  const sent = client.request({ ...reach.options(url.pathname + url.search), method, headers }, (response) => {
    textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, headers: flat(response), body: text }), reject)
  })
  sent.once('error', reject)
  sent.end(method === 'POST' ? body : undefined)
  return promise
}

/** What proxies in front of apps say: the public side is TLS, whatever the app itself listens on. */
function proxied(url: URL): Record<string, string> {
  return { 'x-forwarded-proto': /s:$/.test(url.protocol) ? 'https' : 'http' }
}

function connect(
  reach: Reach,
  { url, headers, protocols = [] }: PlatformDial,
  { events, mark }: { events: AppSocketEvents; mark: Record<string, string> },
): WebSocket {
  const target = new URL(url)
  const { host, port, ...rest } = reach.options(target.pathname + target.search)
  const scheme = reach.scheme === 'https' ? 'wss' : 'ws'
  const address = host === undefined ? `${scheme}://${target.host}` : `${scheme}://${host}:${port}`
  const socket = new WebSocket(`${address}${target.pathname}${target.search}`, [...protocols], {
    ...rest,
    headers: { host: target.host, ...proxied(target), ...headers, ...mark },
    perMessageDeflate: false,
    maxPayload: 64 * 1024 * 1024,
  })
  socket.on('open', () => events.open())
  socket.on('message', (data, isBinary) => {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer)
    events.message(isBinary ? bytes : bytes.toString())
  })
  socket.on('close', (code, reason) => events.close(code, reason.toString()))
  socket.on('unexpected-response', (request, response) => {
    textOf(response).then(
      (text) => {
        request.destroy()
        events.refused(response.statusCode ?? 0, text)
      },
      (error: Error) => events.failed(error),
    )
  })
  socket.on('error', (error) => events.failed(error))
  return socket
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  response.setEncoding('utf8')
  for await (const piece of response) text += piece
  return text
}

function flat({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]))
}
