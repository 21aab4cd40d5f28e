// A client joined to the service without any network: same semantics as a socket (order, asynchronous delivery,
// close codes, refusal by HTTP status), none of its cost. Opens no handle and needs no clock.

import { RealtimeKitError } from '../errors.ts'
import type { Doorman, UpgradeAnswer, Wire, WireListener } from './transport.ts'
import { limitReason, selectProtocol } from './wire.ts'

// Taken at load: a test may fake the globals later.
const { queueMicrotask } = globalThis

export interface MemoryOptions {
  readonly url: string | URL
  readonly headers?: Readonly<Record<string, string>>
  readonly protocols?: readonly string[]
}

/** The client's end. */
export interface MemoryClient {
  /** Resolves when the service took the connection; rejects with UpgradeRefused when it answered with HTTP. */
  readonly opened: Promise<void>
  /** The selected subprotocol, or an empty string. */
  readonly protocol: string
  send(data: string | Uint8Array): void
  close(code?: number, reason?: string): void
  /** Vanishes without a close frame: the service sees 1006. */
  terminate(): void
  /** Messages wait while paused, and count as the service's `bufferedBytes`. */
  pause(): void
  resume(): void
  onMessage: (text: string) => void
  onClose: (code: number, reason: string) => void
  onPing: (payload: Uint8Array) => void
}

/** The service answered the upgrade with plain HTTP. */
export class UpgradeRefused extends RealtimeKitError {
  readonly status: number
  readonly body: unknown
  constructor(url: URL, status: number, body: unknown) {
    super('RTK_TRANSPORT', `The upgrade of ${url} was answered with HTTP ${status} instead of 101.`)
    this.status = status
    this.body = body
  }
}

/**
 * Connects to a doorman in process. Everything is delivered in order, on later microtasks, never inside `send`.
 *
 * @example
 * const client = connectMemory(doorman, { url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime', protocols: ['realtime'] })
 * client.onMessage = (text) => console.log(JSON.parse(text).type)
 * await client.opened
 */
export function connectMemory(doorman: Doorman, options: MemoryOptions): MemoryClient {
  const url = new URL(options.url)
  const protocols = options.protocols ?? []
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value
  if (protocols.length > 0) headers['sec-websocket-protocol'] = protocols.join(', ')
  const answer = doorman({ url, headers, protocols, transport: 'memory' })
  return new MemoryPair(url, answer, selectProtocol(new Set(protocols), 'accept' in answer ? answer.protocol : undefined)).client
}

/** Runs jobs in order, each on its own microtask, while not paused. */
class Lane {
  #jobs: (() => void)[] = []
  /** Of `jobs`, how many ran: shifting a long array is slow. */
  #done = 0
  #isRunning = false
  #isPaused = false

  push(job: () => void): void {
    this.#jobs.push(job)
    this.#run()
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#run()
  }

  #run(): void {
    if (this.#isRunning || this.#isPaused || this.#jobs.length === 0) return
    this.#isRunning = true
    queueMicrotask(() => {
      this.#isRunning = false
      if (this.#isPaused) return
      const job = this.#jobs[this.#done]
      this.#done += 1
      if (this.#done === this.#jobs.length || this.#done === 1024) {
        this.#jobs = this.#jobs.slice(this.#done)
        this.#done = 0
      }
      try {
        job?.()
      } finally {
        this.#run()
      }
    })
  }
}

class MemoryPair {
  readonly client: MemoryClient
  readonly #toClient = new Lane()
  readonly #toService = new Lane()
  #listener: WireListener | undefined
  #bufferedBytes = 0
  /** No more sends from that end. */
  #isServiceDone = false
  #isClientDone = false
  /** Dropped the line by itself: what was under way to it is lost. */
  #isServiceGone = false
  #isClientGone = false
  /** The end has been told of the close. */
  #isServiceTold = false
  #isClientTold = false

  constructor(url: URL, answer: UpgradeAnswer, protocol: string | false) {
    const opened = Promise.withResolvers<void>()
    // A refusal that nobody awaits is not an unhandled rejection: a socket would only emit an error.
    opened.promise.catch(() => {})
    this.client = this.#createClient(opened.promise, protocol || '')
    if (!('accept' in answer)) {
      this.#isServiceDone = this.#isClientDone = this.#isServiceTold = true
      this.#toClient.push(() => opened.reject(new UpgradeRefused(url, answer.status, answer.body)))
      this.#toClient.push(() => this.#tellClient(1006, ''))
      return
    }
    this.#toClient.push(() => opened.resolve())
    this.#listener = answer.accept(this.#createWire())
  }

  #createClient(opened: Promise<void>, protocol: string): MemoryClient {
    return {
      opened,
      protocol,
      send: (data) => {
        if (this.#isClientDone) return
        this.#toService.push(() => {
          if (!this.#isServiceTold && !this.#isServiceGone) this.#listener?.onMessage(data)
        })
      },
      close: (code = 1005, reason = '') => this.#closeFromClient(code, reason),
      terminate: () => {
        this.#isClientGone = this.#isClientDone = this.#isServiceDone = true
        this.#toService.push(() => this.#tellService(1006, ''))
        this.#toClient.push(() => this.#tellClient(1006, ''))
        this.#toClient.resume()
      },
      pause: () => this.#toClient.pause(),
      resume: () => this.#toClient.resume(),
      onMessage: () => {},
      onClose: () => {},
      onPing: () => {},
    }
  }

  #createWire(): Wire {
    const pair = this
    return {
      get bufferedBytes() {
        return pair.#bufferedBytes
      },
      send: (text) => this.#sendToClient(text),
      close: (code, reason) => this.#closeFromService(code, limitReason(reason)),
      terminate: () => {
        this.#isServiceGone = this.#isClientDone = this.#isServiceDone = true
        this.#toClient.push(() => this.#tellClient(1006, ''))
        this.#toService.push(() => this.#tellService(1006, ''))
      },
      ping: (payload) => {
        if (this.#isServiceDone) return
        this.#toClient.push(() => {
          this.client.onPing(payload)
          this.#toService.push(() => this.#listener?.onPong?.(payload))
        })
      },
    }
  }

  #sendToClient(text: string): void {
    if (this.#isServiceDone) return
    const bytes = Buffer.byteLength(text)
    this.#bufferedBytes += bytes
    this.#toClient.push(() => {
      this.#bufferedBytes -= bytes
      if (!this.#isClientTold && !this.#isClientGone) this.client.onMessage(text)
    })
  }

  /** The closing handshake: the frame goes over, the other end echoes it, then both are told. */
  #closeFromService(code: number, reason: string): void {
    if (this.#isServiceDone) return
    this.#isServiceDone = true
    this.#toClient.push(() => {
      this.#isClientDone = true
      this.#tellClient(code, reason)
      this.#toService.push(() => this.#tellService(code, reason))
    })
  }

  #closeFromClient(code: number, reason: string): void {
    if (this.#isClientDone) return
    this.#isClientDone = true
    this.#toService.push(() => {
      this.#isServiceDone = true
      this.#tellService(code, reason)
      this.#toClient.push(() => this.#tellClient(code, reason))
    })
  }

  #tellClient(code: number, reason: string): void {
    if (this.#isClientTold) return
    this.#isClientTold = true
    this.client.onClose(code, reason)
  }

  #tellService(code: number, reason: string): void {
    if (this.#isServiceTold) return
    this.#isServiceTold = true
    this.#listener?.onClose(code, reason)
  }
}
