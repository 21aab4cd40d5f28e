// The clock of one LocalRealtime: what the runtime, the caller and the app's patched timers need of it.

/**
 * Who set a deadline. `service` and `caller` pull virtual time as soon as the world is quiet; `app` timers pull only while
 * a kit wait is open; `idle` never pulls (idle timeout, session expiry): it fires on the way or by `advance`.
 */
export type Mover = 'service' | 'caller' | 'app' | 'idle'

export interface ClockEntry {
  readonly dueMs: number
}

export interface Clock {
  /** Virtual (or real, or scaled) ms since the clock began; starts at 0. */
  now(): number
  /** Unix ms of `now() === 0`: what the app's `Date` starts at. */
  readonly epochMs: number
  /** Runs `run` at `dueMs` (never earlier than now), in the async context of this call. Same instant: first come, first served. */
  at(dueMs: number, run: () => void, mover: Mover): ClockEntry
  cancel(entry: ClockEntry): void
  /** Freezes the clock until `work` settles. */
  hold<T>(work: PromiseLike<T>): Promise<T>
  /** Something moved (a frame in or out): the quiet period starts again. */
  activity(): void
  /** The test waits for `settles`: app timers due within `timeoutMs` pull time too. Rejects with RTK_WAIT when nobody can move. */
  wait<T>(settles: PromiseLike<T>, options: WaitOptions): Promise<T>
  /** Resolves when the world is quiet and no service or caller deadline is left. */
  quiet(): Promise<void>
  advance(ms: number): Promise<void>
  /** Drops everything that is left; returns how many app timers that were. */
  dispose(): number
}

export interface WaitOptions {
  /** Virtual ms. */
  readonly timeoutMs: number
  /** For the message: "nextResponse()", "expect(realtime).toEmit('response.done')". */
  readonly what: string
}
