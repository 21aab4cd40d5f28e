// The park of a virtual clock: when nothing may pull time, real time carries it to the next deadline, and exactly there.

import { contexts } from '../context.ts'
import { realTime } from './real-time.ts'

/** How late a deadline may be carried over to the next one, so that a microphone of 20 ms keeps its pace. */
const maxLagMs = 50

export class RealFlow {
  readonly #onDue: () => void
  #anchorMs = realTime.now()
  #timer: ReturnType<typeof setTimeout> | undefined
  #permitMs = -1
  #flowedMs = 0

  constructor(onDue: () => void) {
    this.#onDue = onDue
  }

  /** Virtual ms that real time carried so far. */
  get flowedMs(): number {
    return this.#flowedMs
  }

  /** True for a deadline that real time has reached. */
  permits(dueMs: number): boolean {
    return dueMs <= this.#permitMs
  }

  /** The clock was carried by real time: what that was late is taken off the next stretch. */
  carried(byMs: number): void {
    this.#flowedMs += byMs
    this.#anchorMs = Math.max(this.#anchorMs + byMs, realTime.now() - maxLagMs)
  }

  /** The clock moved by itself, or stood still for a reason: real time that passed so far does not count. */
  restart(): void {
    this.#anchorMs = realTime.now()
  }

  /** Calls back when `dueMs` is reached by real time, counted from the clock's last move. */
  park(dueMs: number, nowMs: number, isRef: boolean): void {
    this.#permitMs = -1
    const atMs = this.#anchorMs + dueMs - nowMs
    contexts.outside(() => this.#arm(atMs, dueMs))
    if (!isRef) this.#timer?.unref()
  }

  unpark(): void {
    realTime.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(atMs: number, dueMs: number): void {
    const leftMs = atMs - realTime.now()
    const fire = () => (atMs - realTime.now() > 0.5 ? this.#arm(atMs, dueMs) : this.#reach(dueMs))
    this.#timer = realTime.setTimeout(fire, Math.max(1, leftMs))
  }

  #reach(dueMs: number): void {
    this.#timer = undefined
    this.#permitMs = dueMs
    this.#onDue()
  }
}
