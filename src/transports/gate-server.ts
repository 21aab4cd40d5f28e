// Node's HTTP server without a port: the gate hands it the service's end of claimed connections, so that upgrades and
// requests are parsed by the real parser and answered over the real wire format.

import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
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
      // One claimed request per connection: the next may be somebody else's.
      response.setHeader('connection', 'close')
      listeners.get(request.socket)?.(request, response)
    })
    return opened
  }
  function accept(stream: ServerSide): void {
    server ??= open()
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
