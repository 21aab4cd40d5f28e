// A running test's context around a virtual clock, as the runtime makes it, for tests of the clock alone.

import { asReal } from '../../../../src/runtime/clock/call-site.ts'
import { realTime } from '../../../../src/runtime/clock/real-time.ts'
import { VirtualClock, type VirtualClockOptions } from '../../../../src/runtime/clock/virtual-clock.ts'
import { type Context, contexts } from '../../../../src/runtime/context.ts'

export interface ClockOfTest {
  readonly clock: VirtualClock
  readonly context: Context
  readonly findings: string[]
}

let count = 0

/** Mulberry32: enough for a test. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A context that is live until `close()`; `left` of that is the number of app timers that were dropped. */
export function openClock(options: Partial<VirtualClockOptions> & { seed?: number } = {}): ClockOfTest & { close(): number } {
  const findings: string[] = []
  const clock = new VirtualClock({ epochMs: realTime.dateNow(), onFinding: (finding) => findings.push(finding), ...options })
  const id = `context-${++count}`
  const random = seededRandom(options.seed ?? 1)
  const context: Context = { id, name: id, clock, followsAppTime: true, random, closed: false }
  contexts.live.add(context)
  const close = () => {
    contexts.live.delete(context)
    context.closed = true
    return clock.dispose()
  }
  return { clock, context, findings, close }
}

/** Runs `work` as a test with a virtual clock of its own. */
export async function withClock<T>(
  work: (test: ClockOfTest) => T | Promise<T>,
  options: Partial<VirtualClockOptions> & { seed?: number } = {},
): Promise<T> {
  const opened = openClock(options)
  try {
    return await contexts.storage.run(opened.context, () => work(opened))
  } finally {
    opened.close()
  }
}

/** So many turns of the real event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => realTime.setImmediate(resolve))
}

/** Real ms that `work` takes, and its result. */
export async function timed<T>(work: () => Promise<T>): Promise<{ readonly realMs: number; readonly result: T }> {
  const startMs = realTime.now()
  const result = await work()
  return { realMs: realTime.now() - startMs, result }
}

/** Ms of the clock, whole. */
export function sleepOn(clock: VirtualClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.at(clock.now() + ms, resolve, 'service'))
}

/** Real ms, as code outside of the test would spend them. */
export function realSleep(ms: number): Promise<void> {
  return new Promise((resolve) => asReal(() => realTime.setTimeout(resolve, ms)))
}

/** A timer of the app, without the patched globals. */
export function appTimer(clock: VirtualClock, delayMs: number, run: () => void = () => {}, isRef = true) {
  return clock.setTimer({ delayMs, run, isRef })
}
