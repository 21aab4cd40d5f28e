// What stands behind a listening port: ws and http, and where there is a certificate also wss and https on the same port,
// told by the first byte. Knows how to stop; not how to begin to listen (server.ts waits for it, open-server.ts does not).

import type { Server as HttpServer, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Server as NetServer, Socket } from 'node:net'
import { createServer as createNetServer, isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'
import { RealtimeKitError } from '../errors.ts'
import { realTime } from '../runtime/clock/real-time.ts'
import { type Certificate, createCertificate } from './certificate.ts'
import { respondNotFound } from './http-answer.ts'
import type { Doorman } from './transport.ts'
import { createUpgrader } from './wire.ts'

/** The first byte of a TLS connection: a handshake record. No HTTP method begins with it. */
const tlsHandshake = 0x16

export interface FrontOptions {
  readonly doorman: Doorman
  /** Negotiate permessage-deflate; only for real timing. Default: false. */
  readonly deflate?: boolean
  /** Requests that are no upgrade. Default: 404 with an error of OpenAI's shape. */
  readonly onRequest?: RequestListener
}

/** A WebSocket's stream, or the response to a request. */
type Busy = Duplex | ServerResponse

export interface Front {
  readonly server: NetServer
  /** Resolves when the port is free and no socket is left. WebSockets and requests have `graceMs` (real) to end; default 0. */
  close(graceMs?: number): Promise<void>
}

/** Makes the server of a port. `certify` is asked at the first TLS connection; without it the port speaks no TLS. */
export function createFront(options: FrontOptions, certify?: () => Promise<Certificate>): Front {
  const busy = new Set<Busy>()
  const plain = createHttpServer()
  serve(plain, options, { isSecure: false, busy })
  const server = certify ? createSortingServer(plain, lazySecure(options, busy, certify)) : plain
  const sockets = trackSockets(server)

  async function close(graceMs = 0): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    if (graceMs > 0) await emptied(busy, graceMs)
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return { server, close }
}

function createSortingServer(plain: HttpServer, secure: () => Promise<HttpServer>): NetServer {
  return createNetServer({ noDelay: true }, (socket) => {
    // A client that goes away before its first byte is nobody's error.
    const ignore = (): void => {}
    const hand = (server: HttpServer): void => {
      socket.off('error', ignore)
      server.emit('connection', socket)
    }
    socket.on('error', ignore)
    socket.once('readable', () => {
      const first: Buffer | null = socket.read(1)
      if (!first) return
      socket.unshift(first)
      if (first[0] === tlsHandshake) secure().then(hand, () => socket.destroy())
      else hand(plain)
    })
  })
}

function lazySecure(options: FrontOptions, busy: Set<Busy>, certify: () => Promise<Certificate>): () => Promise<HttpServer> {
  let secure: Promise<HttpServer> | undefined
  async function make(): Promise<HttpServer> {
    const { key, cert } = await certify()
    const server = createHttpsServer({ key, cert })
    serve(server, options, { isSecure: true, busy })
    return server
  }
  return () => (secure ??= make())
}

function serve(server: HttpServer, options: FrontOptions, { isSecure, busy }: { isSecure: boolean; busy: Set<Busy> }): void {
  const upgrader = createUpgrader({ transport: 'server', deflate: options.deflate ?? false })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    keepWhileOpen(busy, socket)
    upgrader.upgrade({ request, socket, head, url: requestUrl(request, isSecure), doorman: options.doorman })
  })
  const onRequest = options.onRequest ?? respondNotFound
  server.on('request', (request, response) => {
    keepWhileOpen(busy, response)
    onRequest(request, response)
  })
}

function keepWhileOpen(busy: Set<Busy>, stream: Busy): void {
  busy.add(stream)
  stream.once('close', () => busy.delete(stream))
}

function trackSockets(server: NetServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

/** Resolves when all have closed, or after `graceMs`. */
function emptied(busy: ReadonlySet<Busy>, graceMs: number): Promise<void> {
  if (busy.size === 0) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = realTime.setTimeout(resolve, graceMs)
    const check = (): void => {
      if (busy.size > 0) return
      realTime.clearTimeout(timer)
      resolve()
    }
    // Behind the listener that takes it out of the set.
    for (const stream of busy) stream.once('close', check)
  })
}

function requestUrl(request: IncomingMessage, isSecure: boolean): URL {
  const host = request.headers.host ?? 'localhost'
  const base = `${isSecure ? 'wss' : 'ws'}://${URL.canParse(`ws://${host}`) ? host : 'localhost'}`
  return URL.canParse(request.url ?? '/', base) ? new URL(request.url ?? '/', base) : new URL(base)
}

/** Makes the certificate of a host, or says why it cannot be had. */
export async function certify(host: string): Promise<Certificate> {
  try {
    return await createCertificate(host)
  } catch (error) {
    throw new RealtimeKitError('RTK_TRANSPORT', `Cannot make a TLS certificate for ${host}: ${String(error)}.`, { cause: error })
  }
}

/** A host as URLs write it; a wildcard address is reached on loopback. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return isIPv6(host) ? `[${host}]` : host
}

/** Paths that a client's URL ends in, as the real service has them. */
export const defaultPaths = { realtime: '/v1/realtime', http: '/v1' } as const
