// node:timers/promises, scheduler.wait and AbortSignal.timeout for apps, on the same timers as app-timers.ts.

import type { scheduler } from 'node:timers/promises'
import { type AppClock, appClock } from './app-clock.ts'
import { AppTimeout } from './app-timers.ts'
import { asReal, isCalledByInfrastructure } from './call-site.ts'

interface WaitOptions {
  readonly signal?: AbortSignal | undefined
  readonly ref?: boolean | undefined
}

type AsyncTimer = (delay?: number, value?: unknown, options?: WaitOptions) => Promise<unknown>
type AsyncTicks = (delay?: number, value?: unknown, options?: WaitOptions) => AsyncIterable<unknown>

/** Options that Node would refuse are left to Node. */
function areValid(options: unknown): options is WaitOptions | undefined {
  if (options === undefined) return true
  if (typeof options !== 'object' || options === null) return false
  const { signal, ref } = options as { signal?: unknown; ref?: unknown }
  return (signal === undefined || signal instanceof AbortSignal) && (ref === undefined || typeof ref === 'boolean')
}

/** The error of Node's own aborted waits. */
function abortError(cause: unknown): Error {
  const error = new Error('The operation was aborted', { cause })
  error.name = 'AbortError'
  return Object.assign(error, { code: 'ABORT_ERR' })
}

function sleep(clock: AppClock, delay: unknown, value: unknown, options: WaitOptions = {}): Promise<unknown> {
  const { signal, ref } = options
  if (signal?.aborted) return Promise.reject(abortError(signal.reason))
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const finish = () => {
    signal?.removeEventListener('abort', abort)
    resolve(value)
  }
  const timeout = new AppTimeout({ clock, delay, callback: finish, isRef: ref ?? true })
  const abort = () => {
    timeout.close()
    reject(abortError(signal?.reason))
  }
  signal?.addEventListener('abort', abort, { once: true })
  return promise
}

/** `setTimeout` of node:timers/promises; `real` serves whoever has no virtual clock. */
export function createSleep(real: AsyncTimer): AsyncTimer {
  return function setTimeout(delay, value, options) {
    const clock = appClock()
    if (!clock || clock.isDisposed || !areValid(options) || isCalledByInfrastructure()) {
      return asReal(() => real(delay, value, options))
    }
    return sleep(clock, delay, value, options)
  }
}

/** `scheduler.wait`. */
export function createSchedulerWait(real: typeof scheduler.wait) {
  return async function wait(this: unknown, delay: number, options?: Parameters<typeof scheduler.wait>[1]): Promise<void> {
    const clock = appClock()
    const isReal = !clock || clock.isDisposed || !areValid(options) || isCalledByInfrastructure()
    await (isReal ? asReal(() => Reflect.apply(real, this, [delay, options])) : sleep(clock, delay, undefined, options))
  }
}

/** `setInterval` of node:timers/promises: ticks that nobody took yet are kept. */
export function createTicks(real: AsyncTicks): AsyncTicks {
  return function setInterval(delay, value, options) {
    const clock = appClock()
    if (!clock || clock.isDisposed || !areValid(options) || isCalledByInfrastructure()) {
      return asReal(() => real(delay, value, options))
    }
    return ticks(clock, delay, value, options)
  }
}

async function* ticks(
  clock: AppClock,
  delay: unknown,
  value: unknown,
  { signal, ref }: WaitOptions = {},
): AsyncGenerator<unknown> {
  if (signal?.aborted) throw abortError(signal.reason)
  let untaken = 0
  let wake: (() => void) | undefined
  const tick = () => {
    untaken++
    wake?.()
  }
  const stop = () => wake?.()
  const timeout = new AppTimeout({ clock, delay, callback: tick, repeats: true, isRef: ref ?? true })
  signal?.addEventListener('abort', stop, { once: true })
  try {
    while (!signal?.aborted) {
      if (untaken === 0) await new Promise<void>((resolve) => (wake = resolve))
      for (; untaken > 0; untaken--) yield value
    }
    throw abortError(signal.reason)
  } finally {
    timeout.close()
    signal?.removeEventListener('abort', stop)
  }
}

/** `AbortSignal.timeout`: never pulls time, as Node's never keeps a process alive. */
export function createAbortTimeout(
  real: (ms: number) => AbortSignal,
  Controller: typeof AbortController,
): (ms: number) => AbortSignal {
  return function timeout(ms) {
    const clock = appClock()
    const isReal = !clock || clock.isDisposed || !Number.isSafeInteger(ms) || ms < 0 || isCalledByInfrastructure()
    if (isReal) return asReal(() => real(ms))
    const controller = new Controller()
    const abort = () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'))
    new AppTimeout({ clock, delay: ms, callback: abort, isRef: false })
    return controller.signal
  }
}
