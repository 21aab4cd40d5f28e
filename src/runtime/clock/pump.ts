// Decides, each time the world is quiet, whether time may move and to which deadline (one per quiet period), or why it must not.
// It asks its parts: queue, freeze, waits, fake timers, real flow. The doors to it are in virtual-clock.ts.

import { BusyWait } from './busy-wait.ts'
import { DeadlineQueue, type QueueEntry } from './deadline-queue.ts'
import { FakeDriver } from './fake-timers.ts'
import { Freeze } from './freeze.ts'
import { fakesFinding, OpenWaits } from './open-waits.ts'
import { type NextMove, QuietLoop } from './quiet-loop.ts'
import { flowFinding, flowToReportMs, RealFlow, type Stretch } from './real-flow.ts'
import { realTime } from './real-time.ts'
import { Silence } from './silence.ts'
import type { WorkLedger } from './work-ledger.ts'

export interface PumpOptions {
  readonly work: WorkLedger
  readonly quietTurns: number
  readonly silenceMs: number
  readonly freezeMs: number
  readonly report: (finding: string) => void
}

/** How often real work without an end of its own, and fake timers, are looked at while time stands still for them. */
const lookAgainMs = 5
/** Evaluation follows the fetch of an imported module; its effects take some turns to show. */
const turnsAfterImport = 10
const anotherPeriod: NextMove = () => {}

export class Pump {
  readonly queue = new DeadlineQueue()
  readonly waits = new OpenWaits()
  /** Outstanding `hold`s. */
  holds = 0
  readonly busy: BusyWait
  readonly #options: PumpOptions
  readonly #loop: QuietLoop
  readonly #freeze: Freeze
  readonly #silence: Silence
  readonly #flow = new RealFlow(() => this.#wake())
  readonly #fakes = new FakeDriver(() => this.#runLent())
  readonly #quietCallers: (() => void)[] = []
  #nowMs = 0
  #wasStopped = false
  #hasReportedFlow = false
  #hasReportedFakes = false
  #lookTimer: ReturnType<typeof setTimeout> | undefined
  #isDisposed = false

