// Which running service a socket of the app belongs to: the one whose context opened it; else the only one that runs; else
// nobody's, and refused with the names of the running tests, so that no test ever reaches the network with a real key.

import type { RealtimeKitError } from '../errors.ts'
import { type GateHandle, installGate } from '../transports/gate.ts'
import type { Doorman } from '../transports/transport.ts'
import { type Context, contexts } from '../runtime/context.ts'
import type { Service } from '../runtime/service.ts'
import { onRefusedSocket } from './guard.ts'
import { unownedError } from './unowned.ts'
import { watchUpgrades } from './upgrade-watch.ts'

const services = new Map<Context, Service>()
let gate: GateHandle | undefined
let stops: (() => void)[] = []

function owner(): Service | undefined {
  const own = contexts.storage.getStore()
  if (own) return services.get(own)
  if (contexts.live.size !== 1) return undefined
  const [only] = contexts.live
  return only && services.get(only)
}

function someClaims(url: URL): boolean {
  return [...services.values()].some((one) => one.claims(url))
}

/** Makes the running tests red: one of them opened a socket, and nobody can tell which. */
function blame(problem: Error): void {
  if (contexts.storage.getStore() || contexts.live.size < 2) return
  for (const service of services.values()) service.verdict.report(problem)
}

/** Where no guard has refused the socket before it came here: outside of Vitest. */
function refuse(): Doorman {
  return ({ url }) => {
    const problem: RealtimeKitError = unownedError(url)
    blame(problem)
    return { status: 503, body: { error: { message: problem.message, type: 'server_error', code: problem.code, param: null } } }
  }
}

/** Lets this service take the sockets of its test; gives the way out. */
export function enrol(service: Service): () => void {
  if (services.size === 0) stops = [watchUpgrades(({ url }) => noteTried(url)), onRefusedSocket(blame)]
  services.set(service.context, service)
  if (service.options.intercept !== false) {
    gate ??= installGate({
      covers: (origin) => [...services.values()].some((one) => one.coversOrigin(origin)),
      claims(url) {
        const mine = owner()
        return mine?.claims(url) ? mine.door : undefined
      },
      refuses: (url) => (!owner() && someClaims(url) ? refuse() : undefined),
    })
  }
  return () => {
    services.delete(service.context)
    if (services.size > 0) return
    for (const stop of stops.splice(0)) stop()
    gate?.uninstall()
    gate = undefined
  }
}

/** For messages: what the app opened and nobody took. */
function noteTried(url: URL): void {
  const mine = owner()
  if (mine && !mine.claims(url)) mine.tried.add(url.href)
}

/** Puts our global WebSocket outermost again; for msw's `listen()`. */
export function repatchGate(): void {
  gate?.repatch()
}
