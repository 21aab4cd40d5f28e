// Which running service a socket of the app belongs to: the one whose context opened it; else the only one that runs; else
// nobody's, and refused with the names of the running tests, so that no test ever reaches the network with a real key.

import type { RequestListener } from 'node:http'
import { apiError } from '../protocol/api-error.ts'
import { isRestUrl } from '../rest/rest-urls.ts'
import { type Context, contexts } from '../runtime/context.ts'
import { handlerSources } from '../runtime/link-handlers.ts'
import { type GateHandle, type GateRequest, installGate } from '../transports/gate.ts'
import { respond } from '../transports/http-answer.ts'
import type { Doorman } from '../transports/transport.ts'
import { onRefusedSocket } from './guard.ts'
import { restDesk } from './rest-desk.ts'
import type { Resident } from './surroundings.ts'
import { unownedError } from './unowned.ts'
import { watchUpgrades } from './upgrade-watch.ts'

const residents = new Map<Context, Resident>()
let gate: GateHandle | undefined
let stops: (() => void)[] = []

function owner(): Resident | undefined {
  const own = contexts.storage.getStore()
  if (own) return residents.get(own)
  if (contexts.live.size !== 1) return undefined
  const [only] = contexts.live
  return only && residents.get(only)
}

function claims({ service, handlers }: Resident, url: URL): boolean {
  if (service.options.intercept === false) return false
  return service.claims(url) || handlers().some((handler) => handler.match(url, 'gate'))
}

function covers({ service, handlers }: Resident, origin: URL): boolean {
  if (service.options.intercept === false) return false
  return service.coversOrigin(origin) || handlers().some((handler) => handler.covers(origin))
}

function someClaims(url: URL): boolean {
  return [...residents.values()].some((one) => claims(one, url))
}

/** Whether the running tests decide about the sockets of the running code: then no other service may take them. */
export function isForTests(): boolean {
  const own = contexts.storage.getStore()
  return own ? own.closed || residents.has(own) : contexts.live.size > 0
}

/** Makes the running tests red: one of them opened a socket, and nobody can tell which. */
function blame(problem: Error): void {
  if (contexts.storage.getStore() || contexts.live.size < 2) return
  for (const { service } of residents.values()) service.verdict.report(problem)
}

/** Where no guard has refused the socket before it came here: outside of Vitest. */
function refuse(): Doorman {
  return ({ url }) => {
    const problem = unownedError(url)
    blame(problem)
    return { status: 503, body: apiError(problem.message, problem.code, 'server_error') }
  }
}

/** The REST side of Realtime is the service's too, unless a handler of an attached msw server answers for it. */
function claimsRequest(request: GateRequest): RequestListener | undefined {
  const { url } = request
  if (!isRestUrl(url) || [...handlerSources].some((source) => source.answers(request))) return undefined
  const socketUrl = new URL(url.href.replace(/^http/, 'ws'))
  const mine = owner()
  if (mine) return claims(mine, socketUrl) ? restDesk(mine.service, 'gate') : undefined
  if (!someClaims(socketUrl)) return undefined
  return (_request, response) => {
    const problem = unownedError(url)
    blame(problem)
    respond(response, { status: 503, body: apiError(problem.message, problem.code, 'server_error') })
  }
}

/** Lets this service take the sockets of its test; gives the way out. */
export function enrol(resident: Resident): () => void {
  const { service } = resident
  if (residents.size === 0) stops = [watchUpgrades(({ url }) => noteTried(url)), onRefusedSocket(blame)]
  residents.set(service.context, resident)
  if (service.options.intercept !== false) {
    gate ??= installGate({
      covers: (origin) => [...residents.values()].some((one) => covers(one, origin)),
      claims(url) {
        const mine = owner()
        return mine && claims(mine, url) ? mine.door : undefined
      },
      refuses: (url) => (!owner() && someClaims(url) ? refuse() : undefined),
      claimsRequest: (request) => claimsRequest(request),
    })
  }
  return () => {
    residents.delete(service.context)
    if (residents.size > 0) return
    for (const stop of stops.splice(0)) stop()
    gate?.uninstall()
    gate = undefined
  }
}

/** For messages: what the app opened and nobody took. */
function noteTried(url: URL): void {
  const mine = owner()
  if (mine && !claims(mine, url)) mine.service.tried.add(url.href)
}

/** Puts our global WebSocket outermost again; for msw's `listen()`. */
export function repatchGate(): void {
  gate?.repatch()
}
