// Inside Vitest no Realtime socket reaches the network unasked: armed when the fixtures are imported, it refuses those that
// no local service takes, so that a real key never leaves a test run. It watches; it patches no global and loads nothing.

import { currentContext } from '../runtime/context.ts'
import { isRealtimeUrl } from '../runtime/realtime-urls.ts'
import { openGate } from '../transports/open-gate.ts'
import { unownedError } from './unowned.ts'
import { watchUpgrades } from './upgrade-watch.ts'

const key = Symbol.for('vitest-realtime.guard')
const home = globalThis as { [key]?: { readonly onRefused: Set<(problem: Error) => void> } }

/** Arms the guard for the life of this worker; a second call does nothing. */
export function armGuard(): void {
  if (home[key]) return
  const onRefused = new Set<(problem: Error) => void>()
  home[key] = { onRefused }
  watchUpgrades(({ url, refuse, hidesErrors }) => {
    if (!isRealtimeUrl(url) || currentContext()?.letsSocketsOut || openGate()?.claims(url)) return
    const problem = unownedError(url)
    for (const tell of onRefused) tell(problem)
    if (hidesErrors) console.error(problem.message)
    refuse(problem)
  })
}

/** Calls `listener` with the error of each socket that the guard refuses; returns the way to stop. */
export function onRefusedSocket(listener: (problem: Error) => void): () => void {
  home[key]?.onRefused.add(listener)
  return () => home[key]?.onRefused.delete(listener)
}
