// The timers and clocks of the machine, captured when this module loads: what the kit itself runs on.
// Nothing here is ever patched; if another copy of the kit patched the globals before, its originals are taken.

import { patcherKey, type RealTime } from './patcher.ts'

function capture(): RealTime {
  const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate, clearImmediate } = globalThis
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

const home = globalThis as { [patcherKey]?: { readonly realTime: RealTime } }

/**
 * The machine's own time, whatever a test has patched: `now()` in ms since the process began, `dateNow()` in Unix ms.
 *
 * @example
 * realTime.setTimeout(() => socket.terminate(), 1000)
 */
export const realTime: RealTime = home[patcherKey]?.realTime ?? capture()
