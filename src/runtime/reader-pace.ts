// How long, and how fast, a reply is taken from its author. One that streams may be without end: it waits until what is planned of it
// comes due, until the app has had its turn, and until a slow client has read.

import type { KitClock } from './clock/create-clock.ts'
import { realTime } from './clock/real-time.ts'
import type { Connection } from './connection.ts'

/** How far a reply may be planned ahead of what is sent, in ms of the clock. */
const maxAheadMs = 10_000
/** Pieces after which the app has its turn. */
const piecesPerTurn = 64

export interface StreamPlace {
  readonly connection: Connection
  readonly responseId: string
  /** Pieces so far. */
  readonly count: number
  /** Aborted when nobody waits for the reply any more. */
  readonly signal: AbortSignal
}

/** Resolves when the next piece may be taken. */
export async function waitForReader(clock: KitClock, { connection, responseId, count, signal }: StreamPlace): Promise<void> {
  while (!signal.aborted) {
    const aheadMs = connection.plannedUntilMs(responseId) - clock.now()
    if (aheadMs <= maxAheadMs) break
    await sleep(clock, aheadMs - maxAheadMs / 2, signal)
  }
  if (count % piecesPerTurn === 0) await clock.hold(new Promise((resolve) => realTime.setImmediate(resolve)))
  const drained = connection.drained()
  if (drained) await clock.hold(drained)
}

/** Rejects when the signal says that nobody waits for the answer any more: work that is pending then must not hold the clock. */
export async function whileWanted<T>(signal: AbortSignal, work: () => T | PromiseLike<T>): Promise<T> {
  signal.throwIfAborted()
  const { promise: unwanted, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(signal.reason)
  signal.addEventListener('abort', stop)
  try {
    return await Promise.race([work(), unwanted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Tells a stream that nobody reads on. It may be busy for ever: nobody waits for that either. */
export function leave(stream: AsyncIterator<unknown> | Iterator<unknown>): void {
  void (async () => stream.return?.())().catch(() => {})
}

/** Never moves the clock by itself: what is planned does. */
function sleep(clock: KitClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clock.cancel(entry)
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const entry = clock.at(clock.now() + ms, wake, 'idle')
    signal.addEventListener('abort', wake)
  })
}
