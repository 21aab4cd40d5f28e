// What all copies of the kit in one process know of the copy that patched the globals.

/** The machine's timers and clocks, as they were before anybody of the kit patched them. */
export interface RealTime {
  readonly setTimeout: typeof globalThis.setTimeout
  readonly clearTimeout: typeof globalThis.clearTimeout
  readonly setInterval: typeof globalThis.setInterval
  readonly clearInterval: typeof globalThis.clearInterval
  readonly setImmediate: typeof globalThis.setImmediate
  readonly clearImmediate: typeof globalThis.clearImmediate
  readonly Date: DateConstructor
  /** Unix ms. */
  dateNow(): number
  /** Ms since the process began, with fractions. */
  now(): number
  random(): number
  abortTimeout(ms: number): AbortSignal
}

/** Where on `globalThis` the copy that owns the patches leaves its record. */
export const patcherKey = Symbol.for('vitest-realtime.patcher')

/** The record of the owner: other copies count themselves in and out, and take the originals from it. */
export interface Patcher {
  readonly realTime: RealTime
  users: number
  /** Puts every global back that nobody else has changed since. */
  restore(): void
  /** Puts our Date back where Vitest's own restore has removed it. */
  reapplyDate(): void
}
