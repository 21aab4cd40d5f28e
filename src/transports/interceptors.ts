// The one copy of @mswjs/interceptors that the gate and the user's msw share: found, checked and guarded.
// Two live copies intercept each other's connects for ever, so a second one is refused at the line that starts it.
// What the gate needs of the package beyond its public types is declared here and nowhere else.

import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { RealtimeKitError } from '../errors.ts'

/** `passthrough` keeps the connection real, `claim` makes it ours; `reset` opens the next exchange of a kept-alive socket. */
export interface SocketController {
  readonly readyState: number
  claim(): void
  passthrough(...rest: unknown[]): Socket
  reset(): void
}

/** States of a controller. Undecided; answered by the listener; joined to the real server. */
export const controllerStates = { pending: 0, claimed: 1, passthrough: 2 } as const

/** The listener's end of an intercepted connection: a Proxy over the client's socket, see server-side.ts. */
export interface ConnectionEvent {
  readonly socket: Socket
  readonly controller: SocketController
  readonly connectionOptions: ConnectOptions
  stopImmediatePropagation(): void
}

export interface ConnectOptions {
  readonly host?: string | null
  readonly port?: number | string | null
  readonly path?: string | null
  readonly servername?: string | null
}

type ConnectionListener = (event: ConnectionEvent) => void | Promise<void>

export interface SocketInterceptor {
  readonly readyState: string
  apply(owner: object): void
  dispose(owner: object): void
  listenerCount(type: 'connection'): number
  readonly emitter: {
    earlyOn(type: 'connection', listener: ConnectionListener, options: { signal: AbortSignal }): unknown
    readonly hooks: {
      on(type: 'newListener', listener: (type: string) => void, options: { signal: AbortSignal; persist: boolean }): unknown
    }
  }
}

/** Connections made inside of `run` bypass every interceptor; `consume` ends that for the running context. */
export interface InternalConnections {
  run<T>(work: () => T): T
  consume(): boolean
}

export interface Interceptors {
  readonly sockets: SocketInterceptor
  readonly internal: InternalConnections
  /** Refuses a second copy from now on; returns the undo. */
  guard(): () => void
}

type Registry = Map<symbol, { readonly readyState?: string }>

/** The interceptor's mark on a socket whose connect it saw. */
function seenMark(socket: object): symbol | undefined {
  return Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === 'kPatched')
}

/** Did the interceptor see this socket connect? */
export function isSeen(socket: object): boolean {
  return seenMark(socket) !== undefined
}

/** Makes a socket look as if it had connected before the interceptor was applied. */
export function unsee(socket: object): void {
  const mark = seenMark(socket)
  if (mark) Reflect.deleteProperty(socket, mark)
}

const home = globalThis as {
  __MSW_INTERCEPTORS_REGISTRY?: Registry
  __MSW_INTERNAL_CONNECTION_CONTEXT?: InternalConnections
}
const registryKey = Symbol.for('socket-interceptor')

/**
 * Loads the interceptors synchronously: the copy that the user's msw has, else our own.
 *
 * @throws RealtimeKitError RTK_INTERCEPTORS when another copy is already at work, or the copy is too old or too new.
 */
export function loadInterceptors(): Interceptors {
  resolvedFrom ??= resolveInterceptors()
  const path = resolvedFrom
  const load = createRequire(path)
  const { Interceptor } = load('@mswjs/interceptors')
  const { SocketInterceptor } = load('@mswjs/interceptors/net')
  const live = home.__MSW_INTERCEPTORS_REGISTRY?.get(registryKey)
  if (live?.readyState === 'ACTIVE' && !(live instanceof SocketInterceptor))
    throw secondCopy(path, 'was already at work when the gate was installed')
  const sockets: SocketInterceptor = Interceptor.singleton(SocketInterceptor)
  const internal = home.__MSW_INTERNAL_CONNECTION_CONTEXT
  const registry = home.__MSW_INTERCEPTORS_REGISTRY
  if (!internal || !registry || typeof sockets.emitter?.earlyOn !== 'function' || !sockets.emitter.hooks)
    throw unknownVersion(path)
  return { sockets, internal, guard: () => guardRegistry(registry, SocketInterceptor, path) }
}

/** Looked up once: what is installed does not change under a running process. */
let resolvedFrom: string | undefined

/** A file from whose place the right copy resolves: msw's package.json, else this module. */
function resolveInterceptors(): string {
  const places = [join(process.cwd(), 'package.json'), import.meta.url]
  for (const place of places) {
    const msw = tryResolve(place, 'msw/package.json')
    if (msw && tryResolve(msw, '@mswjs/interceptors/net')) return msw
  }
  return import.meta.url
}

function tryResolve(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name)
  } catch {
    return undefined
  }
}

/** A foreign copy registers its own instance when it starts: refuse there, in the user's own call of `listen()`. */
function guardRegistry(registry: Registry, ours: new () => object, path: string): () => void {
  const set: Registry['set'] = (key, value) => {
    if (key === registryKey && !(value instanceof ours)) throw secondCopy(path, 'starts here')
    return Map.prototype.set.call(registry, key, value) as Registry
  }
  Object.defineProperty(registry, 'set', { value: set, configurable: true })
  return () => {
    if (registry.set === set) Reflect.deleteProperty(registry, 'set')
  }
}

function secondCopy(path: string, what: string): RealtimeKitError {
  return new RealtimeKitError(
    'RTK_INTERCEPTORS',
    `A second copy of @mswjs/interceptors ${what}. Each copy would intercept the other's connects without end.\n` +
      `The gate uses the copy that resolves from ${path}.\n` +
      'See `npm ls @mswjs/interceptors`; then `npm dedupe`, or pin one version with "overrides", ' +
      'and do not inline msw (`server.deps.inline`) when Vitest runs the tests.',
  )
}

function unknownVersion(path: string): RealtimeKitError {
  const found = tryVersion(path)
  return new RealtimeKitError(
    'RTK_INTERCEPTORS',
    `@mswjs/interceptors ${found}, which resolves from ${path}, lacks what the gate needs. Expected ^0.45.5: update msw to ^3.0.0.`,
  )
}

function tryVersion(path: string): string {
  try {
    // The package does not export its package.json; its entry tells where it is.
    const entry = createRequire(path).resolve('@mswjs/interceptors')
    const root = entry.slice(0, entry.lastIndexOf('interceptors') + 'interceptors'.length)
    return String(createRequire(path)(join(root, 'package.json')).version)
  } catch {
    return '(version unknown)'
  }
}
