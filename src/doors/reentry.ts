// A server that was started outside of the tests (beforeAll, at import) loses the context of the test that calls it. A call
// within this process carries the test's id in a header, and the server's handlers run in that test's context: for a request
// its body too, for an upgrade the socket's whole life. The server's code never sees the header; other hosts never get it.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import http from 'node:http'
import https from 'node:https'
import { type Context, contexts } from '../runtime/context.ts'
import { contextHeader, markedContext } from '../runtime/context-header.ts'
import { currentLine, lineHeader, markedLine, onLine } from '../runtime/line-scope.ts'
import { isOwnPort } from '../transports/own-port.ts'

interface Emitter {
  emit(event: string | symbol, ...args: unknown[]): boolean
}

/** The part of a client request that both Node's http and undici tell of. */
interface OutgoingRequest {
  readonly origin?: unknown
  readonly host?: string
  readonly headersSent?: boolean
  readonly socket?: { readonly remotePort?: number }
  setHeader?(name: string, value: string): void
  addHeader?(name: string, value: string): void
  getHeader?(name: string): unknown
}

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]', '::1'])

function portOfHost(host: string): number | undefined {
  if (!URL.canParse(`http://${host}`)) return undefined
  const url = new URL(`http://${host}`)
  return loopbackHosts.has(url.hostname) ? Number(url.port || 80) : undefined
}

function mark(message: unknown): void {
  const context = contexts.storage.getStore()
  if (!context || context.closed) return
  const { request } = message as { request: OutgoingRequest }
  if (request.addHeader) {
    const origin = String(request.origin ?? '')
    const port = URL.canParse(origin) ? portOfHost(new URL(origin).host) : undefined
    if (port !== undefined && isOwnPort(port)) for (const [name, value] of marks(context)) request.addHeader(name, value)
    return
  }
  const port = portOfHost(String(request.getHeader?.('host') ?? ''))
  if (port === undefined || request.headersSent || !isOwnPort(port)) return
  for (const [name, value] of marks(context)) request.setHeader?.(name, value)
}

function marks(context: Context): [name: string, value: string][] {
  const line = currentLine()
  return line === undefined
    ? [[contextHeader, context.id]]
    : [
        [contextHeader, context.id],
        [lineHeader, line],
      ]
}

type Enter = <T>(work: () => T) => T

/** The way into the test that a request comes from, and the phone call if there is one; takes the marks off. */
function entryOf(request: http.IncomingMessage): Enter | undefined {
  const context = markedContext(request)
  const line = markedLine(request)
  for (const header of [contextHeader, lineHeader]) {
    delete request.headers[header]
    const at = request.rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === header)
    if (at >= 0) request.rawHeaders.splice(at, 2)
  }
  return context && ((work) => (context.closed ? work() : contexts.storage.run(context, () => onLine(line, work))))
}

/** From now on everything that `emitter` tells its listeners is told within the context. */
function emitWithin(emitter: Emitter, enter: Enter): void {
  const emit = emitter.emit
  emitter.emit = function (...args) {
    return enter(() => emit.apply(this, args))
  }
}

const reentered = new Set(['request', 'upgrade', 'connect', 'checkContinue'])

function patchServer(prototype: Emitter): () => void {
  const own = Object.getOwnPropertyDescriptor(prototype, 'emit')
  const inherited = prototype.emit
  const patched = function (this: Emitter, event: string | symbol, ...args: unknown[]): boolean {
    const request = args[0]
    if (!reentered.has(event as string) || !(request instanceof http.IncomingMessage)) return inherited.call(this, event, ...args)
    const enter = entryOf(request)
    if (!enter) return inherited.call(this, event, ...args)
    emitWithin(request, enter)
    if (event === 'upgrade' || event === 'connect') emitWithin(args[1] as Emitter, enter)
    return enter(() => inherited.call(this, event, ...args))
  }
  prototype.emit = patched
  return () => {
    if (prototype.emit !== patched) return
    if (own) Object.defineProperty(prototype, 'emit', own)
    else delete (prototype as { emit?: unknown }).emit
  }
}

let owners = 0
let undo: (() => void)[] = []

/** Switches re-entry on; gives the way off. The last one to leave puts everything back. */
export function enterServers(): () => void {
  if (owners++ === 0) {
    undo = [patchServer(http.Server.prototype as Emitter), patchServer(https.Server.prototype as unknown as Emitter)]
    for (const channel of ['http.client.request.created', 'undici:request:create']) {
      subscribe(channel, mark)
      undo.push(() => unsubscribe(channel, mark))
    }
  }
  return () => {
    if (--owners > 0) return
    for (const back of undo.splice(0)) back()
  }
}
