// The clock as the app's patched globals and the tracker of real work see it, and which one answers the running code.
// By shape, not by class: another copy of the kit may have made the clock.

import { currentContext } from '../context.ts'
import type { Clock, ClockEntry } from './clock.ts'
import type { WorkLedger } from './work-ledger.ts'

/** A timer of the app in the queue of its clock. */
export interface AppEntry extends ClockEntry {
  readonly isRef: boolean
}

export interface AppTimer {
  readonly delayMs: number
  readonly run: () => void
  /** False: fires on the way or by real delay, but never pulls time. */
  readonly isRef: boolean
  /** For timers of code outside of every test: told the ms that were left when the clock ends, instead of being dropped. */
  readonly outlive?: ((leftMs: number) => void) | undefined
}

/** What a virtual clock offers beyond `Clock`. */
export interface AppClock extends Clock {
  /** What the app's `performance.now()` gives at `now() === 0`. */
  readonly originMs: number
  readonly isDisposed: boolean
  /** Real work that stops time. */
  readonly work: WorkLedger
  /** `now()` for the app: counts reads, so that a busy wait ends. */
  appNow(): number
  setTimer(timer: AppTimer): AppEntry
  /** Sets a timer, fired or not, `delayMs` from now. */
  rearm(entry: AppEntry, delayMs: number): void
  setRef(entry: AppEntry, isRef: boolean): void
  /** Makes `now()` the given Unix ms; without one, undoes that. */
  setSystemTime(unixMs?: number): void
  /** Fake timers of somebody else may have come or gone: look now. */
  lookForFakeTimers(): void
  /** Native activity that was seen: the quiet period starts again, nothing is woken. */
  noteActivity(): void
  report(finding: string): void
}

/** True for clocks that the app's time can follow. */
export function isAppClock(clock: Clock): clock is AppClock {
  return 'appNow' in clock
}

/** The virtual clock that the app's time follows in the running code, if any. */
export function appClock(): AppClock | undefined {
  const context = currentContext()
  if (!context?.followsAppTime) return undefined
  return isAppClock(context.clock) ? context.clock : undefined
}

/** The virtual clock of the running code, whether or not the app's time follows it: its real work stops that clock. */
export function clockAtWork(): AppClock | undefined {
  const clock = currentContext()?.clock
  return clock && isAppClock(clock) && !clock.isDisposed ? clock : undefined
}
