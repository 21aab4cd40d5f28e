// What a handler of vitest-realtime/msw looks like to the rest of the kit, which never imports msw: its part, found under a
// symbol, and the servers of msw whose handlers are in force.

import type { LocalRealtime, ServiceSession } from '../api.ts'
import type { UpgradeRequest } from '../transports/transport.ts'

export const linkHandlerKey = Symbol.for('vitest-realtime.link-handler')

/** Parameters of the handler's URL, as in msw: `:name` by its name, `*` and groups of a RegExp by their number. */
export type LinkParams = Readonly<Record<string, string | readonly string[] | undefined>>

/** The upgrade request of a client. */
export interface LinkRequest {
  readonly url: URL
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly protocols: readonly string[]
}

/** What the listeners of `link(url).on(…)` are given. */
export interface LinkEvents {
  /** A client asks for a connection; without `reject` it gets a session. */
  connection: {
    readonly request: LinkRequest
    readonly params: LinkParams
    /**
     * Answers the upgrade with plain HTTP: an object is sent as JSON. Call it before the listener returns.
     *
     * @throws RealtimeKitError RTK_OPTION for a status that is none from 200 to 599, RTK_HANDLER when it comes too late.
     */
    reject(status: number, body?: unknown, headers?: Readonly<Record<string, string>>): void
  }
  /** A session was opened, and has been greeted. */
  session: {
    readonly session: ServiceSession
    /** The service that the session belongs to: the running test's own, where it has one. */
    readonly realtime: LocalRealtime
    readonly request: LinkRequest
    readonly params: LinkParams
  }
}

export type LinkEvent = keyof LinkEvents
export type LinkListener<K extends LinkEvent> = (args: LinkEvents[K]) => unknown

/** The kit's side of one handler. */
export interface LinkHandlerOf<K extends LinkEvent> {
  readonly event: K
  readonly listener: LinkListener<K>
  /** For messages: `link('wss://…').on('session')`. */
  readonly title: string
  /** Parameters of the URL if the handler is for it. */
  match(url: URL, transport: UpgradeRequest['transport']): LinkParams | undefined
  /** Whether URLs of an origin may match at all. */
  covers(origin: URL): boolean
}

export type LinkHandler = { [K in LinkEvent]: LinkHandlerOf<K> }[LinkEvent]

export function linkHandlerOf(value: unknown): LinkHandler | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as { [linkHandlerKey]?: LinkHandler })[linkHandlerKey]
}

/** A server of msw that was attached and listens; asked in the async context of the client, so that msw's boundaries count. */
export interface HandlerSource {
  list(): readonly unknown[]
  /** Whether one of its http handlers is for the request: the author's word goes before ours. */
  answers(request: { readonly method: string; readonly url: URL }): boolean
}

const key = Symbol.for('vitest-realtime.handler-sources')
const home = globalThis as { [key]?: Set<HandlerSource> }
home[key] ??= new Set()

export const handlerSources: Set<HandlerSource> = home[key]

/** Handlers of the list, then those of all attached servers. */
export function handlersInForce(own: readonly unknown[] = []): LinkHandler[] {
  return linkHandlersIn([...own, ...[...handlerSources].flatMap((source) => source.list())])
}

export function linkHandlersIn(values: readonly unknown[]): LinkHandler[] {
  return values.map(linkHandlerOf).filter((handler) => handler !== undefined)
}

/** As with msw's http handlers the first one that matches is the one, so that `server.use()` overrides. */
export function firstMatch<K extends LinkEvent>(
  handlers: readonly LinkHandler[],
  event: K,
  { url, transport }: Pick<UpgradeRequest, 'url' | 'transport'>,
): { handler: Extract<LinkHandler, { event: K }>; params: LinkParams } | undefined {
  for (const handler of handlers) {
    if (!isFor(handler, event)) continue
    const params = handler.match(url, transport)
    if (params) return { handler, params }
  }
  return undefined
}

function isFor<K extends LinkEvent>(handler: LinkHandler, event: K): handler is Extract<LinkHandler, { event: K }> {
  return handler.event === event
}
