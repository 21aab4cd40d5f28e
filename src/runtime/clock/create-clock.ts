// The one place that knows which clock belongs to which `timing`.

import type { Clock } from './clock.ts'
import { ScaledClock } from './scaled-clock.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface ClockOptions {
  readonly timing: 'virtual' | 'real' | { readonly scale: number }
  /** Unix ms of `now() === 0`. */
  readonly epochMs: number
  /** Told what is odd but fails nothing. */
  readonly onFinding?: (finding: string) => void
}

/** A clock that also knows work of the kit itself. */
export interface KitClock extends Clock {
  /**
   * Runs `work` (a reply function of the test, an engine). Virtual time stands still meanwhile, for at most 1 s of real time, and
   * not while `work` sleeps on this clock. `name` is for the finding: "the clock waited 1.0 s for the reply 'book'".
   */
  holdWhile<T>(name: string, work: () => T | PromiseLike<T>): Promise<T>
  /**
   * The kit owes the app an HTTP answer or the end of a handshake, on this clock: the app's pending request must not stop time.
   * Returns what to call when it is answered.
   */
  serving(): () => void
}

/**
 * Makes the clock of one `LocalRealtime`; its owner disposes it.
 *
 * @example
 * const clock = createClock({ timing: 'virtual', epochMs: Date.now(), onFinding: (finding) => timeline.append(…) })
 */
export function createClock(options: ClockOptions): KitClock {
  const { timing, epochMs, onFinding } = options
  if (timing === 'virtual') return new VirtualClock({ epochMs, ...(onFinding && { onFinding }) })
  return new ScaledClock({ epochMs, scale: timing === 'real' ? 1 : timing.scale })
}
