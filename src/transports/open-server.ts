// A loopback server that listens when the call returns: for getters, which cannot wait. The port is known at once; a TLS
// connection waits for the certificate, which takes some milliseconds to make and is made only when somebody needs it.

import type { AddressInfo, Server } from 'node:net'
import net from 'node:net'
import { RealtimeKitError } from '../errors.ts'
import { contexts } from '../runtime/context.ts'
import type { Certificate } from './certificate.ts'
import { certify, createFront, defaultPaths, type FrontOptions } from './front.ts'

const host = '127.0.0.1'
/** How long (real time) a client may take to answer our close frame before its socket is dropped. */
const closingMs = 250

export interface OpenServer {
  readonly url: string
  readonly wssUrl: string
  readonly httpUrl: string
  /** PEM file of the authority that signed the certificate; looking at it makes both. */
  readonly caFile: Promise<string>
  /** Lets closing sockets close, drops the others; resolves when the port is free again and nothing is left open. */
  close(): Promise<void>
}

/**
 * Opens a loopback server on a free port: ws, wss, http and https at once.
 *
 * @throws RealtimeKitError RTK_TRANSPORT when no port can be had.
 * @example
 * const server = openServer({ doorman })
 * new WebSocket(server.url)
 * await server.close()
 */
export function openServer(options: FrontOptions): OpenServer {
  let certificate: Promise<Certificate> | undefined
  let closing: Promise<void> | undefined
  const certificateOf = (): Promise<Certificate> => (certificate ??= contexts.outside(() => certify(host)))
  const front = createFront(options, certificateOf)
  const authority = `${host}:${listenAtOnce(front.server)}`

  async function close(): Promise<void> {
    await front.close(closingMs)
    const made = await certificate?.catch(() => undefined)
    await made?.remove()
  }
  return {
    url: `ws://${authority}${defaultPaths.realtime}`,
    wssUrl: `wss://${authority}${defaultPaths.realtime}`,
    httpUrl: `http://${authority}${defaultPaths.http}`,
    get caFile() {
      return certificateOf().then(({ caFile }) => caFile)
    },
    close: () => (closing ??= close()),
  }
}

/** What Node's cluster module binds with. `listen(0, host)` looks the host up first, even an address, and so binds later. */
interface HandleMaker {
  _createServerHandle?(address: string, port: number, addressType: 4, fd: -1, flags: 0): object | number
}

/** Binds to a free port of loopback before it returns; gives the port. */
function listenAtOnce(server: Server): number {
  const handle = (net as HandleMaker)._createServerHandle?.(host, 0, 4, -1, 0)
  if (typeof handle !== 'object') {
    const why = handle === undefined ? 'this version of Node cannot bind synchronously' : `error ${handle}`
    throw new RealtimeKitError('RTK_TRANSPORT', `Cannot listen on a free port of ${host}: ${why}.`)
  }
  server.listen(handle)
  return (server.address() as AddressInfo).port
}
