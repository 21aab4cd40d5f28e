// The WebSocket of a page (jsdom, happy-dom, a real browser) for the URLs of the service: joined to it in memory, and made of the
// page's own EventTarget and events. The page's real class lies beneath and serves all other URLs. Its life is page-socket.ts.

import { PageSocket } from './page-socket.ts'
import { readProtocols, readSocketUrl } from './page-socket-rules.ts'
import type { Doorman } from './transport.ts'

type PageSocketClass = ReturnType<typeof createClass>

const classes = new WeakMap<typeof WebSocket, PageSocketClass>()
const states = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 }

/** Opens a socket to a doorman as the page's `new WebSocket(…)` would; `real` is the class that the page has. */
export function openPageSocket(
  real: typeof WebSocket,
  doorman: Doorman,
  { args: [url, protocols], newTarget }: { args: readonly unknown[]; newTarget: unknown },
): WebSocket {
  let PageWebSocket = classes.get(real)
  if (!PageWebSocket) {
    PageWebSocket = createClass()
    dress(PageWebSocket, real)
    classes.set(real, PageWebSocket)
  }
  const socket = new PageWebSocket(doorman, readSocketUrl(url), readProtocols(protocols)) as unknown as WebSocket
  const { prototype } = newTarget as typeof WebSocket
  if (prototype !== real.prototype) becomeSubclass(socket, prototype, real)
  return socket
}

/** A function, since each page has an EventTarget of its own. */
function createClass() {
  const { EventTarget } = globalThis

  return class PageWebSocket extends EventTarget {
    readonly #socket: PageSocket
    #binaryType: BinaryType = 'blob'

    constructor(doorman: Doorman, url: URL, protocols: readonly string[]) {
      super()
      this.#socket = new PageSocket(this, { doorman, url, protocols })
    }

    get url(): string {
      return this.#socket.url.href
    }
    get readyState(): number {
      return this.#socket.state
    }
    get protocol(): string {
      return this.#socket.protocol
    }
    get extensions(): string {
      return ''
    }
    get bufferedAmount(): number {
      return this.#socket.bufferedBytes
    }
    get binaryType(): BinaryType {
      return this.#binaryType
    }
    set binaryType(type: BinaryType) {
      if (type === 'blob' || type === 'arraybuffer') this.#binaryType = type
    }
    send(data: string | ArrayBuffer | Blob | ArrayBufferView): void {
      this.#socket.send(data)
    }
    close(code?: number, reason?: string): void {
      this.#socket.close(code, reason)
    }
  }
}

/** Constants, `onopen` and its like, and `instanceof WebSocket`. */
function dress(PageWebSocket: { readonly prototype: object }, real: typeof WebSocket): void {
  const { prototype } = PageWebSocket
  for (const [name, value] of Object.entries(states)) {
    Object.defineProperty(PageWebSocket, name, { value, enumerable: true })
    Object.defineProperty(prototype, name, { value, enumerable: true })
  }
  for (const type of ['open', 'message', 'error', 'close']) Object.defineProperty(prototype, `on${type}`, handlerProperty(type))
  Object.setPrototypeOf(prototype, real.prototype)
}

function handlerProperty(type: string): PropertyDescriptor {
  const handlers = new WeakMap<EventTarget, { readonly given: unknown; readonly listener: (event: Event) => void }>()
  return {
    enumerable: true,
    configurable: true,
    get(this: EventTarget) {
      return handlers.get(this)?.given ?? null
    },
    set(this: EventTarget, given: unknown) {
      const before = handlers.get(this)
      if (before) this.removeEventListener(type, before.listener)
      handlers.delete(this)
      if (typeof given !== 'function') return
      const listener = (event: Event): void => void Reflect.apply(given, this, [event])
      handlers.set(this, { given, listener })
      this.addEventListener(type, listener)
    },
  }
}

/** A class of the app that extends WebSocket: its methods win, ours stand in for those of the real class. */
function becomeSubclass(socket: WebSocket, prototype: object, real: typeof WebSocket): void {
  const members: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(Object.getPrototypeOf(socket) as object)
  Object.setPrototypeOf(socket, prototype)
  for (let level: object | null = prototype; level && level !== real.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) delete members[name]
  }
  Object.defineProperties(socket, members)
}
