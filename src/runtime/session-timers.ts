// The timers of one session on the service's clock, and its ping. What they set off is their owner's affair.

import type { Clock, ClockEntry } from './clock/clock.ts'

/** The live service pings this often, whatever else goes on. */
const pingEveryMs = 20_260

export class SessionTimers {
  readonly #clock: Clock
  readonly #entries = new Map<string, ClockEntry>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Sets a timer; one of the same name is forgotten. */
  set({ timer, atMs, deadline }: { timer: string; atMs: number; deadline: 'service' | 'idle' }, fire: () => void): void {
    this.unset(timer)
    const due = (): void => {
      this.#entries.delete(timer)
      fire()
    }
    this.#entries.set(timer, this.#clock.at(atMs, due, deadline))
  }

  unset(timer: string): void {
    const entry = this.#entries.get(timer)
    if (!entry) return
    this.#clock.cancel(entry)
    this.#entries.delete(timer)
  }

  /** Pings until `clear`. Nobody waits for a ping: it pulls no time. */
  ping(send: () => void): void {
    const again = (): void => {
      send()
      this.ping(send)
    }
    this.set({ timer: 'ping', atMs: this.#clock.now() + pingEveryMs, deadline: 'idle' }, again)
  }

  clear(): void {
    for (const entry of this.#entries.values()) this.#clock.cancel(entry)
    this.#entries.clear()
  }
}
