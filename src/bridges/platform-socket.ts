// The server's end of a platform's socket: JSON text in and out, watched, bounded. What the messages mean is known by the sides.

import type { WebSocket } from 'ws'
import { messageOf } from '../errors.ts'
import { jsonObject } from '../protocol/json.ts'

export interface SocketListener {
  message(message: Record<string, unknown>): void
  /** A frame that is no JSON object. */
  unreadable(what: string): void
  closed(code: number, reason: string): void
}

const pingEveryMs = 20_000
/** How long the platform may take to close its end, too; a server that is to stop waits for it. */
const closeMs = 2000
/** The protocol has no room for more. */
const mostReasonBytes = 123

export class PlatformSocket {
  readonly #socket: WebSocket
  #listener: SocketListener | undefined
  #unansweredPings = 0
  readonly #pinging: ReturnType<typeof setInterval>

  constructor(socket: WebSocket, listener: SocketListener) {
    this.#socket = socket
    this.#listener = listener
    socket.on('message', (data, isBinary) => this.#receive(String(data), isBinary))
    socket.on('pong', () => {
      this.#unansweredPings = 0
    })
    // A close follows, which tells the code.
    socket.on('error', () => {})
    socket.on('close', (code, reason) => this.#closed(code, String(reason)))
    this.#pinging = setInterval(() => this.#ping(), pingEveryMs)
    this.#pinging.unref?.()
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  get isOpen(): boolean {
    return this.#socket.readyState === 1
  }

  send(message: Record<string, unknown>): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message))
  }

  close(code = 1000, reason = ''): void {
    if (!this.isOpen) return
    this.#socket.close(code, cutToBytes(reason, mostReasonBytes))
    this.#patience = setTimeout(() => this.#socket.terminate(), closeMs)
    this.#patience.unref?.()
  }
  #patience: ReturnType<typeof setTimeout> | undefined

  /** Somebody else listens from now on. */
  handOver(listener: SocketListener): void {
    this.#listener = listener
  }

  #receive(text: string, isBinary: boolean): void {
    this.#unansweredPings = 0
    const message = isBinary ? undefined : jsonObject(text)
    if (message) this.#understand(message)
    else this.#listener?.unreadable(isBinary ? 'a binary frame' : `no JSON object: ${text.slice(0, 80)}`)
  }

  /** Whatever a message does, the call goes on, and so do the other calls of the process. */
  #understand(message: Record<string, unknown>): void {
    try {
      this.#listener?.message(message)
    } catch (error) {
      this.#listener?.unreadable(`a message that cannot be worked on: ${messageOf(error)}`)
    }
  }

  #ping(): void {
    if (this.#unansweredPings >= 2) return this.#socket.terminate()
    this.#unansweredPings++
    if (this.isOpen) this.#socket.ping()
  }

  #closed(code: number, reason: string): void {
    clearInterval(this.#pinging)
    clearTimeout(this.#patience)
    this.#listener?.closed(code, reason)
    this.#listener = undefined
  }
}

/** As many whole characters as fit. */
function cutToBytes(text: string, most: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(most))
  return text.slice(0, read)
}
