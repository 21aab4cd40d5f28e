// setTimeout, setInterval and their clears for apps: in the test's queue, or real for whoever must stay real.

import { builtin, isNode } from '../../builtins.ts'
import { contexts } from '../context.ts'
import { type AppClock, type AppEntry, appClock } from './app-clock.ts'
import { asReal, isCalledByInfrastructure } from './call-site.ts'
import { realTime } from './real-time.ts'

const maxDelayMs = 2 ** 31 - 1
/** Above every id that Node gives out in a test run. */
const firstId = 1_000_000_000

type Callback = (...args: unknown[]) => unknown

export interface TimeoutOptions {
  readonly clock: AppClock
  readonly delay: unknown
  readonly callback: Callback
  readonly args?: readonly unknown[]
  readonly repeats?: boolean
  readonly isRef?: boolean
}

let nextId = firstId
const byId = new Map<number, AppTimeout>()

/** As Node does: whole ms, and 1 for what it cannot keep. */
function toDelayMs(delay: unknown): number {
  const ms = Number(delay)
  if (ms >= 1 && ms <= maxDelayMs) return Math.trunc(ms)
  if (ms > maxDelayMs) {
    const message = `${ms} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`
    globalThis.process?.emitWarning?.(message, 'TimeoutOverflowWarning')
  }
  return 1
}

/** What the app gets from setTimeout and setInterval; behaves as Node's Timeout. */
export class AppTimeout {
  readonly #clock: AppClock
  readonly #delayMs: number
  readonly #callback: Callback
  readonly #args: readonly unknown[]
  readonly #repeats: boolean
  readonly #entry: AppEntry
  #isCleared = false
  #id: number | undefined
  #real: ReturnType<typeof setTimeout> | undefined

  constructor(options: TimeoutOptions) {
    this.#clock = options.clock
    this.#delayMs = toDelayMs(options.delay)
    this.#callback = options.callback
    this.#args = options.args ?? []
    this.#repeats = options.repeats ?? false
    // Code of no test (a server of beforeAll) outlives the test whose clock answered it.
    const isOfNoTest = contexts.storage.getStore() === undefined
    this.#entry = this.#clock.setTimer({
      delayMs: this.#delayMs,
      run: () => this.#fire(),
      isRef: options.isRef ?? true,
      outlive: isOfNoTest ? (leftMs) => this.#becomeReal(leftMs) : undefined,
    })
  }

  ref(): this {
    this.#clock.setRef(this.#entry, true)
    this.#real?.ref?.()
    return this
  }

  unref(): this {
    this.#clock.setRef(this.#entry, false)
    this.#real?.unref?.()
    return this
  }

  hasRef(): boolean {
    return this.#entry.isRef
  }

  refresh(): this {
    if (this.#real) this.#real.refresh?.()
    else if (!this.#isCleared) this.#clock.rearm(this.#entry, this.#delayMs)
    return this
  }

  close(): this {
    this.#isCleared = true
    this.#clock.cancel(this.#entry)
    realTime.clearTimeout(this.#real)
    if (this.#id !== undefined) byId.delete(this.#id)
    return this
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.toPrimitive](): number {
    this.#id ??= nextId++
    byId.set(this.#id, this)
    return this.#id
  }

  #fire(): void {
    if (!this.#repeats && this.#id !== undefined) byId.delete(this.#id)
    try {
      Reflect.apply(this.#callback, this, this.#args)
    } finally {
      if (this.#repeats && !this.#isCleared) this.#again()
    }
  }

  #again(): void {
    if (this.#real) this.#becomeReal(this.#delayMs)
    else this.#clock.rearm(this.#entry, this.#delayMs)
  }

  #becomeReal(leftMs: number): void {
    this.#real = asReal(() => realTime.setTimeout(() => this.#fire(), leftMs))
    if (!this.#entry.isRef) this.#real.unref?.()
  }
}

/** Function.length and names are Node's: some libraries look. */
export interface AppTimers {
  readonly setTimeout: typeof globalThis.setTimeout
  readonly setInterval: typeof globalThis.setInterval
  readonly clearTimeout: typeof globalThis.clearTimeout
  readonly clearInterval: typeof globalThis.clearInterval
}

/** `promised` is what `util.promisify(setTimeout)` gives. */
export function createAppTimers(promised: unknown): AppTimers {
  function setTimeout(callback: Callback, delay?: unknown, ...args: unknown[]): unknown {
    const clock = typeof callback === 'function' ? appClock() : undefined
    if (!clock || clock.isDisposed || isCalledByInfrastructure()) {
      return asReal(() => Reflect.apply(realTime.setTimeout, globalThis, [callback, delay, ...args]))
    }
    return handleOf(new AppTimeout({ clock, callback, delay, args }))
  }
  function setInterval(callback: Callback, delay?: unknown, ...args: unknown[]): unknown {
    const clock = typeof callback === 'function' ? appClock() : undefined
    if (!clock || clock.isDisposed || isCalledByInfrastructure()) {
      return asReal(() => Reflect.apply(realTime.setInterval, globalThis, [callback, delay, ...args]))
    }
    return handleOf(new AppTimeout({ clock, callback, delay, args, repeats: true }))
  }
  function clearTimeout(handle?: unknown): void {
    clear(handle, realTime.clearTimeout)
  }
  function clearInterval(handle?: unknown): void {
    clear(handle, realTime.clearInterval)
  }
  const promisifyKey = builtin('node:util')?.promisify.custom
  if (promisifyKey) Object.defineProperty(setTimeout, promisifyKey, { enumerable: true, get: () => promised })
  return { setTimeout, setInterval, clearTimeout, clearInterval } as unknown as AppTimers
}

/** A page's timers are numbers. */
function handleOf(timeout: AppTimeout): unknown {
  return isNode() ? timeout : Number(timeout)
}

function clear(handle: unknown, clearReal: (handle?: number) => void): void {
  const own = handle instanceof AppTimeout ? handle : ownById(handle)
  if (own) own.close()
  else clearReal(handle as number)
}

function ownById(handle: unknown): AppTimeout | undefined {
  return typeof handle === 'number' || typeof handle === 'string' ? byId.get(Number(handle)) : undefined
}
