// Node's HTTP server without a port: the gate hands it the service's end of claimed connections, so that upgrades and
// requests are parsed by the real parser and answered over the real wire format.

import type { IncomingMessage, RequestListener, Server } from 'node:http'
import { createServer } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ServerSide } from './server-side.ts'
import type { Doorman } from './transport.ts'
import { createUpgrader } from './wire.ts'

interface Visit {
  readonly url: URL
  readonly doorman: Doorman
  readonly enter: <T>(work: () => T) => T
}

export interface GateServer {
  acceptUpgrade(stream: ServerSide, visit: Visit): void
  acceptRequest(stream: ServerSide, listener: RequestListener): void
}

/** Makes a server that costs nothing until its first connection. */
export function createGateServer(): GateServer {
  let server: Server | undefined
  const streams = new WeakMap<Duplex, ServerSide>()
  const visits = new WeakMap<Duplex, Visit>()
  const listeners = new WeakMap<Duplex, RequestListener>()

  function open(): Server {
    const upgrader = createUpgrader({ transport: 'gate' })
    const opened = createServer()
    opened.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const visit = visits.get(socket)
      if (visit) upgrader.upgrade({ request, socket, head, ...visit })
    })
    opened.on('request', (request, response) => {
      const stream = streams.get(request.socket)
      if (!stream) return
      // A client may reuse the connection for a request that is somebody else's; while it still sends this one, it may not.
      response.once('finish', () => {
        if (request.complete) stream.isBetweenRequests = true
        else stream.end()
      })
      listeners.get(stream)?.(request, response)
    })
    return opened
  }
  function accept(stream: ServerSide): void {
    server ??= open()
    stream.isBetweenRequests = false
    if (streams.has(stream)) return
    streams.set(stream, stream)
    server.emit('connection', stream)
  }
  return {
    acceptUpgrade: (stream, visit) => {
      visits.set(stream, visit)
      accept(stream)
    },
    acceptRequest: (stream, listener) => {
      listeners.set(stream, listener)
      accept(stream)
    },
  }
}
