// Puts the app's time in place: the patched globals, once per process, whichever copy of the kit comes first.

import { builtin } from '../../builtins.ts'
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
  const syncImports = () => builtin('node:module')?.syncBuiltinESMExports()
  syncImports()
  return {
    realTime,
    users: 0,
    restore() {
      patches.restore()
      syncImports()
    },
    reapplyDate() {
      // Fake timers and spies of somebody else are not ours to undo.
      if (globalThis.Date === RealDate) globalThis.Date = AppDate
    },
  }
}

function patchTimers(patches: Patches): void {
  const promised = patchNodePromises(patches)
  const nodeTimers = builtin('node:timers')
  for (const [name, value] of Object.entries(createAppTimers(promised))) {
    patches.set(globalThis, name, value)
    if (nodeTimers) patches.set(nodeTimers, name, value)
  }
  const abortTimeout = AbortSignal.timeout.bind(AbortSignal)
  patches.set(AbortSignal, 'timeout', createAbortTimeout(abortTimeout, AbortController))
}

/** node:timers/promises; gives what `util.promisify(setTimeout)` is. */
function patchNodePromises(patches: Patches): unknown {
  const promises = builtin('node:timers/promises')
  if (!promises) return undefined
  const sleep = createSleep(promises.setTimeout)
  patches.set(promises, 'setTimeout', sleep)
  patches.set(promises, 'setInterval', createTicks(promises.setInterval))
  const scheduler: typeof promises.scheduler = Object.getPrototypeOf(promises.scheduler)
  patches.set(scheduler, 'wait', createSchedulerWait(scheduler.wait))
  return sleep
}

function patchClocks(patches: Patches): void {
  // jsdom has a performance of its own beside Node's.
  const clocks = [globalThis.performance, builtin('node:perf_hooks')?.performance ?? globalThis.performance]
  for (const prototype of new Set(clocks.map((clock) => Object.getPrototypeOf(clock)))) {
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
