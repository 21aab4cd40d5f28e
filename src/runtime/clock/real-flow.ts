// The park of a virtual clock: when nothing may pull time, real time carries it to the next deadline, and exactly there.

import { contexts } from '../context.ts'
import { realTime } from './real-time.ts'

/** How late a deadline may be carried over to the next one, so that a microphone of 20 ms keeps its pace. */
const maxLagMs = 50

/** How much real speed a test may use up before it is told. */
export const flowToReportMs = 1000
export const flowFinding =
  'the clock ran at real speed for 1.0 s: only timers of the app were due, and the test awaited a promise of its own; ' +
  'await something of the kit instead (realtime.waitFor(), settled(), clock.advance(ms)) and they take no time'

/** Where real time carries the clock. */
export interface Stretch {
  readonly dueMs: number
  readonly isRef: boolean
  readonly notBeforeMs?: number
}

export class RealFlow {
  readonly #onDue: () => void
  #anchorMs = realTime.now()
  #timer: ReturnType<typeof setTimeout> | undefined
  #plannedMs = 0
  #permitMs = -1
  #hasParked = true
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

  /** The clock was carried by real time: by how much that was late is taken off the next stretch. */
  carried(byMs: number): void {
    this.#flowedMs += byMs
    this.#anchorMs = Math.max(this.#plannedMs, realTime.now() - maxLagMs)
    this.#hasParked = false
  }

  /** The clock moved by itself, or stood still for a reason: real time that passed so far does not count. */
  restart(): void {
    this.#anchorMs = realTime.now()
    this.#hasParked = false
  }

  /** Real ms at which a timer that is set now counts as set: what follows at once from a move is set with it. */
  setAtMs(): number {
    return this.#hasParked ? realTime.now() : this.#anchorMs
  }

  /** Calls back when `dueMs` is reached by real time, counted from the clock's last move. */
  park(until: Stretch, nowMs: number): void {
    this.#permitMs = -1
    this.#hasParked = true
    this.#plannedMs = Math.max(this.#anchorMs + until.dueMs - nowMs, until.notBeforeMs ?? 0)
    contexts.outside(() => this.#arm(until.dueMs))
    if (!until.isRef) this.#timer?.unref?.()
  }

  unpark(): void {
    realTime.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(dueMs: number): void {
    const leftMs = this.#plannedMs - realTime.now()
    const fire = () => (this.#plannedMs - realTime.now() > 0.5 ? this.#arm(dueMs) : this.#reach(dueMs))
    this.#timer = realTime.setTimeout(fire, Math.max(1, leftMs))
  }

  #reach(dueMs: number): void {
    this.#timer = undefined
    this.#permitMs = dueMs
    this.#onDue()
  }
}
