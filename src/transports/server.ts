// A loopback server: ws and http on one port, and with `tls` also wss and https on that same port, told by the first byte.
// Knows sockets only: upgrades go to the doorman, other requests to `onRequest`.

import type { Server as HttpServer, IncomingMessage, RequestListener } from 'node:http'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { createServer as createNetServer, isIPv6 } from 'node:net'
import type { Duplex } from 'node:stream'
import { RealtimeKitError } from '../errors.ts'
import { type Certificate, createCertificate } from './certificate.ts'
import { apiError, respond } from './http-answer.ts'
import type { Doorman } from './transport.ts'
import { createUpgrader } from './wire.ts'

/** The first byte of a TLS connection: a handshake record. No HTTP method begins with it. */
const tlsHandshake = 0x16

export interface ServerOptions {
  readonly doorman: Doorman
  /** Default: 0, any free port. */
  readonly port?: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Speak wss and https too. Default: false. */
  readonly tls?: boolean
  /** Negotiate permessage-deflate; only for real timing. Default: false. */
  readonly deflate?: boolean
  /** Requests that are no upgrade. Default: 404 with an error of OpenAI's shape. */
  readonly onRequest?: RequestListener
  /** Path of the upgrade in `url` and `wssUrl`. Default: /v1/realtime. */
  readonly path?: string
  /** Path in `httpUrl`. Default: /v1. */
  readonly httpPath?: string
}

export interface RunningServer {
  readonly url: string
  readonly wssUrl: string | null
  readonly httpUrl: string
  /** PEM file of the authority that signed the certificate. */
  readonly caFile: string | null
  readonly port: number
  /** Drops all connections; resolves when the port is free again and nothing is left open. */
  close(): Promise<void>
}

/**
 * Starts a loopback server.
 *
 * @throws RealtimeKitError RTK_TRANSPORT when the port, host or certificate cannot be had.
 * @example
 * const server = await startServer({ doorman, tls: true })
 * console.log(server.url) // ws://127.0.0.1:49152/v1/realtime
 * await server.close()
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 0, path = '/v1/realtime', httpPath = '/v1' } = options
  const certificate = options.tls ? await certify(host) : undefined
  const { front, stopHttp } = createFront(options, certificate)
  const sockets = trackSockets(front)
  try {
    await listen(front, port, host)
  } catch (error) {
    await certificate?.remove()
    throw error
  }
  const address = front.address() as AddressInfo
  const authority = `${urlHost(host)}:${address.port}`
  let closing: Promise<void> | undefined

  async function closeAll(): Promise<void> {
    const closed = new Promise<void>((resolve) => front.close(() => resolve()))
    stopHttp()
    for (const socket of sockets) socket.destroy()
    await closed
    await certificate?.remove()
  }

  return {
    url: `ws://${authority}${path}`,
    wssUrl: certificate ? `wss://${authority}${path}` : null,
    httpUrl: `http://${authority}${httpPath}`,
    caFile: certificate?.caFile ?? null,
    port: address.port,
    close: () => (closing ??= closeAll()),
  }
}

/** The listening server, and how to stop the timers of the HTTP servers behind it. */
function createFront(options: ServerOptions, certificate: Certificate | undefined): { front: NetServer; stopHttp: () => void } {
  const plain = createHttpServer()
  serve(plain, options, false)
  if (!certificate) return { front: plain, stopHttp: () => plain.closeAllConnections() }
  const secure = createHttpsServer({ key: certificate.key, cert: certificate.cert })
  serve(secure, options, true)
  const front = createNetServer({ noDelay: true }, (socket) => sortByFirstByte(socket, plain, secure))
  return { front, stopHttp: () => {} }
}

function serve(server: HttpServer, options: ServerOptions, isSecure: boolean): void {
  const upgrader = createUpgrader({ transport: 'server', deflate: options.deflate ?? false })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrader.upgrade({ request, socket, head, url: requestUrl(request, isSecure), doorman: options.doorman })
  })
  server.on('request', options.onRequest ?? answerNotFound)
}

function sortByFirstByte(socket: Socket, plain: HttpServer, secure: HttpServer): void {
  // A client that goes away before its first byte is nobody's error.
  const ignore = (): void => {}
  socket.on('error', ignore)
  socket.once('readable', () => {
    const first: Buffer | null = socket.read(1)
    if (!first) return
    socket.off('error', ignore)
    socket.unshift(first)
    const server = first[0] === tlsHandshake ? secure : plain
    server.emit('connection', socket)
  })
}

function trackSockets(server: NetServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

function requestUrl(request: IncomingMessage, isSecure: boolean): URL {
  const host = request.headers.host ?? 'localhost'
  const base = `${isSecure ? 'wss' : 'ws'}://${URL.canParse(`ws://${host}`) ? host : 'localhost'}`
  return URL.canParse(request.url ?? '/', base) ? new URL(request.url ?? '/', base) : new URL(base)
}

const answerNotFound: RequestListener = (request, response) => {
  const path = (request.url ?? '').split('?')[0]
  const message = `Invalid URL (${request.method} ${path})`
  respond(response, { status: 404, body: apiError(message, 'unknown_url') })
}

function listen(server: NetServer, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(explainListen(error, port, host))
    server.once('error', fail)
    try {
      server.listen(port, host, () => {
        server.off('error', fail)
        resolve()
      })
    } catch (error) {
      fail(error)
    }
  })
}

const listenMends: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another process listens there: choose another port, or 0 for any free one',
  EACCES: 'ports below 1024 need privileges: choose a higher one, or 0 for any free one',
  EADDRNOTAVAIL: 'that address is none of this machine: use 127.0.0.1, ::1 or 0.0.0.0',
  ENOTFOUND: 'that host name is unknown: use 127.0.0.1, ::1 or 0.0.0.0',
  ERR_SOCKET_BAD_PORT: 'a port is a whole number from 0 to 65535',
}

function explainListen(error: unknown, port: number, host: string): RealtimeKitError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error'
  const mend = listenMends[code] ?? (error instanceof Error ? error.message : String(error))
  return new RealtimeKitError('RTK_TRANSPORT', `Cannot listen on ${host}:${port} (${code}): ${mend}.`, { cause: error })
}

async function certify(host: string): Promise<Certificate> {
  try {
    return await createCertificate(host)
  } catch (error) {
    throw new RealtimeKitError('RTK_TRANSPORT', `Cannot make a TLS certificate for ${host}: ${String(error)}.`, { cause: error })
  }
}

/** A host as URLs write it; a wildcard address is reached on loopback. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return isIPv6(host) ? `[${host}]` : host
}
