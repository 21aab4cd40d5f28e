// Real time, or real time times a factor, as a clock: absolute deadlines that do not drift. The app's time is not touched.

import { RealtimeKitError } from '../../errors.ts'
import { contexts } from '../context.ts'
import type { Clock, ClockEntry, Mover, WaitOptions } from './clock.ts'
import { DeadlineQueue, type QueueEntry } from './deadline-queue.ts'
import { inThisContext } from './in-this-context.ts'
import { realTime } from './real-time.ts'

/** The longest delay that a timer of Node takes. */
const maxTimerMs = 2 ** 31 - 1

export interface ScaledClockOptions {
  /** Unix ms of `now() === 0`. */
  readonly epochMs: number
  /** Ms of this clock in one real ms: 10 runs ten times as fast; default 1. */
  readonly scale?: number
}

function isQueueEntry(entry: ClockEntry): entry is QueueEntry {
  return 'place' in entry
}

/**
 * The clock of timing `'real'` and `{ scale }`.
 *
 * @example
 * const clock = new ScaledClock({ epochMs: Date.now(), scale: 10 })
 * clock.at(clock.now() + 300, () => socket.send(answer), 'service')   // 30 real ms from now
 */
export class ScaledClock implements Clock {
  readonly epochMs: number
  readonly #scale: number
  readonly #startedAtMs = realTime.now()
  readonly #queue = new DeadlineQueue()
  readonly #quietCallers: (() => void)[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Instead of the timer where something is overdue: a timer takes 1 ms at least, and with many sessions they would add up. */
  #immediate: ReturnType<typeof setImmediate> | undefined
  /** While a deadline runs it is exactly its time: what follows from it does not drift. */
  #stampMs: number | undefined
  #isDisposed = false

  constructor(options: ScaledClockOptions) {
    this.epochMs = options.epochMs
    this.#scale = options.scale ?? 1
    if (!(this.#scale > 0 && this.#scale < Number.POSITIVE_INFINITY)) {
      throw new RealtimeKitError('RTK_CLOCK', `timing: { scale } must be a number above 0, got ${String(options.scale)}`)
    }
  }

  now(): number {
    return this.#stampMs ?? (realTime.now() - this.#startedAtMs) * this.#scale
  }

  at(dueMs: number, run: () => void, mover: Mover): ClockEntry {
    const entry: QueueEntry = {
      dueMs: Math.max(dueMs, this.now()),
      mover,
      isRef: true,
      run: inThisContext(run),
      order: 0,
      place: -1,
    }
    if (this.#isDisposed) return entry
    this.#queue.add(entry)
    if (this.#queue.first === entry) this.#arm()
    return entry
  }

  cancel(entry: ClockEntry): void {
    if (!isQueueEntry(entry) || !this.#queue.remove(entry)) return
    this.#arm()
  }

  /** Nothing to stop: real time goes on. */
  async hold<T>(work: PromiseLike<T>): Promise<T> {
    return await work
  }

  async holdWhile<T>(_name: string, work: () => T | PromiseLike<T>): Promise<T> {
    return await work()
  }

  serving(): () => void {
    return () => {}
  }

  activity(): void {}

  async wait<T>(settles: PromiseLike<T>, options: WaitOptions): Promise<T> {
    const { promise: failed, reject } = Promise.withResolvers<never>()
    const message = `${options.what} timed out after ${options.timeoutMs} ms of the clock (real time times ${this.#scale}).`
    const timer = this.#setTimer(() => reject(new RealtimeKitError('RTK_WAIT', message)), options.timeoutMs / this.#scale)
    try {
      return await Promise.race([settles, failed])
    } finally {
      realTime.clearTimeout(timer)
    }
  }

  quiet(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#quietCallers.push(resolve)
    this.#tellQuietSoon()
    return promise
  }

  /** Lets so many ms of the clock pass; idle deadlines come by themselves here. */
  advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
      return Promise.reject(new RealtimeKitError('RTK_CLOCK', `clock.advance(ms) needs ms from 0 on, got ${String(ms)}`))
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.at(this.now() + ms, resolve, 'caller')
    return promise
  }

  dispose(): number {
    this.#isDisposed = true
    this.#disarm()
    this.#queue.clear()
    return 0
  }

  #arm(): void {
    this.#disarm()
    const next = this.#queue.first
    if (next) {
      const leftMs = next.dueMs / this.#scale - (realTime.now() - this.#startedAtMs)
      if (leftMs > 0) this.#timer = this.#setTimer(this.#fire, Math.ceil(leftMs))
      else this.#immediate = contexts.outside(() => realTime.setImmediate(this.#fire))
    }
    if (this.#queue.firstPuller) return
    // A session's expiry in an hour must not keep the process alive.
    this.#timer?.unref?.()
    this.#immediate?.unref?.()
    this.#tellQuietSoon()
  }

  #disarm(): void {
    realTime.clearTimeout(this.#timer)
    if (this.#immediate !== undefined) realTime.clearImmediate(this.#immediate)
    this.#timer = this.#immediate = undefined
  }

  #setTimer(run: () => void, ms: number): ReturnType<typeof setTimeout> {
    return contexts.outside(() => realTime.setTimeout(run, Math.min(Math.max(0, ms), maxTimerMs)))
  }

  readonly #fire = (): void => {
    this.#immediate = undefined
    const next = this.#queue.first
    // A timer of Node may come a little early.
    if (next && next.dueMs <= this.now()) this.#run(next)
    else this.#arm()
  }

  #run(entry: QueueEntry): void {
    this.#queue.remove(entry)
    this.#stampMs = entry.dueMs
    try {
      entry.run()
    } finally {
      this.#stampMs = undefined
      this.#arm()
    }
  }

  #tellQuietSoon(): void {
    if (this.#quietCallers.length === 0 || this.#queue.firstPuller) return
    contexts.outside(() => realTime.setImmediate(() => realTime.setImmediate(() => this.#tellQuiet())))
  }

  #tellQuiet(): void {
    if (this.#queue.firstPuller) return
    for (const tell of this.#quietCallers.splice(0)) tell()
  }
}
