// Backpressure. What a client sends while an engine is at work for its session must wait: bounded in memory. Where a real socket
// lies between, the client is slowed down; in process it cannot be, and too much of it ends the session. The other way round, a
// reply without end waits for a client that reads slowly from a real socket.

import type { UpgradeRequest, Wire } from '../transports/transport.ts'
import { realTime } from './clock/real-time.ts'

/** From here on the socket is not read: some seconds of sound. */
const slowBytes = 1024 * 1024
/** More than this is not kept: half an hour of sound. */
const maxWaitingBytes = 128 * 1024 * 1024

export class Inflow {
  readonly #wire: Wire
  readonly #canSlow: boolean
  #waitingBytes = 0
  #isSlowed = false

  constructor(wire: Wire, transport: UpgradeRequest['transport']) {
    this.#wire = wire
    this.#canSlow = transport === 'server' && wire.pause !== undefined && wire.resume !== undefined
  }

  /** A message that waits. False when it is one too many. */
  admit(bytes: number): boolean {
    this.#waitingBytes += bytes
    if (this.#canSlow && !this.#isSlowed && this.#waitingBytes > slowBytes) {
      this.#isSlowed = true
      this.#wire.pause?.()
    }
    return this.#waitingBytes <= maxWaitingBytes
  }

  /** Nothing waits any more. */
  settle(): void {
    this.#waitingBytes = 0
    if (!this.#isSlowed) return
    this.#isSlowed = false
    this.#wire.resume?.()
  }
}

/** Real ms between two looks at a slow client. */
const lookEveryMs = 5

/** Whether a client at the other end of a real socket has much left to read. */
export function isBehind(wire: Wire, { transport }: UpgradeRequest): boolean {
  return transport === 'server' && wire.bufferedBytes > slowBytes
}

/** Resolves when it has read, or is gone. */
export async function untilRead(wire: Wire, request: UpgradeRequest, isOpen: () => boolean): Promise<void> {
  while (isOpen() && isBehind(wire, request)) await new Promise((resolve) => realTime.setTimeout(resolve, lookEveryMs))
}
