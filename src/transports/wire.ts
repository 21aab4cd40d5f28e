// The service's end of a socket over `ws`: how an HTTP upgrade becomes a Wire, the same for the gate and for the server.
// Nothing here knows Realtime events; the subprotocol rule is the one of OpenAI's upgrade (spec: select `realtime`).

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { messageOf } from '../errors.ts'
import { apiError } from '../protocol/api-error.ts'
import { limitReason, parseProtocols, selectProtocol } from './handshake.ts'
import { refuseUpgrade } from './http-answer.ts'
import { loadWs } from './load-ws.ts'
import {
  type Doorman,
  maxUnreadBytes,
  type UpgradeAnswer,
  type UpgradeRequest,
  type Wire,
  type WireListener,
} from './transport.ts'

// Taken at load: a test may fake the globals later.
const { nextTick } = process

/** 15 MiB of audio, the largest append of the real service, is 20 MiB of base64. */
const usualMessageBytes = 20 * 1024 * 1024
/** How much longer than allowed a message may be and still be read: its sender is told why the session ends. */
const graceBytes = 64 * 1024 * 1024
/**
 * Smaller frames are not worth the work: most events are smaller. `ws` has a threshold only where no frame refers to those before
 * it, which also spares each connection its windows.
 */
const deflateOptions = { threshold: 1024, serverNoContextTakeover: true, clientNoContextTakeover: true }
/** How long a client may leave our close frame unanswered. */
const closeTimeoutMs = 5_000
/** Options that `ws` has and its type declarations do not yet know. */
const lateOptions = { closeTimeout: closeTimeoutMs }

export interface UpgraderOptions {
  readonly transport: UpgradeRequest['transport']
  /** Negotiates permessage-deflate. Its threads are invisible to a virtual clock. Default: false. */
  readonly deflate?: boolean
}

/** One upgrade, as the edge that received it knows it. */
export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  readonly url: URL
  readonly doorman: Doorman
  /** Enters the async context of the connecting client. Default: stays in the current one. */
  readonly enter?: <T>(work: () => T) => T
}

export interface Upgrader {
  /** Asks the doorman, then joins the socket to the listener, or answers with plain HTTP. */
  upgrade(upgrade: Upgrade): void
  terminateAll(): void
}

/** Makes the part that turns HTTP upgrades into wires. Opens nothing and listens to nothing by itself. */
export function createUpgrader(options: UpgraderOptions): Upgrader {
  const chosen = new WeakMap<IncomingMessage, string | undefined>()
  const { WebSocketServer } = loadWs()
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: options.deflate ? deflateOptions : false,
    handleProtocols: (offered, request) => selectProtocol(offered, chosen.get(request)),
    ...lateOptions,
  })

  function upgrade(visit: Upgrade): void {
    const { doorman, enter = (work) => work() } = visit
    carryOut(
      visit,
      enter(() => askDoorman(doorman, toUpgradeRequest(visit, options.transport))),
    )
  }

  function carryOut(visit: Upgrade, answer: UpgradeAnswer): void {
    const { request, socket, head, enter = (work) => work() } = visit
    if ('delayed' in answer) {
      // A client that does not wait so long is nobody's error.
      socket.on('error', () => {})
      const callOff = enter(() => answer.delayed((late) => carryOut(visit, late)))
      socket.once('close', callOff)
      return
    }
    if ('refused' in answer) return refuseConnection(socket)
    if (!('accept' in answer)) return refuseUpgrade(socket, answer)
    chosen.set(request, answer.protocol)
    // Read at each upgrade, which completes before the call returns.
    sockets.options.maxPayload = (answer.maxMessageBytes ?? usualMessageBytes) + graceBytes
    sockets.handleUpgrade(request, socket, head, (opened) => enter(() => joinWire(opened, socket, answer.accept)))
  }

  function terminateAll(): void {
    for (const client of sockets.clients) client.terminate()
  }

  return { upgrade, terminateAll }
}

