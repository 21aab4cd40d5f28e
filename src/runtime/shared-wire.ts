// One session, many sockets: what the session sends goes to every socket that is attached at that moment, and its end ends all.
// A socket that closes by itself leaves the others alone.

import type { Wire } from '../transports/transport.ts'

export class SharedWire implements Wire {
  readonly #wires = new Set<Wire>()
  #isPaused = false

  /** From now on this socket gets what the session sends. Returns the way out, which tells whether it was in still. */
  attach(wire: Wire): () => boolean {
    this.#wires.add(wire)
    if (this.#isPaused) wire.pause?.()
    return () => this.#wires.delete(wire)
  }

  send(text: string): void {
    for (const wire of this.#wires) wire.send(text)
  }

  close(code: number, reason: string): void {
    for (const wire of this.#wires) wire.close(code, reason)
    this.#wires.clear()
  }

  terminate(): void {
    for (const wire of this.#wires) wire.terminate()
    this.#wires.clear()
  }

  ping(payload: Uint8Array): void {
    for (const wire of this.#wires) wire.ping(payload)
  }

  pause(): void {
    this.#isPaused = true
    for (const wire of this.#wires) wire.pause?.()
  }

  resume(): void {
    this.#isPaused = false
    for (const wire of this.#wires) wire.resume?.()
  }

  /** Of the slowest reader. */
  get bufferedBytes(): number {
    let most = 0
    for (const wire of this.#wires) most = Math.max(most, wire.bufferedBytes)
    return most
  }
}
