// Wraps globalThis.WebSocket so that claimed URLs get Node's own class even when msw has put its own over it.
// An accessor, not a value: reading is lazy (Node loads the class on first use), and when someone puts our wrapper back
// after we are gone (msw does, on close), it heals itself.

import type { InternalConnections } from './interceptors.ts'
import { openPageSocket } from './page-websocket.ts'
import type { Doorman } from './transport.ts'

interface WrapOptions {
  /** The interceptors' own connections; none in a page. */
  readonly internal?: InternalConnections
  /** Who takes a socket to this URL, if it is the gate's business. Asked in the context of the code that connects. */
  doorman(url: URL): Doorman | undefined
}

export interface GlobalWebSocketWrap {
  /** True while reading the global gives this wrapper. */
  readonly isOutermost: boolean
  restore(): void
}

const name = 'WebSocket'

/** Puts a wrapper over whatever is there now. Undefined where the runtime has no WebSocket. */
export function wrapGlobalWebSocket({ internal, doorman }: WrapOptions): GlobalWebSocketWrap | undefined {
  const before = Object.getOwnPropertyDescriptor(globalThis, name)
  if (!before?.configurable) return undefined
  let wrapper: typeof WebSocket | undefined
  let isActive = true

  function current(): typeof WebSocket | undefined {
    if (!before) return undefined
    return before.get ? before.get.call(globalThis) : before.value
  }

  function wrap(target: typeof WebSocket): typeof WebSocket {
    return new Proxy(target, {
      construct(_, args: unknown[], newTarget) {
        const inner = newTarget === wrapper ? target : newTarget
        const url = isActive ? urlOf(args[0]) : undefined
        const owner = url && doorman(url)
        if (!owner) return Reflect.construct(target, args, inner)
        // The sockets of jsdom and happy-dom mix their classes with Node's, or carry timers: a page gets one without a network.
        if (isPage()) return openPageSocket(innermost(target), owner, { args, newTarget: inner })
        // msw makes its own connections in a context that skips the interceptor: this one is not msw's any more.
        internal?.consume()
        return Reflect.construct(innermost(target), args, newTarget)
      },
    })
  }

  function get(): typeof WebSocket | undefined {
    if (!isActive) {
      if (isOutermost()) define(before)
      return current()
    }
    if (wrapper) return wrapper
    const target = current()
    if (!target) return undefined
    wrapper = wrap(target)
    // Node's lazy getter has just replaced the property by its value.
    define(ours)
    return wrapper
  }

  const ours: PropertyDescriptor = {
    get,
    set: (value: unknown) => define({ value, writable: true, configurable: true, enumerable: before.enumerable ?? false }),
    configurable: true,
    enumerable: before.enumerable ?? false,
  }

  function isOutermost(): boolean {
    return Object.getOwnPropertyDescriptor(globalThis, name)?.get === get
  }

  define(ours)
  return {
    get isOutermost() {
      return isOutermost()
    },
    restore: () => {
      isActive = false
      if (isOutermost()) define(before)
    },
  }
}

function urlOf(given: unknown): URL | undefined {
  const text = String(given)
  // Of a page: relative URLs count from it.
  const base = globalThis.location?.href
  if (!URL.canParse(text, base)) return undefined
  const url = new URL(text, base)
  url.protocol = url.protocol.replace('http', 'ws')
  return url
}

function define(descriptor: PropertyDescriptor | undefined): void {
  if (descriptor) Object.defineProperty(globalThis, name, descriptor)
}

/** jsdom and happy-dom put a document beside Node's globals. */
function isPage(): boolean {
  return typeof globalThis.document === 'object'
}

/** Through the proxies of interceptors: they all share the prototype of the class they stand for. */
function innermost(target: typeof WebSocket): typeof WebSocket {
  const named: unknown = target.prototype.constructor
  return typeof named === 'function' ? (named as typeof WebSocket) : target
}
