// The waits of a test on the kit: their bounds, when they fail, and what the failure says.

import { RealtimeKitError } from '../../errors.ts'
import type { WaitOptions } from './clock.ts'
import type { DeadlineQueue, QueueEntry } from './deadline-queue.ts'
import { realTime } from './real-time.ts'

export interface OpenWait extends WaitOptions {
  readonly openedAtMs: number
  readonly deadlineMs: number
  readonly openedAtRealMs: number
  /** Where the test waits. */
  readonly stack: string
  readonly failed: Promise<never>
  readonly fail: (error: Error) => void
}

export class OpenWaits {
  readonly #waits = new Set<OpenWait>()

  get isEmpty(): boolean {
    return this.#waits.size === 0
  }

  /** Ms of the earliest bound. */
  get deadlineMs(): number {
    let earliest = Number.POSITIVE_INFINITY
    for (const wait of this.#waits) earliest = Math.min(earliest, wait.deadlineMs)
    return earliest
  }

  open(options: WaitOptions, nowMs: number, below: (...args: never[]) => unknown): OpenWait {
    const { promise: failed, reject: fail } = Promise.withResolvers<never>()
    const here: { stack?: string } = {}
    Error.captureStackTrace(here, below)
    const openedAtRealMs = realTime.now()
    const deadlineMs = nowMs + options.timeoutMs
    const wait: OpenWait = { ...options, openedAtMs: nowMs, deadlineMs, openedAtRealMs, stack: here.stack ?? '', failed, fail }
    this.#waits.add(wait)
    return wait
  }

  close(wait: OpenWait): void {
    this.#waits.delete(wait)
  }

  /** Fails the waits whose bound lies before `nextMs`; true when there was one. */
  expire(nextMs: number, nowMs: number, next?: QueueEntry): boolean {
    const expired = [...this.#waits].filter((wait) => wait.deadlineMs < nextMs)
    for (const wait of expired) {
      this.#fail(wait, nowMs, `timed out after ${round(wait.timeoutMs)} ms of the clock`, `Next is ${describeDeadline(next)}.`)
    }
    return expired.length > 0
  }

  /** Fails the waits that no app timer can serve any more. */
  failStuck(queue: DeadlineQueue, nowMs: number, silentMs: number): void {
    const pullableMs = queue.firstRefd?.dueMs ?? Number.POSITIVE_INFINITY
    const what = `ended: nobody can move any more: nothing is due before the timeout, no work is pending, and ${silence(silentMs)}`
    const hint =
      `Next is ${describeDeadline(queue.first)}. If the app works on what the kit cannot see (a worker, a database), ` +
      'hold the clock: clock.hold(promise); if time should pass, clock.advance(ms).'
    for (const wait of [...this.#waits]) if (wait.deadlineMs < pullableMs) this.#fail(wait, nowMs, what, hint)
  }

  /** Fails all waits: fake timers drive the clock, and their owner does not move them. */
  failUnderFakes(queue: DeadlineQueue, nowMs: number, silentMs: number): void {
    const what = `ended: nobody can move any more: fake timers do not move, and ${silence(silentMs)}`
    const hint = `Next is ${describeDeadline(queue.first)}. vi.useFakeTimers() drives the clock: ${moveFakes}.`
    for (const wait of [...this.#waits]) this.#fail(wait, nowMs, what, hint)
  }

  #fail(wait: OpenWait, nowMs: number, what: string, next: string): void {
    this.#waits.delete(wait)
    const realMs = Math.round(realTime.now() - wait.openedAtRealMs)
    const waited = `It waited from ${round(wait.openedAtMs)} ms to ${round(nowMs)} ms of the clock, ${realMs} ms of real time.`
    const error = new RealtimeKitError('RTK_WAIT', `${wait.what} ${what}.\n${waited}\n${next}`)
    error.stack = `${error.name}: ${error.message}\n${wait.stack.split('\n').slice(1).join('\n')}`
    wait.fail(error)
  }
}

const moveFakes = 'await vi.advanceTimersByTimeAsync(ms), or vi.useRealTimers()'

/** For a test that awaits only a promise of its own: why nothing comes. */
export function fakesFinding(queue: DeadlineQueue): string {
  return `vi.useFakeTimers() drives the clock, and nobody moves it: ${describeDeadline(queue.first)} waits; ${moveFakes}`
}

const who = {
  service: 'a deadline of the service',
  caller: 'a deadline of the caller',
  app: 'an app timer',
  idle: 'an idle deadline (only clock.advance() goes there)',
} as const

function silence(ms: number): string {
  return `the app was silent for ${(ms / 1000).toFixed(1)} s`
}

/** Who set the deadline, and when it is. */
function describeDeadline(entry: QueueEntry | undefined): string {
  if (!entry) return 'nothing at all'
  const kind = entry.mover === 'app' && !entry.isRef ? "an unref'd app timer (it never pulls time)" : who[entry.mover]
  return `${kind} at ${round(entry.dueMs)} ms`
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
