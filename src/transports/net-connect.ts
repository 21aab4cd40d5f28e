// Keeps foreign traffic out of the interceptor: with it applied, even a plain pass-through stalls every second request
// of a kept-alive http.get. Connections to hosts that nobody covers are made by Node itself, on the user's own socket.

import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { type ConnectOptions, type InternalConnections, unsee } from './interceptors.ts'

interface BypassOptions {
  readonly internal: InternalConnections
  /** Asked at each connect. */
  isForeign(origin: URL | undefined): boolean
}

export interface ConnectBypass {
  /** Makes the sockets that bypassed look like sockets from before: agents then open new ones for the next requests. */
  forget(): void
  restore(): void
}

/** Wraps the (already patched) `net.Socket.prototype.connect`. */
export function bypassForeignConnects({ internal, isForeign }: BypassOptions): ConnectBypass {
  const before = Object.getOwnPropertyDescriptor(Socket.prototype, 'connect')
  const inner: (...args: unknown[]) => Socket = before?.value
  const bypassed = new BypassedSockets()
  let isActive = true

  function connect(this: Socket, ...args: unknown[]): Socket {
    if (!isActive || !isForeign(connectOrigin(args, this instanceof TLSSocket))) return inner.apply(this, args)
    return internal.run(() => {
      try {
        return inner.apply(this, args)
      } finally {
        // A reconnect does not use the permission up; it must not reach what the socket's own listeners connect.
        internal.consume()
        bypassed.add(this)
      }
    })
  }
  Object.defineProperty(Socket.prototype, 'connect', { ...before, value: connect })

  function restore(): void {
    isActive = false
    if (before && Socket.prototype.connect === connect) Object.defineProperty(Socket.prototype, 'connect', before)
  }
  return { forget: () => bypassed.forget(), restore }
}

/** The origin of a connection, as a WebSocket URL: `wss://host/` over TLS, else `ws://host/`; none for a unix socket. */
export function originOf(options: ConnectOptions, isTls: boolean): URL | undefined {
  const { port, path } = options
  if (port === undefined || port === null) return undefined
  if (path && !options.host) return undefined
  const name = (isTls && options.servername) || options.host || 'localhost'
  const host = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name
  const url = `${isTls ? 'wss' : 'ws'}://${host}:${port}/`
  return URL.canParse(url) ? new URL(url) : undefined
}

/** Reads what `connect` accepts: (options), (port, host), (path), or the array that net.connect passes on. */
function connectOrigin(args: readonly unknown[], isTls: boolean): URL | undefined {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args
  if (typeof first === 'number') return originOf({ port: first, host: typeof second === 'string' ? second : null }, isTls)
  return typeof first === 'object' && first !== null ? originOf(first, isTls) : undefined
}

/** Weakly held: the gate must not keep the user's sockets. */
class BypassedSockets {
  readonly #sockets = new Set<WeakRef<Socket>>()
  #sweepAt = 256

  add(socket: Socket): void {
    this.#sockets.add(new WeakRef(socket))
    if (this.#sockets.size < this.#sweepAt) return
    for (const held of this.#sockets) {
      const living = held.deref()
      if (!living || living.destroyed) this.#sockets.delete(held)
    }
    this.#sweepAt = Math.max(256, this.#sockets.size * 2)
  }

  forget(): void {
    for (const held of this.#sockets) {
      const socket = held.deref()
      if (socket) unsee(socket)
    }
    this.#sockets.clear()
  }
}
