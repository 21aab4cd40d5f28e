// Discrete-event time for one test: it jumps from deadline to deadline as soon as the world is quiet.
// Here are its doors, for the kit (`Clock`) and for the app's patched globals (`AppClock`); who moves time is in pump.ts.

import { RealtimeKitError } from '../../errors.ts'
import type { AppClock, AppEntry, AppTimer } from './app-clock.ts'
import type { ClockEntry, Mover, WaitOptions } from './clock.ts'
import type { QueueEntry } from './deadline-queue.ts'
import { currentSleeper, holdWhile } from './hold-scope.ts'
import { inThisContext } from './in-this-context.ts'
import { trackWork } from './pending-work.ts'
import { Pump } from './pump.ts'
import { realTime } from './real-time.ts'
import { WorkLedger } from './work-ledger.ts'

export interface VirtualClockOptions {
  /** Unix ms of `now() === 0`. */
  readonly epochMs: number
  /** Turns of the real event loop in which nothing may move before time does; default 2. */
  readonly quietTurns?: number
  /** Real ms without any sign of life after which a wait fails that nobody can serve; default 1000. */
  readonly silenceMs?: number
  /** Real ms for which pending real work stops time at most; default 1000. */
  readonly freezeMs?: number
  /** Told what is odd but fails nothing. */
  readonly onFinding?: (finding: string) => void
}

/** What the queue keeps and what it hands out are the same objects; nobody outside sees their insides. */
function isQueueEntry(entry: ClockEntry): entry is QueueEntry {
  return 'place' in entry
}

/**
 * Virtual ms of one test.
 *
 * @example
 * const clock = new VirtualClock({ epochMs: Date.now() })
 * clock.at(clock.now() + 300, () => socket.send(answer), 'service')
 * await clock.advance(1000)
 */
export class VirtualClock implements AppClock {
  readonly originMs = realTime.now()
  readonly work = new WorkLedger(() => this.activity())
  readonly #pump: Pump
  readonly #onFinding: (finding: string) => void
  readonly #untrack: () => void
  readonly #startEpochMs: number
  #epochMs: number

  constructor(options: VirtualClockOptions) {
    const { epochMs, quietTurns = 2, silenceMs = 1000, freezeMs = 1000, onFinding = () => {} } = options
    this.#startEpochMs = epochMs
    this.#epochMs = epochMs
    this.#onFinding = onFinding
    const report = (finding: string) => this.report(finding)
    this.#pump = new Pump({ work: this.work, quietTurns, silenceMs, freezeMs, report })
    this.#untrack = trackWork()
  }

  get epochMs(): number {
    return this.#epochMs
  }

  get isDisposed(): boolean {
    return this.#pump.isDisposed
  }

  now(): number {
    return this.#pump.now()
  }

  at(dueMs: number, run: () => void, mover: Mover): ClockEntry {
    return this.#add(dueMs, run, mover)
  }

  cancel(entry: ClockEntry): void {
    if (isQueueEntry(entry)) this.#pump.queue.remove(entry)
  }

  /** Stops time until `work` settles, however long that takes. */
  async hold<T>(work: PromiseLike<T>): Promise<T> {
    this.#pump.holds++
    try {
      return await work
    } finally {
      this.#pump.holds--
      this.activity()
    }
  }

  /** Stops time while `work` runs, as for a file or a fetch: at most `freezeMs`, and not while it sleeps on this clock. */
  holdWhile<T>(name: string, work: () => T | PromiseLike<T>): Promise<T> {
    return holdWhile(this.work, name, work)
  }

  serving(): () => void {
    const key = {}
    this.work.startServing(key)
    return () => this.work.endServing(key)
  }

  activity(): void {
    this.#pump.busy.reset()
    this.#pump.note()
    this.#pump.stir()
  }

  async wait<T>(settles: PromiseLike<T>, options: WaitOptions): Promise<T> {
    const { waits } = this.#pump
    const wait = waits.open(options, this.now(), this.wait)
    this.#pump.stir()
    try {
      return await Promise.race([settles, wait.failed])
    } finally {
      waits.close(wait)
    }
  }

  quiet(): Promise<void> {
    return this.#pump.whenQuiet()
  }

  advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) return refuse(`clock.advance(ms) needs ms from 0 on, got ${String(ms)}`)
    this.#pump.stir()
    if (this.#pump.isUnderFakes) {
      return refuse(
        'clock.advance(ms) cannot move time while vi.useFakeTimers() drives it: await vi.advanceTimersByTimeAsync(ms)',
      )
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#add(this.now() + ms, resolve, 'service', { isLast: true })
    return promise
  }

  /** Counts only ref'd timers: Node would not wait for the others either (`AbortSignal.timeout`, keep-alives). */
  dispose(): number {
    if (this.isDisposed) return 0
    const nowMs = this.now()
    this.#untrack()
    const left = this.#pump.dispose().filter((entry) => entry.mover === 'app')
    for (const entry of left) entry.outlive?.(Math.max(0, entry.dueMs - nowMs))
    return left.filter((entry) => entry.isRef && !entry.outlive).length
  }

  appNow(): number {
    return this.#pump.readByApp()
  }

  setTimer(timer: AppTimer): AppEntry {
    return this.#add(this.now() + timer.delayMs, timer.run, 'app', timer)
  }

  rearm(entry: AppEntry, delayMs: number): void {
    if (!isQueueEntry(entry) || this.isDisposed) return
    this.#pump.queue.remove(entry)
    entry.dueMs = this.now() + delayMs
    this.#pump.add(entry)
  }

  setRef(entry: AppEntry, isRef: boolean): void {
    if (!isQueueEntry(entry) || entry.isRef === isRef) return
    this.#pump.queue.setRef(entry, isRef)
    this.#pump.stir()
  }

  setSystemTime(unixMs?: number): void {
    this.#epochMs = unixMs === undefined ? this.#startEpochMs : unixMs - this.now()
  }

  lookForFakeTimers(): void {
    this.#pump.stir()
  }

  noteActivity(): void {
    this.#pump.note()
  }

  report(finding: string): void {
    this.#onFinding(finding)
  }

  #add(dueMs: number, run: () => void, mover: Mover, how: Partial<AppTimer> & { isLast?: boolean } = {}): QueueEntry {
    const entry: QueueEntry = {
      dueMs: Math.max(dueMs, this.now()),
      mover,
      isRef: how.isRef ?? true,
      run: inThisContext(run),
      order: 0,
      place: -1,
      sleeper: currentSleeper(),
      outlive: how.outlive,
    }
    if (!this.isDisposed) this.#pump.add(entry, how.isLast)
    return entry
  }
}

function refuse(message: string): Promise<never> {
  return Promise.reject(new RealtimeKitError('RTK_CLOCK', message))
}
