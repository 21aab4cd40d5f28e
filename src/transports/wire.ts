// The service's end of a socket over `ws`: how an HTTP upgrade becomes a Wire, the same for the gate and for the server.
// Nothing here knows Realtime events; the subprotocol rule is the one of OpenAI's upgrade (spec: select `realtime`).

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RawData, WebSocket } from 'ws'
import { messageOf } from '../errors.ts'
import { apiError } from '../protocol/api-error.ts'
import { refuseUpgrade } from './http-answer.ts'
import { loadWs } from './load-ws.ts'
import type { Doorman, UpgradeAnswer, UpgradeRequest, Wire, WireListener } from './transport.ts'

// Taken at load: a test may fake the globals later.
const { nextTick } = process

/** 15 MiB of audio, the largest append of the real service, is 20 MiB of base64. */
const maxPayloadBytes = 32 * 1024 * 1024
/** How long a client may leave our close frame unanswered. */
const closeTimeoutMs = 5_000
const maxReasonBytes = 123
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
    perMessageDeflate: options.deflate ?? false,
    maxPayload: maxPayloadBytes,
    handleProtocols: (offered, request) => selectProtocol(offered, chosen.get(request)),
    ...lateOptions,
  })

  function upgrade({ request, socket, head, url, doorman, enter = (work) => work() }: Upgrade): void {
    const answer = enter(() => askDoorman(doorman, toUpgradeRequest(request, url, options.transport)))
    if (!('accept' in answer)) {
      refuseUpgrade(socket, answer)
      return
    }
    chosen.set(request, answer.protocol)
    sockets.handleUpgrade(request, socket, head, (opened) => enter(() => joinWire(opened, socket, answer.accept)))
  }

  function terminateAll(): void {
    for (const client of sockets.clients) client.terminate()
  }

  return { upgrade, terminateAll }
}

/** The subprotocol of the answer: what the doorman wants, else `realtime`; never one that carries a key. */
export function selectProtocol(offered: ReadonlySet<string>, wanted = 'realtime'): string | false {
  return offered.has(wanted) ? wanted : false
}

/** Close reasons are limited to 123 bytes by the protocol; cuts at a character's border. */
export function limitReason(reason: string): string {
  if (Buffer.byteLength(reason) <= maxReasonBytes) return reason
  return new TextDecoder().decode(Buffer.from(reason).subarray(0, maxReasonBytes), { stream: true })
}

/** Splits the value of a `sec-websocket-protocol` header. */
export function parseProtocols(header: string | undefined): string[] {
  return (header ?? '')
    .split(',')
    .map((protocol) => protocol.trim())
    .filter((protocol) => protocol !== '')
}

function askDoorman(doorman: Doorman, request: UpgradeRequest): UpgradeAnswer {
  try {
    return doorman(request)
  } catch (error) {
    const message = messageOf(error)
    return { status: 500, body: apiError(message, 'server_error', 'server_error') }
  }
}

function toUpgradeRequest(request: IncomingMessage, url: URL, transport: UpgradeRequest['transport']): UpgradeRequest {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return { url, headers, protocols: parseProtocols(headers['sec-websocket-protocol']), transport }
}

function joinWire(opened: WebSocket, socket: Duplex, accept: (wire: Wire) => WireListener): void {
  // Frames that arrive while `accept` runs wait: `ws` reads on only after this turn's listeners are on.
  const wire = new SocketWire(opened, socket)
  const listener = accept(wire)
  opened.on('message', (data, isBinary) => listener.onMessage(isBinary ? toBytes(data) : data.toString()))
  opened.on('close', (code, reason) => listener.onClose(code, reason.toString() || wire.reasonFor(code)))
  opened.on('pong', (payload) => listener.onPong?.(payload))
  // `ws` closes with the right code after its own protocol errors; 'close' tells the listener.
  opened.on('error', () => {})
}

function toBytes(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return ArrayBuffer.isView(data) ? data : new Uint8Array(data)
}

class SocketWire implements Wire {
  readonly #opened: WebSocket
  readonly #socket: Duplex
  #closed: { readonly code: number; readonly reason: string } | undefined
  #isCorked = false

  constructor(opened: WebSocket, socket: Duplex) {
    this.#opened = opened
    this.#socket = socket
  }

  get bufferedBytes(): number {
    return this.#opened.bufferedAmount
  }

  send(text: string): void {
    this.#cork()
    this.#opened.send(text)
  }

  close(code: number, reason: string): void {
    this.#closed ??= { code, reason: limitReason(reason) }
    this.#opened.close(code, this.#closed.reason)
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
  }
}
