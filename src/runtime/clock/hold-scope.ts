// A piece of the kit's own work (a reply function of the test, an engine) that stops time, except while it sleeps on the clock.

import { builtin } from '../../builtins.ts'
import type { Sleeper } from './deadline-queue.ts'
import type { WorkLedger } from './work-ledger.ts'

const hooks = builtin('node:async_hooks')
const running = hooks && new hooks.AsyncLocalStorage<Sleeper>()
/** In a page nobody knows who sets a deadline; where one piece of work is held, it is taken to be that one. */
const heldInPage = new Set<Sleeper>()

/** The held work that the running code belongs to. */
export function currentSleeper(): Sleeper | undefined {
  if (running) return running.getStore()
  const [only, ...more] = heldInPage
  return more.length === 0 ? only : undefined
}

/** Runs `work` as real work of that name: time waits for it as for a file or a fetch. */
export async function holdWhile<T>(ledger: WorkLedger, name: string, work: () => T | PromiseLike<T>): Promise<T> {
  const sleeper: Sleeper = { deadlines: 0 }
  ledger.start(sleeper, { name, kind: 'held', state: () => (sleeper.deadlines > 0 ? 'resting' : 'pending') })
  try {
    if (running) return await running.run(sleeper, work)
    heldInPage.add(sleeper)
    return await work()
  } finally {
    heldInPage.delete(sleeper)
    ledger.end(sleeper)
  }
}
