// Vitest's `vi` beside a virtual clock: its fake timers are noticed at once, its system time is this test's alone.

import { contexts } from '../context.ts'
import { clockAtWork, isAppClock } from './app-clock.ts'
import { reapplyDate } from './app-time.ts'
import { installedFakes } from './fake-timers.ts'

/** The part of `vi` that moves time; the object is passed in, so that this module needs no Vitest. */
export interface TimeOfVi {
  useFakeTimers(...args: never[]): unknown
  useRealTimers(): unknown
  setSystemTime(time: number | string | Date): unknown
}

const hooked = Symbol.for('vitest-realtime.vi-hooks')

/**
 * Wraps `vi.setSystemTime` (alone, it sets the epoch of the running test's clock), `vi.useRealTimers` and `vi.useFakeTimers`.
 * Returns the way back; a second call on the same `vi` does nothing.
 */
export function hookVi<V extends TimeOfVi>(vi: V & { [hooked]?: true }): () => void {
  if (vi[hooked]) return () => {}
  const { useFakeTimers, useRealTimers, setSystemTime } = vi
  const own: TimeOfVi = {
    useFakeTimers(...args) {
      const result = Reflect.apply(useFakeTimers, vi, args)
      tellClocks()
      return result
    },
    useRealTimers() {
      const wereFake = installedFakes() !== undefined
      const result = Reflect.apply(useRealTimers, vi, [])
      reapplyDate()
      if (!wereFake) clockAtWork()?.setSystemTime()
      tellClocks()
      return result
    },
    setSystemTime(time) {
      const clock = installedFakes() ? undefined : clockAtWork()
      if (!clock) return Reflect.apply(setSystemTime, vi, [time])
      clock.setSystemTime(new Date(time).getTime())
      return vi
    },
  }
  Object.assign(vi, own, { [hooked]: true })
  return () => {
    Object.assign(vi, { useFakeTimers, useRealTimers, setSystemTime })
    delete vi[hooked]
  }
}

function tellClocks(): void {
  for (const { clock } of contexts.live) if (isAppClock(clock)) clock.lookForFakeTimers()
}
