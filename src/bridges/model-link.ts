// One socket to a Realtime service: opened, configured, watched. What is said over it is the business of realtime-bridge.ts; a lost
// one is replaced by model-line.ts.

import { WebSocket } from 'ws'
import { isRecord, jsonObject } from '../protocol/json.ts'

/** An event of the wire, whose fields are looked at by those who know its type. */
export interface BridgeEvent {
  readonly type: string
  readonly [field: string]: unknown
}

/** Where a Realtime service is: the real one, a local one, or a recording. */
export interface RealtimeBackend {
  /** `wss://…/v1/realtime?model=…`, or `ws://` for a local one. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface LinkLost {
  readonly reason: string
  /** Trying again would not help: a key or a session that is refused. */
  readonly isFinal: boolean
}

export interface LinkListener {
  /** The session is configured. */
  ready(session: Record<string, unknown>): void
  event(event: BridgeEvent): void
  lost(lost: LinkLost): void
}

const largestMessageBytes = 16 * 1024 * 1024
const connectMs = 15_000
const pingEveryMs = 20_000
/** Statuses of an upgrade that a second try will not change. */
const finalStatuses = new Set([400, 401, 403, 404])
const updateId = 'bridge_session'

export class ModelLink {
  readonly #socket: WebSocket
  readonly #listener: LinkListener
  readonly #session: Record<string, unknown>
  #state: 'connecting' | 'configuring' | 'ready' | 'over' = 'connecting'
  #patience: ReturnType<typeof setTimeout> | undefined
  #pinging: ReturnType<typeof setInterval> | undefined
  #unansweredPings = 0

  constructor(backend: RealtimeBackend, session: Record<string, unknown>, listener: LinkListener) {
    this.#session = session
    this.#listener = listener
    this.#socket = new WebSocket(backend.url, {
      headers: { ...backend.headers },
      perMessageDeflate: false,
      maxPayload: largestMessageBytes,
    })
    this.#patience = setTimeout(() => this.#lose(`no session within ${connectMs} ms`, false), connectMs)
    this.#socket.on('open', () => this.#configure())
    this.#socket.on('message', (data, isBinary) => this.#receive(String(data), isBinary))
    this.#socket.on('pong', () => {
      this.#unansweredPings = 0
    })
    this.#socket.on('unexpected-response', (_, response) => {
      const status = response.statusCode ?? 0
      response.resume()
      this.#lose(`the upgrade was answered with ${status}`, finalStatuses.has(status))
    })
    this.#socket.on('error', (error) => this.#lose(error.message, false))
    this.#socket.on('close', (code, reason) => this.#lose(`closed with ${code} ${String(reason)}`.trim(), false))
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  send(event: BridgeEvent): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(event))
  }

  /** Closes without telling the listener. */
  close(code = 1000): void {
    if (this.#state === 'over') return
    this.#end()
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate()
    else this.#socket.close(code)
  }

  #configure(): void {
    if (this.#state !== 'connecting') return
    this.#state = 'configuring'
    this.send({ type: 'session.update', event_id: updateId, session: this.#session })
    this.#pinging = setInterval(() => this.#ping(), pingEveryMs)
    // Watching must not keep a process, or a test's clock, going.
    this.#pinging.unref?.()
  }

  #ping(): void {
    if (this.#unansweredPings >= 2) return this.#lose('the service does not answer any more', false)
    this.#unansweredPings++
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping()
  }

  #receive(text: string, isBinary: boolean): void {
    if (this.#state === 'over') return
    this.#unansweredPings = 0
    const event = isBinary ? undefined : eventOf(text)
    if (!event) return
    if (this.#state === 'configuring' && event.type === 'session.updated') this.#becomeReady(event)
    else if (this.#state === 'configuring' && event.type === 'error' && isAboutSession(event)) {
      return this.#lose(`the session was refused: ${errorOf(event).message}`, !isOfService(event))
    }
    this.#listener.event(event)
  }

  #becomeReady(event: BridgeEvent): void {
    this.#state = 'ready'
    clearTimeout(this.#patience)
    this.#listener.ready(isRecord(event.session) ? event.session : {})
  }

  #lose(reason: string, isFinal: boolean): void {
    if (this.#state === 'over') return
    this.#end()
    this.#socket.terminate()
    this.#listener.lost({ reason, isFinal })
  }

  #end(): void {
    this.#state = 'over'
    clearTimeout(this.#patience)
    clearInterval(this.#pinging)
  }
}

/** What an `error` event says. */
export function errorOf(event: BridgeEvent): {
  readonly message: string
  readonly type?: string
  readonly code?: string
  readonly eventId?: string
} {
  const error = isRecord(event.error) ? event.error : {}
  return {
    message: typeof error.message === 'string' ? error.message : 'unknown error',
    ...(typeof error.type === 'string' ? { type: error.type } : {}),
    ...(typeof error.code === 'string' ? { code: error.code } : {}),
    ...(typeof error.event_id === 'string' ? { eventId: error.event_id } : {}),
  }
}

/** Not by what was asked for: another try may do better. */
function isOfService(event: BridgeEvent): boolean {
  const { type, code } = errorOf(event)
  return type === 'server_error' || code === 'server_error'
}

function isAboutSession(event: BridgeEvent): boolean {
  const { eventId } = errorOf(event)
  return eventId === undefined || eventId === updateId
}

function eventOf(text: string): BridgeEvent | undefined {
  const value = jsonObject(text)
  return value && isEvent(value) ? value : undefined
}

function isEvent(value: Record<string, unknown>): value is BridgeEvent {
  return typeof value.type === 'string'
}
