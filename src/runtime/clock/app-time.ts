// Puts the app's time in place: the patched globals, once per process, whichever copy of the kit comes first.

import { syncBuiltinESMExports } from 'node:module'
import { performance as nodePerformance } from 'node:perf_hooks'
import timers from 'node:timers'
import timersPromises from 'node:timers/promises'
import { RealtimeKitError } from '../../errors.ts'
import { currentContext } from '../context.ts'
import { appClock } from './app-clock.ts'
import { createAppDate } from './app-date.ts'
import { createAppTimers } from './app-timers.ts'
import { createAbortTimeout, createSchedulerWait, createSleep, createTicks } from './app-timers-promises.ts'
import { installedFakes } from './fake-timers.ts'
import { type Patcher, patcherKey } from './patcher.ts'
import { Patches, restoreUncovered } from './patches.ts'
import { realTime } from './real-time.ts'

const home = globalThis as { [patcherKey]?: Patcher }

/**
 * Makes `Date`, `performance.now`, timers and `Math.random` follow the clock of the test that the running code belongs to.
 * Code of no test keeps the machine's. Returns the way back; the globals are restored when the last one who installed has undone it.
 *
 * @example
 * const uninstall = installAppTime()
 * try { … } finally { uninstall() }
 */
export function installAppTime(): () => void {
  restoreUncovered()
  home[patcherKey] ??= patch()
  const patcher = home[patcherKey]
  patcher.users++
  let isUndone = false
  return () => {
    if (isUndone) return
    isUndone = true
    if (--patcher.users > 0) return
    patcher.restore()
    delete home[patcherKey]
  }
}

/** After somebody else's fake timers have gone: the app's Date again (Vitest 4 puts the machine's back), or the machine's globals. */
export function reapplyDate(): void {
  restoreUncovered()
  home[patcherKey]?.reapplyDate()
}

function patch(): Patcher {
  if (installedFakes()) {
    throw new RealtimeKitError(
      'RTK_CLOCK',
      "the app's time cannot follow the test: fake timers are already installed. " +
        'Load vitest-realtime (or vitest-realtime/setup in setupFiles) before vi.useFakeTimers(), or set appTime to "real".',
    )
  }
  const patches = new Patches()
  const RealDate = globalThis.Date
  const AppDate = createAppDate(RealDate)
  patches.set(globalThis, 'Date', AppDate)
  patches.set(RealDate.prototype, 'constructor', AppDate)
  patchTimers(patches)
  patchClocks(patches)
  syncBuiltinESMExports()
  return {
    realTime,
    users: 0,
    restore() {
      patches.restore()
      syncBuiltinESMExports()
    },
    reapplyDate() {
      // Fake timers and spies of somebody else are not ours to undo.
      if (globalThis.Date === RealDate) globalThis.Date = AppDate
    },
  }
}

function patchTimers(patches: Patches): void {
  const sleep = createSleep(timersPromises.setTimeout)
  for (const [name, value] of Object.entries(createAppTimers(sleep))) {
    patches.set(globalThis, name, value)
    patches.set(timers, name, value)
  }
  patches.set(timersPromises, 'setTimeout', sleep)
  patches.set(timersPromises, 'setInterval', createTicks(timersPromises.setInterval))
  const scheduler: typeof timersPromises.scheduler = Object.getPrototypeOf(timersPromises.scheduler)
  patches.set(scheduler, 'wait', createSchedulerWait(scheduler.wait))
  const abortTimeout = AbortSignal.timeout.bind(AbortSignal)
  patches.set(AbortSignal, 'timeout', createAbortTimeout(abortTimeout, AbortController))
}

function patchClocks(patches: Patches): void {
  // jsdom has a performance of its own beside Node's.
  for (const prototype of new Set([Object.getPrototypeOf(globalThis.performance), Object.getPrototypeOf(nodePerformance)])) {
    patches.set(prototype, 'now', createNow(prototype.now))
  }
  const { random: realRandom } = Math
  patches.set(Math, 'random', function random(): number {
    const context = currentContext()
    return context ? context.random() : realRandom()
  })
}

function createNow(real: (this: Performance) => number): () => number {
  return function now(this: Performance): number {
    const clock = appClock()
    return clock ? clock.originMs + clock.appNow() : Reflect.apply(real, this, [])
  }
}
