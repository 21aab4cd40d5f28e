// Watches real work while at least one virtual clock lives, once per process however many copies of the kit there are.

import { createWorkHook } from './async-work.ts'
import { watchHttp } from './http-work.ts'

interface Tracker {
  users: number
  stop(): void
}

const key = Symbol.for('vitest-realtime.pending-work')
const home = globalThis as { [key]?: Tracker }

/** Starts watching, or joins in; the returned function leaves, and the last one stops it. */
export function trackWork(): () => void {
  home[key] ??= start()
  const tracker = home[key]
  tracker.users++
  return () => {
    if (--tracker.users > 0) return
    tracker.stop()
    if (home[key] === tracker) delete home[key]
  }
}

function start(): Tracker {
  const hook = createWorkHook()?.enable()
  const leave = watchHttp()
  return {
    users: 0,
    stop() {
      hook?.disable()
      leave()
    },
  }
}
