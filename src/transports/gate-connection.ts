// One connection that reached the interceptor: holds the client's first bytes until it is clear who answers them,
// hands them to the service, to the next listener (msw), or back to the real network, and keeps watching a kept-alive
// socket, whose next request may be an upgrade.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { type ConnectionEvent, controllerStates, type SocketController } from './interceptors.ts'
import { originOf } from './net-connect.ts'
import { ServerSide } from './server-side.ts'
import { type RequestHead, readRequestHead } from './upgrade-head.ts'

/** The event by which the interceptor tells its listeners of a client's write (its server socket calls it 'data'). */
const clientWrite = 'internal:write'

type Enter = <T>(work: () => T) => T

/** What the gate does with a connection. */
export interface GateDesk {
  covers(origin: URL): boolean
  /** True when nobody but the gate listens to the interceptor. */
  isAlone(): boolean
  /** Decides about a request head, in the client's context. The answer takes the connection over. */
  take(head: RequestHead, origin: URL): ((stream: ServerSide, enter: Enter) => void) | undefined
}

/** The gate's listener of the interceptor's 'connection'; runs in the async context of the code that connected. */
export function receiveConnection(event: ConnectionEvent, desk: GateDesk): void | Promise<void> {
  const { socket, connectionOptions } = event
  const origin = originOf(connectionOptions, socket instanceof TLSSocket)
  return new GateConnection(event, desk, origin && desk.covers(origin) ? origin : undefined).receive()
}

class GateConnection {
  readonly #socket: Socket
  readonly #controller: SocketController
  readonly #desk: GateDesk
  /** Only where the gate may claim something. */
  readonly #origin: URL | undefined
  readonly #stopOthers: () => void
  readonly #emit: (event: string, ...args: unknown[]) => boolean
  readonly #held: unknown[][] = []
  #onFirst: ((bytes: Buffer | undefined) => void) | undefined
  #isHolding = true
  /** Kept for the life of the socket; gets the client's bytes while `isOurs`. */
  #service: ServerSide | undefined
  #isOurs = false
  #real: Socket | undefined

  constructor(event: ConnectionEvent, desk: GateDesk, origin: URL | undefined) {
    this.#socket = event.socket
    this.#controller = event.controller
    this.#desk = desk
    this.#origin = origin
    this.#stopOthers = () => event.stopImmediatePropagation()
    this.#emit = event.socket.emit
  }

  receive(): void | Promise<void> {
    this.#socket.emit = (event: string, ...args: unknown[]) =>
      event === clientWrite ? this.#onClientWrite(args) : this.#emit(event, ...args)
    this.#rememberRealSocket()
    if (this.#origin) return this.#decide(this.#origin)
    this.#handOn()
  }

  /** Waits for the first bytes: the listeners behind us run only when they are not ours. */
  async #decide(origin: URL): Promise<void> {
    const enter: Enter = AsyncLocalStorage.snapshot()
    const stopOthers = this.#stopOthers
    const head = await this.#firstHead()
    if (head === undefined) {
      stopOthers()
      return
    }
    const taken = head === 'other' ? undefined : enter(() => this.#desk.take(head, origin))
    if (!taken) {
      this.#handOn()
      return
    }
    stopOthers()
    this.#isHolding = false
    this.#claim(Buffer.concat(this.#held.splice(0).map(toBuffer)), (service) => taken(service, enter))
  }

  /** The request head, 'other' when it is no HTTP request, or undefined when the client left before it wrote. */
  #firstHead(): Promise<RequestHead | 'other' | undefined> {
    return new Promise((resolve) => {
      this.#onFirst = (bytes) => {
        const head = bytes && readRequestHead(bytes)
        if (head === 'partial') return
        this.#onFirst = undefined
        resolve(head)
      }
      this.#socket.once('close', () => this.#onFirst?.(undefined))
    })
  }

  /** Not ours: to the real network when nobody else listens, else to the next listener. */
  #handOn(): void {
    if (this.#desk.isAlone()) {
      this.#isHolding = false
      this.#held.length = 0
      this.#passThrough()
      return
    }
    // The next listener starts to listen on a later microtask, when the first write is already over: repeat it then.
    const onListener = (event: string): void => {
      if (event !== clientWrite) return
      this.#socket.off('newListener', onListener)
      queueMicrotask(() => this.#replay())
    }
    this.#socket.on('newListener', onListener)
  }

  #replay(): void {
    this.#isHolding = false
    for (const args of this.#held.splice(0)) this.#emit(clientWrite, ...args)
  }

  #onClientWrite(args: unknown[]): boolean {
    if (this.#isOurs && !this.#service?.isBetweenRequests) {
      this.#service?.receive(toBuffer(args))
      return true
    }
    if (this.#isHolding) {
      this.#held.push(args)
      this.#onFirst?.(Buffer.concat(this.#held.map(toBuffer)))
      return true
    }
    if (this.#takeLater(toBuffer(args))) return true
    const isHeard = this.#emit(clientWrite, ...args)
    // A kept-alive socket waits for a new verdict at each request, and nobody else gives it.
    if (!isHeard && this.#desk.isAlone()) this.#passThrough()
    return true
  }

  /** A later request on a kept-alive socket (a client's pool reuses it) may be ours. */
  #takeLater(chunk: Buffer): boolean {
    if (!this.#origin) return false
    const head = readRequestHead(chunk)
    const taken = typeof head === 'string' ? undefined : this.#desk.take(head, this.#origin)
    if (taken || this.#isOurs) this.#controller.reset()
    this.#isOurs = false
    if (!taken) return false
    this.#leaveRealSocket()
    this.#claim(chunk, (service) => taken(service, AsyncLocalStorage.snapshot()))
    return true
  }

  #claim(bytes: Buffer, taken: (service: ServerSide) => void): void {
    const { _handle: handle } = this.#socket as Socket & { _handle?: { shutdown: () => number } | null }
    this.#controller.claim()
    // The handle never connected: only this lets the client's stream finish.
    if (handle) handle.shutdown = () => 1
    this.#service ??= new ServerSide(this.#socket, this.#socket instanceof TLSSocket)
    this.#isOurs = true
    taken(this.#service)
    this.#service.receive(bytes)
  }

  #passThrough(): void {
    if (this.#controller.readyState === controllerStates.pending && !this.#socket.destroyed) this.#controller.passthrough()
  }

  #rememberRealSocket(): void {
    const passthrough = this.#controller.passthrough
    this.#controller.passthrough = (...rest) => {
      this.#real = passthrough.apply(this.#controller, rest)
      return this.#real
    }
  }

  /** What the real server still does on this connection is no longer the client's business. */
  #leaveRealSocket(): void {
    const real = this.#real
    if (!real) return
    this.#real = undefined
    for (const event of ['data', 'end', 'close', 'error', 'connect', 'secure']) real.removeAllListeners(event)
    real.on('error', () => {})
    real.resume()
  }
}

function toBuffer([chunk, encoding]: readonly unknown[]): Buffer {
  if (typeof chunk === 'string')
    return Buffer.from(chunk, Buffer.isEncoding(String(encoding)) ? (encoding as BufferEncoding) : 'utf8')
  // Not `instanceof Uint8Array`: in jsdom that global is another realm's, and a Buffer is none of it.
  return ArrayBuffer.isView(chunk) ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.from(String(chunk))
}
