// Which running service a socket of the app belongs to: the one whose context opened it; else the only one that runs; else
// nobody's, and refused with the names of the running tests, so that no test ever reaches the network with a real key.

import { RealtimeKitError } from '../errors.ts'
import { type GateHandle, installGate } from '../transports/gate.ts'
import type { Doorman } from '../transports/transport.ts'
import { type Context, contexts } from '../runtime/context.ts'
import type { Service } from '../runtime/service.ts'

const services = new Map<Context, Service>()
let gate: GateHandle | undefined

function owner(): Service | undefined {
  const own = contexts.storage.getStore()
  if (own) return services.get(own)
  if (contexts.live.size !== 1) return undefined
  const [only] = contexts.live
  return only && services.get(only)
}

function unowned(url: URL): Doorman {
  const names = [...contexts.live].map((context) => `  ${context.name || context.id}`).join('\n')
  const problem = new RealtimeKitError(
    'RTK_UNOWNED',
    `A Realtime socket to ${url.origin}${url.pathname} was opened outside of every test's context while ${services.size} tests ran:\n${names}\n` +
      'It was refused. An app server that serves several tests at once loses their contexts: enter the test with realtime.run(() => …),\n' +
      'give the app its own server per test, or do not run these tests concurrently.',
  )
  for (const service of services.values()) service.verdict.report(problem)
  return () => ({ status: 503, body: { error: { message: problem.message, type: 'server_error', code: problem.code, param: null } } })
}

/** Lets this service take the sockets of its test; gives the way out. */
export function enrol(service: Service): () => void {
  services.set(service.context, service)
  if (service.options.intercept !== false) {
    gate ??= installGate({
      covers: (origin) => [...services.values()].some((one) => one.coversOrigin(origin)),
      claims(url) {
        const mine = owner()
        if (mine?.claims(url)) return mine.door
        mine?.triedUrls.push(url.href)
        return undefined
      },
      refuses: (url) => (!owner() && [...services.values()].some((one) => one.claims(url)) ? unowned(url) : undefined),
    })
  }
  return () => {
    services.delete(service.context)
    if (services.size > 0) return
    gate?.uninstall()
    gate = undefined
  }
}

/** Puts our global WebSocket outermost again; for msw's `listen()`. */
export function repatchGate(): void {
  gate?.repatch()
}
