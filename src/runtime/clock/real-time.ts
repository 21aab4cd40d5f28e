// The timers and clocks of the machine (or the page), captured when this module loads: what the kit itself runs on.
// Nothing here is ever patched; if another copy of the kit patched the globals before, its originals are taken.

import { isNode } from '../../builtins.ts'
import { createPageImmediates } from './page-immediates.ts'
import { patcherKey, type RealTime } from './patcher.ts'

function capture(): RealTime {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = boundTimers()
  const { setImmediate, clearImmediate } = 'setImmediate' in globalThis ? globalThis : createPageImmediates()
  const { now: dateNow } = Date
  const { random } = Math
  const clock = globalThis.performance
  const { now } = clock
  const abortTimeout = AbortSignal.timeout.bind(AbortSignal)
  return {
    setTimeout,
    clearTimeout,
    setInterval,
    clearInterval,
    setImmediate,
    clearImmediate,
    Date,
    dateNow,
    now: now.bind(clock),
    random,
    abortTimeout,
  }
}

/** A page's timers must be called on its window. */
function boundTimers(): Pick<RealTime, 'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval'> {
  if (isNode()) return globalThis
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis
  const bind = <F extends (...args: never[]) => unknown>(timer: F): F => timer.bind(globalThis) as F
  return {
    setTimeout: bind(setTimeout),
    clearTimeout: bind(clearTimeout),
    setInterval: bind(setInterval),
    clearInterval: bind(clearInterval),
  }
}

const home = globalThis as { [patcherKey]?: { readonly realTime: RealTime } }

/**
 * The machine's own time, whatever a test has patched: `now()` in ms since the process began, `dateNow()` in Unix ms.
 *
 * @example
 * realTime.setTimeout(() => socket.terminate(), 1000)
 */
export const realTime: RealTime = home[patcherKey]?.realTime ?? capture()
