// A client joined to the service without any network: same semantics as a socket (order, asynchronous delivery,
// close codes, refusal by HTTP status), none of its cost. Opens no handle and needs no clock.

import { RealtimeKitError } from '../errors.ts'
import { limitReason, selectProtocol } from './handshake.ts'
import { type Doorman, maxUnreadBytes, type UpgradeAnswer, type Wire, type WireListener } from './transport.ts'

// Taken at load: a test may fake the globals later.
const { queueMicrotask } = globalThis
const utf8 = new TextEncoder()

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
  return new MemoryPair({ url, protocols, answer: doorman({ url, headers, protocols, transport: 'memory' }) }).client
}

interface Opening {
  readonly url: URL
  readonly protocols: readonly string[]
  readonly answer: UpgradeAnswer
}

/** What a client is told: an HTTP status, or that nobody listens. */
function refusalOf(url: URL, answer: { readonly status: number; readonly body: unknown } | { readonly refused: true }): Error {
  if ('status' in answer) return new UpgradeRefused(url, answer.status, answer.body)
  return Object.assign(new Error(`connect ECONNREFUSED ${url.host}`), { code: 'ECONNREFUSED', syscall: 'connect' })
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
  readonly #opened = Promise.withResolvers<void>()
  #protocol = ''
  #listener: WireListener | undefined
  #callOff: (() => void) | undefined
  #bufferedBytes = 0
  #hasOverflown = false
  /** Reads nothing for now. */
  #isServiceDeaf = false
  /** No more sends from that end. */
  #isServiceDone = false
  #isClientDone = false
  /** Dropped the line by itself: what was under way to it is lost. */
  #isServiceGone = false
  #isClientGone = false
  /** The end has been told of the close. */
  #isServiceTold = false
  #isClientTold = false

  constructor(opening: Opening) {
    // A refusal that nobody awaits is not an unhandled rejection: a socket would only emit an error.
    this.#opened.promise.catch(() => {})
    this.client = this.#createClient()
    this.#take(opening)
  }

  #take({ url, protocols, answer }: Opening): void {
    // It may have left while it waited for the answer.
    if (this.#isClientDone) return
    if ('delayed' in answer) {
      this.#callOff = answer.delayed((late) => this.#take({ url, protocols, answer: late }))
      return
    }
    if (!('accept' in answer)) {
      this.#isServiceDone = this.#isClientDone = this.#isServiceTold = true
      this.#toClient.push(() => this.#opened.reject(refusalOf(url, answer)))
      this.#toClient.push(() => this.#tellClient(1006, ''))
      return
    }
    this.#protocol = selectProtocol(new Set(protocols), answer.protocol) || ''
    this.#toClient.push(() => this.#opened.resolve())
    this.#listener = answer.accept(this.#createWire())
  }

  #createClient(): MemoryClient {
    const pair = this
    return {
      opened: this.#opened.promise,
      get protocol() {
        return pair.#protocol
      },
      send: (data) => {
        if (this.#isClientDone) return
        this.#toService.push(() => {
          if (!this.#isServiceTold && !this.#isServiceGone) this.#listener?.onMessage(data)
        })
      },
      close: (code = 1005, reason = '') => this.#closeFromClient(code, reason),
      terminate: () => this.#vanish(),
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
      pause: () => {
        this.#isServiceDeaf = true
        this.#toService.pause()
      },
      resume: () => {
        this.#isServiceDeaf = false
        this.#toService.resume()
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
    const bytes = utf8.encode(text).length
    this.#bufferedBytes += bytes
    if (this.#bufferedBytes > maxUnreadBytes) this.#overflow()
    this.#toClient.push(() => {
      this.#bufferedBytes -= bytes
      if (!this.#isClientTold && !this.#isClientGone) this.client.onMessage(text)
    })
  }

  #overflow(): void {
    if (this.#hasOverflown) return
    this.#hasOverflown = true
    this.#listener?.onOverflow?.(this.#bufferedBytes)
  }

  /** The client leaves without a word. */
  #vanish(): void {
    this.#isClientGone = this.#isClientDone = this.#isServiceDone = true
    this.#callOff?.()
    this.#toService.push(() => this.#tellService(1006, ''))
    this.#toService.resume()
    this.#toClient.push(() => this.#tellClient(1006, ''))
    this.#toClient.resume()
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
    // Nobody answers its close frame: in the end it gives up.
    if (this.#isServiceDeaf) return this.#vanish()
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
