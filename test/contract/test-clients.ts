// The client kinds of the contract behind one small interface: memory, `ws`, and any class with the browser's interface.

import { WebSocket as WsWebSocket } from 'ws'
import { connectMemory, UpgradeRefused } from '../../src/transports/memory.ts'
import type { Doorman } from '../../src/transports/transport.ts'
import { type Closed, Inbox } from './inbox.ts'

export interface ConnectOptions {
  readonly headers?: Record<string, string>
  readonly protocols?: string[]
}

export interface Refusal {
  readonly status: number
  readonly body: unknown
}

export interface TestClient {
  readonly opened: Promise<void>
  protocol(): string
  readonly messages: Inbox<string>
  readonly closed: Promise<Closed>
  send(data: string | Uint8Array): void
  close(code: number, reason: string): void
  /** What the client can see of a refused upgrade. */
  readonly refused?: Promise<Refusal>
  readonly pings?: Inbox<string>
  terminate?(): void
  pause?(): void
  resume?(): void
}

/** How a client kind connects. */
export type Connect = (url: string, options?: ConnectOptions) => TestClient

export function memoryClient(doorman: Doorman): Connect {
  return (url, options = {}) => {
    const client = connectMemory(doorman, { url, ...options })
    const messages = new Inbox<string>()
    const pings = new Inbox<string>()
    const closed = Promise.withResolvers<Closed>()
    client.onMessage = (text) => messages.put(text)
    client.onPing = (payload) => pings.put(Buffer.from(payload).toString())
    client.onClose = (code, reason) => closed.resolve({ code, reason })
    const refused = new Promise<Refusal>((resolve) => {
      client.opened.catch((error: unknown) => {
        if (error instanceof UpgradeRefused) resolve({ status: error.status, body: error.body })
      })
    })
    return {
      opened: client.opened,
      protocol: () => client.protocol,
      messages,
      pings,
      closed: closed.promise,
      refused,
      send: (data) => client.send(data),
      close: (code, reason) => client.close(code, reason),
      terminate: () => client.terminate(),
      pause: () => client.pause(),
      resume: () => client.resume(),
    }
  }
}

export function wsClient(more: { ca?: string } = {}): Connect {
  return (url, options = {}) => {
    const socket = new WsWebSocket(url, options.protocols ?? [], { headers: options.headers ?? {}, ...more })
    const messages = new Inbox<string>()
    const pings = new Inbox<string>()
    const opened = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<Closed>()
    const refused = Promise.withResolvers<Refusal>()
    opened.promise.catch(() => {})
    socket.on('open', () => opened.resolve())
    socket.on('message', (data) => messages.put(String(data)))
    socket.on('ping', (payload) => pings.put(payload.toString()))
    socket.on('close', (code, reason) => closed.resolve({ code, reason: reason.toString() }))
    socket.on('error', (error) => opened.reject(error))
    socket.on('unexpected-response', (_, response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => refused.resolve({ status: response.statusCode ?? 0, body: tryJson(text) }))
      opened.reject(new Error(`HTTP ${response.statusCode}`))
    })
    return {
      opened: opened.promise,
      protocol: () => socket.protocol,
      messages,
      pings,
      closed: closed.promise,
      refused: refused.promise,
      send: (data) => socket.send(data),
      close: (code, reason) => socket.close(code, reason),
      terminate: () => socket.terminate(),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
    }
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

interface BrowserSocket {
  readonly protocol: string
  binaryType: string
  send(data: string | Uint8Array): void
  close(code: number, reason: string): void
  addEventListener(type: string, listener: (event: any) => void): void
}

/** `make` looks the class up at each connect, as an app does. */
export function browserClient(make: () => new (url: string, options?: any) => BrowserSocket): Connect {
  return (url, options = {}) => {
    const Socket = make()
    const socket = new Socket(url, { protocols: options.protocols ?? [], headers: options.headers ?? {} })
    socket.binaryType = 'arraybuffer'
    const messages = new Inbox<string>()
    const opened = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<Closed>()
    opened.promise.catch(() => {})
    socket.addEventListener('open', () => opened.resolve())
    socket.addEventListener('message', (event) => messages.put(String(event.data)))
    socket.addEventListener('close', (event) => closed.resolve({ code: event.code, reason: event.reason }))
    socket.addEventListener('error', (event) => opened.reject(event.error ?? new Error(event.message ?? 'connection failed')))
    return {
      opened: opened.promise,
      protocol: () => socket.protocol,
      messages,
      closed: closed.promise,
      send: (data) => socket.send(data),
      close: (code, reason) => socket.close(code, reason),
    }
  }
}