  constructor(options: PumpOptions) {
    this.#options = options
    this.#loop = new QuietLoop(options.quietTurns, () => this.#decide())
    this.#silence = new Silence(
      options.silenceMs,
      () => this.#loop.moves,
      () => this.#failStuckWaits(),
    )
    this.busy = new BusyWait(options.report)
    this.#freeze = new Freeze(options.work, options.freezeMs, options.report)
  }

  get isDisposed(): boolean {
    return this.#isDisposed
  }

  get isUnderFakes(): boolean {
    return this.#fakes.isDriving
  }

  now(): number {
    if (this.#fakes.isDriving) this.#lookForFakes()
    return this.#nowMs
  }

  add(entry: QueueEntry, isLast = false): void {
    if (entry.mover === 'app') entry.notBeforeMs = this.#flow.setAtMs() + entry.dueMs - this.#nowMs
    this.queue.add(entry, isLast)
    this.stir()
  }

  /** `now()` for the app, which may be waiting busily. */
  readByApp(): number {
    const passedMs = this.busy.read(this.#nowMs, this.queue.first?.dueMs ?? Number.POSITIVE_INFINITY)
    if (passedMs === 0) return this.now()
    this.#nowMs += passedMs
    this.#flow.restart()
    return this.#nowMs
  }

  /** A sign of life: a frame, a new deadline, a wait. */
  stir(): void {
    if (this.#isDisposed) return
    this.#silence.end()
    // At once, not at the next quiet moment: a test may move its fake timers in this very turn.
    if (this.#lookForFakes()) this.#fakes.lend(this.queue.first)
    this.#wake()
  }

  /** Starts the quiet period again; wakes nobody. */
  note(): void {
    this.#loop.note()
  }

  whenQuiet(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#quietCallers.push(resolve)
    this.#wake()
    return promise
  }

  /** Gives back what was left in the queue. */
  dispose(): QueueEntry[] {
    this.#isDisposed = true
    this.#loop.stop()
    this.#flow.unpark()
    realTime.clearTimeout(this.#lookTimer)
    this.#silence.end()
    this.#fakes.lend(undefined)
    return this.queue.clear()
  }

  #wake(): void {
    if (this.#isDisposed) return
    this.#flow.unpark()
    this.#loop.wake()
  }

  #decide(): NextMove {
    if (this.#lookForFakes()) return this.#decideUnderFakes()
    if (this.holds > 0) return this.#stop()
    if (this.#importsJustEnded()) return anotherPeriod
    const freeze = this.#freeze.look()
    if (freeze !== 'free') this.#lookAgain()
    if (freeze === 'frozen') return this.#stop()
    if (this.#wasStopped) this.#flow.restart()
    this.#wasStopped = false
    this.#tellQuiet()
    const isFree = freeze === 'free'
    const next = this.queue.first
    if (next && (this.#flow.permits(next.dueMs) || (isFree && this.#mayPull()))) return this.#moveTo(next)
    if (!isFree && this.#flow.permits(this.waits.deadlineMs)) this.waits.expire(this.waits.deadlineMs + 0.001, this.#nowMs, next)
    this.#park(isFree)
    return undefined
  }

  /** The service and the caller pull; timers of the app only while the test waits for the kit, and only as far as it waits. */
  #mayPull(): boolean {
    if (this.queue.firstPuller) return true
    const timer = this.queue.firstRefd
    return timer !== undefined && !this.waits.isEmpty && timer.dueMs <= this.waits.deadlineMs
  }

  #moveTo(next: QueueEntry): NextMove {
    // The test that waited too long goes on before time does.
    if (this.waits.expire(next.dueMs, this.#nowMs, next)) return anotherPeriod
    return () => this.#run(next)
  }

  #run(entry: QueueEntry): void {
    if (!this.queue.remove(entry)) return
    const byMs = entry.dueMs - this.#nowMs
    if (byMs > 0 && !this.#fakes.isDriving) {
      this.#nowMs = entry.dueMs
      if (this.#flow.permits(entry.dueMs)) this.#carry(byMs)
      else this.#flow.restart()
    }
    this.#silence.end()
    this.busy.reset()
    entry.run()
  }

  #carry(byMs: number): void {
    this.#flow.carried(byMs)
    if (this.#hasReportedFlow || this.#flow.flowedMs <= flowToReportMs || !this.waits.isEmpty) return
    this.#hasReportedFlow = true
    this.#options.report(flowFinding)
  }

  #stop(): undefined {
    this.#wasStopped = true
  }

  /** The effects of an import come some turns after it. */
  #importsJustEnded(): boolean {
    if (!this.#options.work.imports.takeEnd()) return false
    this.#loop.lengthen(turnsAfterImport)
    return true
  }

  #park(isFree: boolean): void {
    const { firstApp, firstPuller } = this.queue
    let until: Stretch | undefined = firstApp
    if (!isFree && firstPuller && !(firstApp && firstApp.dueMs <= firstPuller.dueMs)) until = firstPuller
    const boundMs = isFree ? Number.POSITIVE_INFINITY : this.waits.deadlineMs
    if (boundMs < (until?.dueMs ?? Number.POSITIVE_INFINITY)) until = { dueMs: boundMs, isRef: true }
    if (until) this.#flow.park(until, this.#nowMs)
    if (isFree && !this.waits.isEmpty) this.#silence.listen()
  }

  #lookAgain(): void {
    this.#lookTimer ??= realTime.setTimeout(() => {
      this.#lookTimer = undefined
      this.#wake()
    }, lookAgainMs)
  }

  #tellQuiet(): void {
    if (this.queue.firstPuller) return
    for (const tell of this.#quietCallers.splice(0)) tell()
  }

  #failStuckWaits(): void {
    if (this.#lookForFakes()) this.#standUnderFakes()
    else this.waits.failStuck(this.queue, this.#nowMs, this.#options.silenceMs)
    this.#wake()
  }

  #standUnderFakes(): void {
    if (!this.waits.isEmpty) return this.waits.failUnderFakes(this.queue, this.#nowMs, this.#options.silenceMs)
    if (this.#hasReportedFakes || !this.queue.firstPuller) return
    this.#hasReportedFakes = true
    this.#options.report(fakesFinding(this.queue))
  }

  #lookForFakes(): boolean {
    const wereDriving = this.#fakes.isDriving
    const nowMs = wereDriving ? this.#fakes.now() : this.#nowMs
    if (nowMs > this.#nowMs) {
      this.#nowMs = nowMs
      this.#loop.note()
    }
    const areDriving = this.#fakes.look(this.#nowMs)
    if (wereDriving && !areDriving) this.#flow.restart()
    return areDriving
  }

  #decideUnderFakes(): NextMove {
    const next = this.queue.first
    if (next && next.dueMs <= this.#nowMs) return () => this.#run(next)
    this.waits.expire(this.#nowMs, this.#nowMs, next)
    this.#fakes.lend(next)
    this.#tellQuiet()
    if (!this.waits.isEmpty || (this.queue.firstPuller && !this.#hasReportedFakes)) this.#silence.listen()
    if (next || !this.waits.isEmpty) this.#lookAgain()
    return undefined
  }

  /** The fake timers came to the deadline that they were lent. */
  #runLent(): void {
    if (this.#isDisposed) return
    const dueMs = this.now()
    for (let next = this.queue.first; next && next.dueMs <= dueMs; next = this.queue.first) this.#run(next)
    this.#fakes.lend(this.queue.first)
    this.#wake()
  }
}
