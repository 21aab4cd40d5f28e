// Sees each HTTP request and WebSocket upgrade that this process starts, in the context of the code that starts it and before
// anything leaves, by the diagnostics channels of Node's http and of undici. Patches nothing, loads nothing.

import { builtin } from '../builtins.ts'

export interface OutgoingRequest {
  /** As the client asked for it: wss://api.openai.com/v1/realtime?model=… for an upgrade, else https://… */
  readonly url: URL
  readonly method: string
  readonly isUpgrade: boolean
  /** Fails the connection. No byte of the request is sent. */
  refuse(error: Error): void
  /** True for clients that do not tell why they failed (the WebSocket of browsers, of Node and of undici). */
  readonly hidesErrors: boolean
}

/** Node's ClientRequest, as `http.client.request.created` gives it. */
interface NodeRequest {
  readonly protocol: string
  readonly method: string
  readonly path: string
  agent?: unknown
  getHeader(name: string): unknown
  destroy(error: Error): unknown
}

/** undici's Request; what fails it has another name in version 8. */
interface UndiciRequest {
  readonly origin: unknown
  readonly method: string
  readonly path: string
  readonly upgrade?: unknown
  onError?(error: Error): void
  onResponseError?(error: Error): void
}

/** Calls `listener` for each upgrade from now on; returns the way to stop. */
export function watchUpgrades(listener: (upgrade: OutgoingRequest) => void): () => void {
  return watchRequests((request) => {
    if (request.isUpgrade) listener(request)
  })
}

/** Calls `listener` for each request from now on, upgrades too; returns the way to stop. A page shows none (see page-gate.ts). */
export function watchRequests(listener: (request: OutgoingRequest) => void): () => void {
  const diagnostics = builtin('node:diagnostics_channel')
  if (!diagnostics) return () => {}
  const fromNode = (message: unknown): void => {
    const { request } = message as { request: NodeRequest }
    const isUpgrade = String(request.getHeader('upgrade') ?? '').toLowerCase() === 'websocket'
    const url = urlOf(`${request.protocol}//${String(request.getHeader('host') ?? '')}`, request.path, isUpgrade)
    const refuse = (error: Error): void => {
      // With an agent the connection would be made all the same, for the next request.
      request.agent = undefined
      request.destroy(error)
    }
    if (url) listener({ url, method: request.method, isUpgrade, refuse, hidesErrors: false })
  }
  const fromUndici = (message: unknown): void => {
    const { request } = message as { request: UndiciRequest }
    const isUpgrade = request.upgrade === 'websocket'
    const url = urlOf(String(request.origin), request.path, isUpgrade)
    const refuse = (error: Error) => (request.onResponseError ?? request.onError)?.call(request, error)
    if (url) listener({ url, method: request.method, isUpgrade, refuse, hidesErrors: isUpgrade })
  }
  diagnostics.subscribe('http.client.request.created', fromNode)
  diagnostics.subscribe('undici:request:create', fromUndici)
  return () => {
    diagnostics.unsubscribe('http.client.request.created', fromNode)
    diagnostics.unsubscribe('undici:request:create', fromUndici)
  }
}

function urlOf(origin: string, path: string, isUpgrade: boolean): URL | undefined {
  const text = isUpgrade ? origin.replace(/^http/, 'ws') : origin
  return URL.canParse(path, text) ? new URL(path, text) : undefined
}
