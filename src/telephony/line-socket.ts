// The app's socket of one line: what is sent keeps its order whatever the network delays, what comes is read as slowly as was asked for.

import type { WebSocket } from 'ws'
import type { PhoneNetwork } from '../api/phone.ts'
import type { Clock } from '../runtime/clock/clock.ts'
import type { AppEnd } from './app-socket.ts'
import type { Refusal } from './not-taken.ts'
import type { PlatformDial, SendOptions } from './platform.ts'

export interface LineSocketEvents {
  open(): void
  message(data: string | Uint8Array): void
  closed(code: number, reason: string): void
  refused(refusal: Refusal): void
  failed(error: Error): void
}

export interface LineSocketWorld {
  readonly clock: Clock
  readonly network: PhoneNetwork
  /** Runs as part of the test. */
  run<T>(work: () => T): T
  /** Whether somebody waits for the caller's frames. */
  isBusy(): boolean
}

export class LineSocket {
  readonly #world: LineSocketWorld
  readonly #events: LineSocketEvents
  #socket: WebSocket | undefined
  #isOpen = false
  #isHalfOpen = false
  /** When the last message that was sent arrives. */
  #arrivesMs = 0

  constructor(world: LineSocketWorld, events: LineSocketEvents) {
    this.#world = world
    this.#events = events
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Gives the URL of the socket. */
  connect(app: AppEnd, dial: PlatformDial): string {
    const { run } = this.#world
    const path = new URL(dial.url).pathname
    // What a socket of before still says is of no interest.
    const isCurrent = (): boolean => this.#socket === socket
    const tell = (work: () => void) => (): void => {
      if (isCurrent()) run(work)
    }
    const socket = app.connect(dial, {
      open: () =>
        tell(() => {
          this.#isOpen = true
          this.#events.open()
        })(),
      message: (data) => tell(() => this.#receive(data))(),
      close: (code, reason) => tell(() => this.#closed(code, reason))(),
      refused: (status, body) => tell(() => this.#events.refused({ status, path, body }))(),
      failed: (error) => tell(() => this.#events.failed(error))(),
    })
    this.#socket = socket
    return socket.url
  }

  send(data: string | Uint8Array, { delayMs = 0, mayOvertake = false, isSound = false }: SendOptions): void {
    const { clock } = this.#world
    if (!this.#isOpen || this.#isHalfOpen) return
    const nowMs = clock.now()
    const dueMs = Math.max(nowMs + delayMs, mayOvertake ? 0 : this.#arrivesMs)
    if (dueMs <= nowMs) {
      this.#write(data)
      return
    }
    if (!mayOvertake) this.#arrivesMs = dueMs
    // Silence on its way is nothing that anybody waits for.
    clock.at(dueMs, () => this.#write(data), isSound && !this.#world.isBusy() ? 'app' : 'caller')
  }

  /** After what was sent before. 1006 drops it. */
  close(code: number, reason: string): void {
    const { clock } = this.#world
    const socket = this.#socket
    if (!socket) return
    const close = (): void => {
      if (code === 1006) socket.terminate()
      else socket.close(code, reason)
      clock.activity()
    }
    if (this.#arrivesMs > clock.now()) clock.at(this.#arrivesMs, close, 'caller')
    else close()
  }

  /** The socket stays, and nothing passes any more in either direction. */
  halfOpen(): void {
    this.#isHalfOpen = true
    this.#socket?.pause()
  }

  /** Nothing of it is told any more. */
  forget(): void {
    this.#socket?.terminate()
    this.#socket = undefined
    this.#isOpen = false
  }

  #write(data: string | Uint8Array): void {
    if (!this.#isOpen || this.#isHalfOpen) return
    this.#socket?.send(data)
    this.#world.clock.activity()
  }

  #receive(data: string | Uint8Array): void {
    const { clock, network } = this.#world
    clock.activity()
    if (this.#isHalfOpen) return
    if (network.slowReaderMs !== undefined) {
      const socket = this.#socket
      socket?.pause()
      clock.at(clock.now() + network.slowReaderMs, () => socket?.resume(), 'caller')
    }
    this.#events.message(data)
  }

  #closed(code: number, reason: string): void {
    this.#isOpen = false
    this.#world.clock.activity()
    this.#events.closed(code, reason)
  }
}
