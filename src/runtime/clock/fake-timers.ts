// Vitest's fake timers (or anybody's sinon) as the only driver of a virtual clock: the next deadline is lent to them.
// Told by the mark that sinon leaves on its functions; identity would take a spy on setTimeout for a fake.

import type { QueueEntry } from './deadline-queue.ts'

interface FakeClock {
  /** Seconds and nanoseconds since it was installed; `setSystemTime` does not move it. Not in a page. */
  hrtime?(): [seconds: number, nanoseconds: number]
  /** The same as ms; where the runtime has a performance. */
  readonly performance?: { now(): number }
  setTimeout(run: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
}

function isFakeClock(value: unknown): value is FakeClock {
  if (typeof value !== 'object' || value === null) return false
  return ('hrtime' in value && typeof value.hrtime === 'function') || 'performance' in value
}

/** The fake timers that are installed now. */
export function installedFakes(): FakeClock | undefined {
  const { setTimeout } = globalThis
  if (typeof setTimeout !== 'function' || !Object.hasOwn(setTimeout, 'clock')) return undefined
  const { clock } = setTimeout as { clock?: unknown }
  return isFakeClock(clock) ? clock : undefined
}

function elapsedMs(fakes: FakeClock): number {
  if (!fakes.hrtime) return fakes.performance?.now() ?? 0
  const [seconds, nanoseconds] = fakes.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}

export class FakeDriver {
  readonly #onDue: () => void
  #fakes: FakeClock | undefined
  /** Our ms when the fakes stood at 0. */
  #offsetMs = 0
  #lent: { readonly handle: unknown; readonly entry: QueueEntry; readonly dueMs: number } | undefined

  constructor(onDue: () => void) {
    this.#onDue = onDue
  }

  get isDriving(): boolean {
    return this.#fakes !== undefined
  }

  /** Notices that fakes came or went; true when they drive now. `nowMs` is the clock's time without them. */
  look(nowMs: number): boolean {
    const fakes = installedFakes()
    if (fakes === this.#fakes) return fakes !== undefined
    this.#fakes = fakes
    this.#lent = undefined
    if (fakes) this.#offsetMs = nowMs - elapsedMs(fakes)
    return fakes !== undefined
  }

  /** The clock's time by the fakes that drive. */
  now(): number {
    return this.#fakes ? this.#offsetMs + elapsedMs(this.#fakes) : this.#offsetMs
  }

  /** Books the next deadline with the fakes, instead of the one booked before. */
  lend(entry: QueueEntry | undefined): void {
    const fakes = this.#fakes
    const lent = this.#lent
    if (!fakes || (lent && lent.entry === entry && lent.dueMs === entry.dueMs)) return
    if (lent) fakes.clearTimeout(lent.handle)
    this.#lent = undefined
    if (!entry) return
    const handle = fakes.setTimeout(() => this.#fire(), Math.max(0, Math.ceil(entry.dueMs - this.now())))
    this.#lent = { handle, entry, dueMs: entry.dueMs }
  }

  #fire(): void {
    this.#lent = undefined
    this.#onDue()
  }
}
