// In-process interception: connections to the URLs that an owner claims end in this process, whatever client opens them;
// everything else stays as it was. One gate per process, with many owners; nothing is loaded or patched before the first.
// Theory: src/transports/gate-connection.ts (one connection), net-connect.ts (foreign traffic), global-websocket.ts.

import type { RequestListener } from 'node:http'
import { type GateDesk, receiveConnection } from './gate-connection.ts'
import { createGateServer } from './gate-server.ts'
import { type GlobalWebSocketWrap, wrapGlobalWebSocket } from './global-websocket.ts'
import { bypassAgentPatch, readAddRequest } from './http-agent.ts'
import { type Interceptors, loadInterceptors } from './interceptors.ts'
import { bypassForeignConnects } from './net-connect.ts'
import { type AskableGate, gateKey } from './open-gate.ts'
import type { Doorman } from './transport.ts'
import type { RequestHead } from './upgrade-head.ts'

/** An ordinary HTTP request on a covered origin. */
export interface GateRequest {
  readonly url: URL
  readonly method: string
}

/** One user of the gate: a LocalRealtime, an msw link. All methods are questions: quick, synchronous, without side effects. */
export interface GateOwner {
  /** May a URL of this origin (`wss://api.openai.com/`) be claimed at all? Where nobody covers it, nothing enters the gate. */
  covers(origin: URL): boolean
  /** Asked for each upgrade in the async context of the connecting client; the first owner that answers takes the socket. */
  claims(url: URL): Doorman | undefined
  /** Asked when no owner claims: usually a doorman who refuses and says why. Without an answer the connection is real. */
  refuses?(url: URL): Doorman | undefined
  /** Asked for each other HTTP request; the listener answers it. */
  claimsRequest?(request: GateRequest): RequestListener | undefined
}

export interface GateHandle {
  /** Leaves the gate; the last one to leave takes it down. Sockets stay as they are: their doorman closes them. */
  uninstall(): void
  /** Puts the wrapper of the global WebSocket outermost again, after msw's `listen()`. */
  repatch(): void
}

interface Gate extends AskableGate {
  add(owner: GateOwner): GateHandle
}

const home = globalThis as { [gateKey]?: Gate }

/**
 * Adds an owner to this process's gate, and opens the gate if it is the first. Synchronous: the next line may connect.
 *
 * @throws RealtimeKitError RTK_INTERCEPTORS when a second copy of @mswjs/interceptors is at work.
 * @example
 * const gate = installGate({
 *   covers: (origin) => origin.host === 'api.openai.com',
 *   claims: (url) => (url.pathname === '/v1/realtime' ? doorman : undefined),
 * })
 * gate.uninstall()
 */
export function installGate(owner: GateOwner): GateHandle {
  home[gateKey] ??= createGate()
  return home[gateKey].add(owner)
}

function createGate(): Gate {
  const owners = new Set<GateOwner>()
  let opened: OpenGate | undefined

  function add(owner: GateOwner): GateHandle {
    if (opened) opened.repatch()
    else opened = openGate(owners)
    owners.add(owner)
    return {
      repatch: () => opened?.repatch(),
      uninstall: () => {
        if (!owners.delete(owner) || owners.size > 0) return
        opened?.close()
        opened = undefined
      },
    }
  }
  return {
    add,
    claims: (url) => some(owners, (owner) => owner.claims(url) !== undefined),
    doorman: (url) => findDoorman(owners, url),
    answers: (request) => some(owners, (owner) => owner.claimsRequest?.(request) !== undefined),
    get isOpen() {
      return opened !== undefined
    },
  }
}

interface OpenGate {
  repatch(): void
  close(): void
}

function openGate(owners: ReadonlySet<GateOwner>): OpenGate {
  const interceptors = loadInterceptors()
  const { sockets, internal } = interceptors
  const self = {}
  const stop = new AbortController()
  const isAlone = (): boolean => sockets.listenerCount('connection') <= 1
  const covers = (origin: URL): boolean => some(owners, (owner) => owner.covers(origin))
  const desk: GateDesk = { covers, isAlone, take: createTake(owners) }

  const addRequest = readAddRequest(sockets.readyState === 'ACTIVE')
  sockets.apply(self)
  const unguard = interceptors.guard()
  sockets.emitter.earlyOn('connection', (event) => receiveConnection(event, desk), { signal: stop.signal })
  const isForeign = (origin: URL | undefined): boolean => isAlone() && !(origin && covers(origin))
  const bypass = bypassForeignConnects({ internal, isForeign })
  const restoreAgent = bypassAgentPatch(addRequest, { isAlone, covers })
  watchListeners(interceptors, stop.signal, () => bypass.forget())
  const wraps = new GlobalWraps(() => wrapGlobalWebSocket({ internal, doorman: (url) => findDoorman(owners, url) }))
  wraps.repatch()

  function close(): void {
    wraps.restore()
    bypass.forget()
    bypass.restore()
    restoreAgent()
    stop.abort()
    sockets.dispose(self)
    unguard()
  }
  return { repatch: () => wraps.repatch(), close }
}

/** When msw begins to listen, pooled connections from before must not slip past it. */
function watchListeners({ sockets }: Interceptors, signal: AbortSignal, onListener: () => void): void {
  const listener = (type: string): void => {
    if (type === 'connection') onListener()
  }
  sockets.emitter.hooks.on('newListener', listener, { signal, persist: true })
}

/** All wrappers that were put over the global WebSocket, innermost first. */
class GlobalWraps {
  readonly #wrap: () => GlobalWebSocketWrap | undefined
  readonly #wraps: GlobalWebSocketWrap[] = []

  constructor(wrap: () => GlobalWebSocketWrap | undefined) {
    this.#wrap = wrap
  }

  repatch(): void {
    const outermost = this.#wraps.findIndex((wrap) => wrap.isOutermost)
    if (outermost !== -1) {
      // The later ones went when what they were put over was restored.
      for (const gone of this.#wraps.splice(outermost + 1)) gone.restore()
      return
    }
    const wrap = this.#wrap()
    if (wrap) this.#wraps.push(wrap)
  }

  restore(): void {
    for (const wrap of this.#wraps.splice(0).reverse()) wrap.restore()
  }
}

function findDoorman(owners: ReadonlySet<GateOwner>, url: URL): Doorman | undefined {
  for (const owner of owners) {
    const doorman = owner.claims(url)
    if (doorman) return doorman
  }
  for (const owner of owners) {
    const doorman = owner.refuses?.(url)
    if (doorman) return doorman
  }
  return undefined
}

function createTake(owners: ReadonlySet<GateOwner>): GateDesk['take'] {
  const http = createGateServer()
  return (head, origin) => {
    if (!URL.canParse(head.target, origin)) return undefined
    const url = new URL(head.target, origin)
    if (head.isUpgrade) {
      const doorman = findDoorman(owners, url)
      return doorman && ((stream, enter) => http.acceptUpgrade(stream, { url, doorman, enter }))
    }
    const listener = findRequestListener(owners, head, url)
    return (
      listener && ((stream, enter) => http.acceptRequest(stream, (request, response) => enter(() => listener(request, response))))
    )
  }
}

function findRequestListener(owners: ReadonlySet<GateOwner>, head: RequestHead, url: URL): RequestListener | undefined {
  const requested = new URL(url)
  requested.protocol = url.protocol.replace('ws', 'http')
  for (const owner of owners) {
    const listener = owner.claimsRequest?.({ url: requested, method: head.method })
    if (listener) return listener
  }
  return undefined
}

function some<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  for (const item of items) if (test(item)) return true
  return false
}
