// The app's end of a session in process, with the methods of the old mock socket.

import { RealtimeKitError } from '../errors.ts'
import type { MemoryClient } from '../transports/memory.ts'
import { type LocalRealtimeClient, startKey } from './local-realtime-client.ts'

/** Virtual ms. */
const recvTimeoutMs = 30_000

let connectionCount = 0

export interface MockConnectionOptions {
  readonly connectionId?: string
  /** The client ends with the connection. Default false. */
  readonly ownsClient?: boolean
}

/**
 * A socket to a client without any network: its first message is `session.created`.
 *
 * @example
 * await using socket = new MockWebSocketConnection(new LocalRealtimeClient())
 * await socket.send({ type: 'response.create' })
 * for await (const message of socket) console.log(JSON.parse(message).type)
 */
export class MockWebSocketConnection implements AsyncDisposable, AsyncIterable<string> {
  readonly connectionId: string
  /** Set once it is closed. */
  closeCode: number | undefined
  closeReason = ''
  readonly client: LocalRealtimeClient
  readonly #wire: MemoryClient
  readonly #messages: string[] = []
  readonly #readers: ((message: string | undefined) => void)[] = []
  readonly #closed = Promise.withResolvers<void>()
  readonly #ownsClient: boolean
  #isOpen = true

  constructor(client: LocalRealtimeClient, options: MockConnectionOptions | string = {}) {
    const { connectionId, ownsClient = false } = typeof options === 'string' ? { connectionId: options } : options
    this.client = client
    this.connectionId = connectionId ?? `mock-${++connectionCount}`
    this.#ownsClient = ownsClient
    this.#wire = client[startKey]().open()
    this.#wire.onMessage = (text) => this.#take(text)
    this.#wire.onClose = (code, reason) => this.#end(code, reason)
  }

  get open(): boolean {
    return this.#isOpen
  }

  /** Sends an event, or a text as it is. Resolves once it is handed over: answers stream meanwhile. Rejects when closed. */
  send(event: string | Uint8Array | object): Promise<void> {
    if (!this.#isOpen) return Promise.reject(this.#gone('send(…)'))
    this.#wire.send(typeof event === 'string' || event instanceof Uint8Array ? event : JSON.stringify(event))
    return Promise.resolve()
  }

  /**
   * The next message. `timeoutMs` is on the service's clock, 30,000 by default.
   *
   * @throws RealtimeKitError RTK_WAIT when none comes, RTK_TRANSPORT when the connection is closed (both reject)
   */
  recv({ timeoutMs = recvTimeoutMs }: { readonly timeoutMs?: number } = {}): Promise<string> {
    const ready = this.#messages.shift()
    if (ready !== undefined) return Promise.resolve(ready)
    if (!this.#isOpen) return Promise.reject(this.#gone('recv()'))
    return this.#receive(timeoutMs)
  }

  async #receive(timeoutMs: number): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>()
    this.#readers.push(resolve)
    try {
      const message = await this.client[startKey]().service.clock.wait(promise, { timeoutMs, what: 'recv()' })
      if (message === undefined) throw this.#gone('recv()')
      return message
    } finally {
      const at = this.#readers.indexOf(resolve)
      if (at >= 0) this.#readers.splice(at, 1)
    }
  }

  /** Ends it. Resolves when both ends know. */
  async close(code = 1000, reason = ''): Promise<void> {
    if (this.#isOpen) this.#wire.close(code, reason)
    await this.#closed.promise
    if (this.#ownsClient) await this.client.disconnect()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** All messages until it is closed, those that are waiting first. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (;;) {
      const message = this.#messages.shift() ?? (await this.#next())
      if (message === undefined) return
      yield message
    }
  }

  #next(): Promise<string | undefined> {
    if (!this.#isOpen) return Promise.resolve(undefined)
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  #take(text: string): void {
    const reader = this.#readers.shift()
    if (reader) reader(text)
    else this.#messages.push(text)
  }

  #end(code: number, reason: string): void {
    this.#isOpen = false
    this.closeCode = code
    this.closeReason = reason
    for (const reader of this.#readers.splice(0)) reader(undefined)
    this.#closed.resolve()
  }

  #gone(what: string): RealtimeKitError {
    const code = this.closeCode === undefined ? '' : ` with ${this.closeCode}`
    return new RealtimeKitError('RTK_TRANSPORT', `${what}: the mock connection ${this.connectionId} is closed${code}.`)
  }

  toString(): string {
    return `[MockWebSocketConnection ${this.connectionId} ${this.#isOpen ? 'open' : 'closed'}]`
  }
}
