// A service's door with the handlers of vitest-realtime/msw at it: they may turn a client away, and are told of its session.

import type { LocalRealtime } from '../api.ts'
import { messageOf, RealtimeKitError } from '../errors.ts'
import { apiError } from '../protocol/api-error.ts'
import { firstMatch, type LinkEvents, type LinkHandler, type LinkRequest } from '../runtime/link-handlers.ts'
import type { Service } from '../runtime/service.ts'
import { sessionOf } from '../runtime/service-session.ts'
import type { Doorman, UpgradeAnswer, UpgradeRequest, Wire, WireListener } from '../transports/transport.ts'

/** Where the door leads, and whom it asks. */
export interface HandledDoor {
  readonly service: Service
  readonly realtime: LocalRealtime
  /** The handlers in force; asked at each upgrade, in the client's async context. */
  handlers(): readonly LinkHandler[]
}

type Refusal = Extract<UpgradeAnswer, { status: number }>

export function handledDoor(door: HandledDoor): Doorman {
  return (request) => {
    const handlers = door.handlers()
    if (handlers.length === 0) return door.service.door(request)
    const refusal = askHandler(door.service, handlers, request)
    if (refusal) return refusal
    const isNamed = handlers.some((handler) => handler.match(request.url, request.transport) !== undefined)
    const asked = isNamed ? { ...request, isNamed } : request
    return withWelcome(door.service.door(asked), (accept) => (wire) => welcome(door, handlers, { request: asked, wire, accept }))
  }
}

type Accept = (wire: Wire) => WireListener

/** The answer with its listener wrapped, now or when it comes. */
function withWelcome(answer: UpgradeAnswer, wrap: (accept: Accept) => Accept): UpgradeAnswer {
  if ('delayed' in answer) return { delayed: (deliver) => answer.delayed((late) => deliver(withWelcome(late, wrap))) }
  return 'accept' in answer ? { ...answer, accept: wrap(answer.accept) } : answer
}

/** Calls the 'connection' handler, if there is one for this URL. */
function askHandler(service: Service, handlers: readonly LinkHandler[], request: UpgradeRequest): Refusal | undefined {
  const found = firstMatch(handlers, 'connection', request)
  if (!found) return undefined
  const { handler, params } = found
  let refusal: Refusal | undefined
  let isOver = false
  const reject: LinkEvents['connection']['reject'] = (status, body = {}, headers = {}) => {
    if (isOver) throw lateReject(handler.title)
    checkStatus(status)
    refusal ??= { status, body, headers }
  }
  call(
    service,
    handler.title,
    () => handler.listener({ request: linkRequest(request), params, reject }),
    (problem) => {
      refusal ??= { status: 500, body: apiError(problem.message, problem.code, 'server_error') }
    },
  )
  isOver = true
  if (refusal) service.finding(`${handler.title} answered ${request.url.href} with HTTP ${refusal.status}`)
  return refusal
}

/** Lets the service open the session, then tells the 'session' handler. */
function welcome(
  { service, realtime }: HandledDoor,
  handlers: readonly LinkHandler[],
  { request, wire, accept }: { request: UpgradeRequest; wire: Wire; accept: (wire: Wire) => WireListener },
): WireListener {
  const listener = accept(wire)
  const connection = service.connections.find((one) => one.request === request)
  const found = connection && firstMatch(handlers, 'session', request)
  if (connection && found) {
    const { handler, params } = found
    const session = sessionOf(service, connection)
    call(
      service,
      handler.title,
      () => handler.listener({ session, realtime, request: linkRequest(request), params }),
      () => connection.close(1011, ''),
    )
  }
  return listener
}

/** Runs the author's listener as part of the test; what it throws, or rejects with later, makes the test red. */
function call(service: Service, title: string, listener: () => unknown, onProblem: (problem: RealtimeKitError) => void): void {
  const lose = (error: unknown): void => {
    const problem = thrown(title, error)
    service.verdict.report(problem)
    onProblem(problem)
  }
  try {
    const result = service.run(listener)
    if (result instanceof Promise) result.catch(lose)
  } catch (error) {
    lose(error)
  }
}

function thrown(title: string, error: unknown): RealtimeKitError {
  if (error instanceof RealtimeKitError) return error
  return new RealtimeKitError('RTK_HANDLER', `The listener of ${title} threw: ${messageOf(error)}`, { cause: error })
}

function linkRequest({ url, headers, protocols }: UpgradeRequest): LinkRequest {
  return { url, headers, protocols }
}

function checkStatus(status: unknown): void {
  if (Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599) return
  throw new RealtimeKitError(
    'RTK_OPTION',
    `reject(status, body): the status must be a whole number from 200 to 599, got ${String(status)}.\nFor example: reject(401, { error: { code: 'invalid_api_key' } }).`,
  )
}

function lateReject(title: string): RealtimeKitError {
  return new RealtimeKitError(
    'RTK_HANDLER',
    `reject() of ${title} was called after the listener had returned: the client is connected already.\nCall it before the first await, or close the session in a 'session' listener.`,
  )
}
