// A piece of the kit's own work (a reply function of the test, an engine) that stops time, except while it sleeps on the clock.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Sleeper } from './deadline-queue.ts'
import type { WorkLedger } from './work-ledger.ts'

const running = new AsyncLocalStorage<Sleeper>()

/** The held work that the running code belongs to. */
export function currentSleeper(): Sleeper | undefined {
  return running.getStore()
}

/** Runs `work` as real work of that name: time waits for it as for a file or a fetch. */
export async function holdWhile<T>(ledger: WorkLedger, name: string, work: () => T | PromiseLike<T>): Promise<T> {
  const sleeper: Sleeper = { deadlines: 0 }
  ledger.start(sleeper, { name, state: () => (sleeper.deadlines > 0 ? 'resting' : 'pending') })
  try {
    return await running.run(sleeper, work)
  } finally {
    ledger.end(sleeper)
  }
}
