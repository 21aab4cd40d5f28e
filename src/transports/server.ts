// A server on a port and host of the caller's choice, ready when its promise resolves.
// Knows sockets only: upgrades go to the doorman, other requests to `onRequest`. What the port speaks: front.ts.

import type { AddressInfo, Server as NetServer } from 'node:net'
import { messageOf, RealtimeKitError } from '../errors.ts'
import { certify, createFront, defaultPaths, type FrontOptions, urlHost } from './front.ts'

export interface ServerOptions extends FrontOptions {
  /** Default: 0, any free port. */
  readonly port?: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** Speak wss and https too. Default: false. */
  readonly tls?: boolean
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
  /**
   * Takes no more connections, drops those that are idle or have not ended by themselves within `graceMs` (real; 0 by default), and
   * resolves when the port is free again and nothing is left open.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>
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
  const { host = '127.0.0.1', port = 0, path = defaultPaths.realtime, httpPath = defaultPaths.http } = options
  const certificate = options.tls ? await certify(host) : undefined
  const front = createFront(options, certificate && (() => Promise.resolve(certificate)))
  try {
    await listen(front.server, port, host)
  } catch (error) {
    await certificate?.remove()
    throw error
  }
  const address = front.server.address() as AddressInfo
  const authority = `${urlHost(host)}:${address.port}`
  let closing: Promise<void> | undefined

  async function closeAll(graceMs: number): Promise<void> {
    await front.close(graceMs)
    await certificate?.remove()
  }

  return {
    url: `ws://${authority}${path}`,
    wssUrl: certificate ? `wss://${authority}${path}` : null,
    httpUrl: `http://${authority}${httpPath}`,
    caFile: certificate?.caFile ?? null,
    port: address.port,
    close: ({ graceMs = 0 } = {}) => (closing ??= closeAll(graceMs)),
  }
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
  const mend = listenMends[code] ?? messageOf(error)
  return new RealtimeKitError('RTK_TRANSPORT', `Cannot listen on ${host}:${port} (${code}): ${mend}.`, { cause: error })
}
