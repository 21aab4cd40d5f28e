// Inside Vitest no Realtime socket or request reaches the network unasked: armed when the fixtures are imported, it refuses those
// that no local service takes, so that a real key never leaves a test run. It watches; it patches no global and loads nothing.

import { currentContext } from '../runtime/context.ts'
import { handlerSources } from '../runtime/link-handlers.ts'
import { isRealtimeUrl } from '../runtime/realtime-urls.ts'
import { openGate, othersIntercept } from '../transports/open-gate.ts'
import { unownedError } from './unowned.ts'
import { type OutgoingRequest, watchRequests } from './upgrade-watch.ts'

const key = Symbol.for('vitest-realtime.guard')
const home = globalThis as { [key]?: { readonly onRefused: Set<(problem: Error) => void> } }

/** Arms the guard for the life of this worker; a second call does nothing. */
export function armGuard(): void {
  if (home[key]) return
  const onRefused = new Set<(problem: Error) => void>()
  home[key] = { onRefused }
  watchRequests((request) => {
    const { url, refuse, hidesErrors } = request
    if (!isRealtimeUrl(url) || currentContext()?.letsSocketsOut || isTaken(request)) return
    const problem = unownedError(url)
    for (const tell of onRefused) tell(problem)
    if (hidesErrors) console.error(problem.message)
    refuse(problem)
  })
}

/** Requests may also be answered by the user's msw, which alone knows for which it has handlers. */
function isTaken({ url, method, isUpgrade }: OutgoingRequest): boolean {
  const gate = openGate()
  if (isUpgrade) return gate?.claims(url) ?? false
  return (
    gate?.answers({ url, method }) || [...handlerSources].some((source) => source.answers({ url, method })) || othersIntercept()
  )
}

/** Calls `listener` with the error of each socket that the guard refuses; returns the way to stop. */
export function onRefusedSocket(listener: (problem: Error) => void): () => void {
  home[key]?.onRefused.add(listener)
  return () => home[key]?.onRefused.delete(listener)
}
