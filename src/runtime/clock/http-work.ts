// Sees, by diagnostics channels, HTTP requests and WebSocket handshakes of the running test, and those its own servers answer.

import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { builtin } from '../../builtins.ts'
import { markedContext } from '../context-header.ts'
import { type AppClock, clockAtWork, isAppClock } from './app-clock.ts'

/** What undici (also Node's own) says of a request. */
interface UndiciRequest {
  readonly method: string
  readonly origin: string
  readonly path: string
  readonly upgrade?: string | null
}

/** Names and values take turns. */
interface UndiciHead {
  readonly headers: readonly unknown[]
}

interface Handshake {
  readonly url: string
  readonly request: UndiciRequest
}

type Message = Record<string, unknown>

/** Listens until the returned function is called. In a page there is nothing to listen to. */
export function watchHttp(): () => void {
  const diagnostics = builtin('node:diagnostics_channel')
  if (!diagnostics) return () => {}
  const watch = new HttpWatch()
  const listeners: readonly (readonly [channel: string, listener: (message: Message) => void])[] = [
    ['undici:request:create', ({ request }) => watch.startUndici(request as UndiciRequest)],
    ['undici:request:headers', ({ request, response }) => watch.head(request as UndiciRequest, response as UndiciHead)],
    ['undici:request:trailers', ({ request }) => watch.end(request as UndiciRequest)],
    ['undici:request:error', ({ request }) => watch.end(request as UndiciRequest)],
    ['undici:websocket:open', ({ websocket }) => watch.endHandshake(websocket as WebSocket | undefined)],
    ['undici:websocket:close', ({ websocket }) => watch.endHandshake(websocket as WebSocket | undefined)],
    ['http.client.request.start', ({ request }) => watch.startClient(request as ClientRequest)],
    ['http.client.response.finish', ({ request }) => watch.end(request as ClientRequest)],
    ['http.client.request.error', ({ request }) => watch.end(request as ClientRequest)],
    ['http.server.request.start', ({ request, response }) => watch.serve(request as IncomingMessage, response as ServerResponse)],
  ]
  const channels = listeners.map(([name, listener]) => {
    const onMessage = (message: unknown) => listener(message as Message)
    diagnostics.subscribe(name, onMessage)
    return () => diagnostics.unsubscribe(name, onMessage)
  })
  return () => {
    for (const leave of channels) leave()
  }
}

class HttpWatch {
  readonly #clocks = new WeakMap<object, AppClock>()
  readonly #handshakes = new Set<Handshake>()

  startUndici(request: UndiciRequest): void {
    const url = `${request.origin}${request.path}`
    if (!this.#start(request, `${request.method} ${url}`) || request.upgrade !== 'websocket') return
    this.#handshakes.add({ url: url.replace(/^http/, 'ws'), request })
  }

  /** undici says no other way that a handshake is over. Its socket knows only the address; in Node 22 it is not even named. */
  endHandshake(socket: WebSocket | undefined): void {
    const clock = clockAtWork()
    for (const { url, request } of this.#handshakes) {
      if (socket ? socket.url !== url : this.#clocks.get(request) !== clock) continue
      this.end(request)
      return
    }
  }

  /** A stream of events has no end to wait for: its head is the answer. */
  head(request: UndiciRequest, { headers }: UndiciHead): void {
    const isStream = headers.some(
      (name, at) =>
        at % 2 === 0 && /^content-type$/i.test(String(name)) && /^text\/event-stream\b/i.test(String(headers[at + 1])),
    )
    if (isStream) this.end(request)
  }

  startClient(request: ClientRequest): void {
    const port = request.socket?.remotePort
    const host = request.getHeader('host') ?? (port === undefined ? request.host : `${request.host}:${port}`)
    this.#start(request, `${request.method} ${request.protocol}//${String(host)}${request.path}`)
    // Also the end of a handshake: a socket that was upgraded leaves its request.
    request.once('close', () => this.end(request))
  }

  end(request: UndiciRequest | ClientRequest): void {
    for (const handshake of this.#handshakes) if (handshake.request === request) this.#handshakes.delete(handshake)
    this.#clocks.get(request)?.work.end(request)
    this.#clocks.delete(request)
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    // A server of `beforeAll` serves many tests at once: the call says which one it is for.
    const marked = markedContext(request)?.clock
    const clock = marked && isAppClock(marked) ? marked : clockAtWork()
    if (!clock) return
    clock.work.startServing(request)
    response.once('finish', () => clock.work.endServing(request))
    response.once('close', () => clock.work.endServing(request))
  }

  /** False when the request belongs to no virtual clock. */
  #start(request: UndiciRequest | ClientRequest, name: string): boolean {
    const clock = clockAtWork()
    if (!clock) return false
    this.#clocks.set(request, clock)
    clock.work.start(request, { name, kind: 'http' })
    return true
  }
}
