// Which test code belongs to: one AsyncLocalStorage for the whole process, however often the kit is loaded
// (Vitest's module runner and Node may each load a copy), so it lives on globalThis.

import { builtin } from '../builtins.ts'
import type { Clock } from './clock/clock.ts'
import { PageContextStorage } from './page-context.ts'

/** One running LocalRealtime, as seen by interception and by the app's patched globals. */
export interface Context {
  /** Stable for the test's life; travels in the re-entry header. */
  readonly id: string
  /** For messages: the test's name. */
  readonly name: string
  readonly clock: Clock
  /** True while the app's Date and timers follow `clock`. */
  readonly followsAppTime: boolean
  /** True when the test lets Realtime sockets reach the network (`intercept: false`). */
  readonly letsSocketsOut?: boolean
  /** Seeded; answers the app's Math.random. */
  random(): number
  closed: boolean
}

/** The part of an AsyncLocalStorage that is used here. */
export interface ContextStorage {
  getStore(): Context | undefined
  run<T>(context: Context | undefined, work: () => T): T
  enterWith(context: Context | undefined): void
}

interface Shared {
  readonly storage: ContextStorage
  readonly live: Set<Context>
  /** Runs outside of every test's context. */
  readonly outside: <T>(work: () => T) => T
}

const key = Symbol.for('vitest-realtime.contexts')

function create(): Shared {
  const live = new Set<Context>()
  const hooks = builtin('node:async_hooks')
  const storage = hooks ? new hooks.AsyncLocalStorage<Context | undefined>() : new PageContextStorage(live)
  return { storage, live, outside: (work) => storage.run(undefined, work) }
}

const home = globalThis as { [key]?: Shared }
if (!home[key]) home[key] = create()
const shared: Shared = home[key]

export const contexts: Shared = shared

/** The context of the running code; without one, the only live context; else none. */
export function currentContext(): Context | undefined {
  const own = shared.storage.getStore()
  if (own) return own.closed ? undefined : own
  if (shared.live.size !== 1) return undefined
  const [only] = shared.live
  return only
}
