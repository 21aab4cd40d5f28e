// Sees each WebSocket upgrade that this process starts, in the context of the code that starts it and before anything leaves,
// by the diagnostics channels of Node's http and of undici. Patches nothing, loads nothing.

import { subscribe, unsubscribe } from 'node:diagnostics_channel'

export interface OutgoingUpgrade {
  /** As the client asked for it: wss://api.openai.com/v1/realtime?model=… */
  readonly url: URL
  /** Fails the connection. No byte of the request is sent. */
  refuse(error: Error): void
  /** True for clients that do not tell why they failed (the WebSocket of browsers, of Node and of undici). */
  readonly hidesErrors: boolean
}

/** Node's ClientRequest, as `http.client.request.created` gives it. */
interface NodeRequest {
  readonly protocol: string
  readonly path: string
  getHeader(name: string): unknown
  destroy(error: Error): unknown
}

/** undici's Request; what fails it has another name in version 8. */
interface UndiciRequest {
  readonly origin: unknown
  readonly path: string
  readonly upgrade?: unknown
  onError?(error: Error): void
  onResponseError?(error: Error): void
}

/** Calls `listener` for each upgrade from now on; returns the way to stop. */
export function watchUpgrades(listener: (upgrade: OutgoingUpgrade) => void): () => void {
  const fromNode = (message: unknown): void => {
    const { request } = message as { request: NodeRequest }
    if (String(request.getHeader('upgrade') ?? '').toLowerCase() !== 'websocket') return
    const url = urlOf(`${request.protocol}//${String(request.getHeader('host') ?? '')}`, request.path)
    if (url) listener({ url, refuse: (error) => void request.destroy(error), hidesErrors: false })
  }
  const fromUndici = (message: unknown): void => {
    const { request } = message as { request: UndiciRequest }
    if (request.upgrade !== 'websocket') return
    const url = urlOf(String(request.origin), request.path)
    const refuse = (error: Error) => (request.onResponseError ?? request.onError)?.call(request, error)
    if (url) listener({ url, refuse, hidesErrors: true })
  }
  subscribe('http.client.request.created', fromNode)
  subscribe('undici:request:create', fromUndici)
  return () => {
    unsubscribe('http.client.request.created', fromNode)
    unsubscribe('undici:request:create', fromUndici)
  }
}

function urlOf(origin: string, path: string): URL | undefined {
  const text = origin.replace(/^http/, 'ws')
  return URL.canParse(path, text) ? new URL(path, text) : undefined
}