/** As nobody listened, where that can still be had: a port that took the connection can only reset it. */
function refuseConnection(socket: Duplex & { refuse?: () => void; resetAndDestroy?: () => void }): void {
  if (socket.refuse) return socket.refuse()
  if (socket.resetAndDestroy && !('encrypted' in socket)) socket.resetAndDestroy()
  else socket.destroy()
}

function askDoorman(doorman: Doorman, request: UpgradeRequest): UpgradeAnswer {
  try {
    return doorman(request)
  } catch (error) {
    const message = messageOf(error)
    return { status: 500, body: apiError(message, 'server_error', 'server_error') }
  }
}

function toUpgradeRequest({ request, url, socket }: Upgrade, transport: UpgradeRequest['transport']): UpgradeRequest {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  const { patience }: Duplex & Pick<UpgradeRequest, 'patience'> = socket
  return { url, headers, protocols: parseProtocols(headers['sec-websocket-protocol']), transport, ...(patience && { patience }) }
}

/** Joins an open socket to the listener that takes its wire. */
export function joinWire(opened: WebSocket, socket: Duplex, accept: (wire: Wire) => WireListener): void {
  // Frames that arrive while `accept` runs wait: `ws` reads on only after this turn's listeners are on.
  const wire = new SocketWire(opened, socket, () => listener.onOverflow?.(wire.bufferedBytes))
  const listener = accept(wire)
  opened.on('message', (data, isBinary) => listener.onMessage(isBinary ? toBytes(data) : data.toString()))
  opened.on('close', (code, reason) => listener.onClose(code, reason.toString() || wire.reasonFor(code)))
  opened.on('pong', (payload) => listener.onPong?.(payload))
  // `ws` closes with the right code after its own protocol errors; 'close' tells the listener.
  opened.on('error', (error) => {
    if ('code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') listener.onOversize?.()
  })
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return ArrayBuffer.isView(data) ? data : new Uint8Array(data)
}

class SocketWire implements Wire {
  readonly #opened: WebSocket
  readonly #socket: Duplex
  readonly #onOverflow: () => void
  #hasOverflown = false
  #closed: { readonly code: number; readonly reason: string } | undefined
  #isCorked = false

  constructor(opened: WebSocket, socket: Duplex, onOverflow: () => void) {
    this.#opened = opened
    this.#socket = socket
    this.#onOverflow = onOverflow
  }

  get bufferedBytes(): number {
    return this.#opened.bufferedAmount
  }

  send(text: string): void {
    this.#cork()
    this.#opened.send(text)
  }

  sendBytes(bytes: Uint8Array): void {
    this.#cork()
    this.#opened.send(bytes)
  }

  close(code: number, reason: string): void {
    this.#closed ??= { code, reason: limitReason(reason) }
    // A frame without a code.
    if (code === 1005) this.#opened.close()
    else this.#opened.close(code, this.#closed.reason)
  }

  /** Some clients (undici) echo our close code without our reason. */
  reasonFor(code: number): string {
    return this.#closed?.code === code ? this.#closed.reason : ''
  }

  terminate(): void {
    this.#uncork()
    this.#opened.terminate()
  }

  ping(payload: Uint8Array): void {
    if (this.#opened.readyState === this.#opened.OPEN) this.#opened.ping(payload)
  }

  pause(): void {
    this.#opened.pause()
  }

  resume(): void {
    this.#opened.resume()
  }

  /** All frames of one turn leave in one write: a response is hundreds of small events. */
  #cork(): void {
    if (this.#isCorked) return
    this.#isCorked = true
    this.#socket.cork()
    nextTick(() => this.#uncork())
  }

  #uncork(): void {
    if (!this.#isCorked) return
    this.#isCorked = false
    this.#socket.uncork()
    if (this.#hasOverflown || this.#opened.bufferedAmount <= maxUnreadBytes) return
    this.#hasOverflown = true
    this.#onOverflow()
  }
}
