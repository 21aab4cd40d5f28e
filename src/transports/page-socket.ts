// The life of one socket of a page: how it opens, what it tells its EventTarget, how it ends. What pages see is page-websocket.ts.

import { messageOf } from '../errors.ts'
import { apiError } from '../protocol/api-error.ts'
import { connectMemory, type MemoryClient } from './memory.ts'
import { checkClose, outgoing, pageError } from './page-socket-rules.ts'
import { PageTasks } from './page-tasks.ts'
import type { Doorman } from './transport.ts'

const connecting = 0
const open = 1
const closing = 2
const closed = 3

interface PageSocketOptions {
  readonly doorman: Doorman
  readonly url: URL
  readonly protocols: readonly string[]
}

export class PageSocket {
  readonly url: URL
  readonly #target: EventTarget
  readonly #isOffering: boolean
  readonly #client: MemoryClient
  readonly #tasks = new PageTasks()
  #state = connecting
  #bufferedBytes = 0
  /** Blobs take time to read; what is sent after one waits for it. */
  #reading: Promise<void> | undefined

  /** Events are dispatched at `target`, as of the page's classes at that moment. */
  constructor(target: EventTarget, { doorman, url, protocols }: PageSocketOptions) {
    this.url = url
    this.#target = target
    this.#isOffering = protocols.length > 0
    this.#client = connectMemory(carefully(doorman), { url, protocols, headers: pageHeaders(url) })
    this.#client.onMessage = (text) => this.#tasks.add(() => this.#receive(text))
    this.#client.onClose = (code, reason) => this.#tasks.add(() => this.#end(code, reason))
    this.#client.opened.then(
      () => this.#tasks.add(() => this.#open()),
      () => this.#tasks.add(() => this.#tell(new Event('error'))),
    )
  }

  get state(): number {
    return this.#state
  }

  get protocol(): string {
    return this.#state === connecting ? '' : this.#client.protocol
  }

  /** What was sent and not taken yet; of a closed socket, also what nobody will take. */
  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  send(data: string | ArrayBuffer | Blob | ArrayBufferView): void {
    if (this.#state === connecting)
      throw pageError('InvalidStateError', 'send() needs an open WebSocket: it is still connecting.')
    const { bytes, message } = outgoing(data)
    this.#bufferedBytes += bytes
    if (this.#state !== open) return
    this.#inOrder(message, (given) => {
      this.#client.send(given)
      this.#tasks.add(() => {
        this.#bufferedBytes -= bytes
      })
    })
  }

  close(code?: number, reason?: string): void {
    checkClose(code, reason)
    if (this.#state >= closing) return
    const wasConnecting = this.#state === connecting
    this.#state = closing
    if (wasConnecting) this.#fail()
    else this.#inOrder(undefined, () => this.#client.close(code, reason))
  }

  #open(): void {
    if (this.#state !== connecting) return
    // As browsers do: who offers subprotocols wants one of them selected.
    if (this.#isOffering && this.#client.protocol === '') {
      this.#fail()
      return
    }
    this.#state = open
    this.#tell(new Event('open'))
  }

  #fail(): void {
    this.#tasks.add(() => this.#tell(new Event('error')))
    this.#client.terminate()
  }

  #receive(data: string): void {
    if (this.#state === open) this.#tell(new MessageEvent('message', { data, origin: this.url.origin }))
  }

  #end(code: number, reason: string): void {
    this.#state = closed
    this.#tell(new CloseEvent('close', { code, reason, wasClean: code !== 1006 }))
  }

  #tell(event: Event): void {
    this.#target.dispatchEvent(event)
  }

  #inOrder<T>(message: T | Promise<T>, then: (message: T) => void): void {
    if (!this.#reading && !(message instanceof Promise)) {
      then(message)
      return
    }
    const reading = Promise.all([message, this.#reading]).then(([given]) => {
      if (this.#reading === reading) this.#reading = undefined
      then(given)
    })
    this.#reading = reading
  }
}

/** A doorman that throws has answered with HTTP 500, as on a network. */
function carefully(doorman: Doorman): Doorman {
  return (request) => {
    try {
      return doorman(request)
    } catch (error) {
      return { status: 500, body: apiError(messageOf(error), 'server_error', 'server_error') }
    }
  }
}

/** What a browser sends by itself. */
function pageHeaders(url: URL): Record<string, string> {
  const { location, navigator } = globalThis
  return {
    host: url.host,
    ...(location && { origin: location.origin }),
    ...(navigator?.userAgent && { 'user-agent': navigator.userAgent }),
  }
}
