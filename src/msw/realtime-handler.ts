// A handler of Realtime connections as msw manages it: setupServer, server.use, resetHandlers and boundary treat it as one of
// theirs. msw's own socket never serves it (`run` gives null): the gate asks the attached server for it, see attach.ts.

import { WebSocketHandler } from 'msw'
import { RealtimeKitError } from '../errors.ts'
import {
  handlerSources,
  type LinkEvent,
  type LinkHandler,
  type LinkListener,
  type LinkParams,
  linkHandlerKey,
} from '../runtime/link-handlers.ts'
import { originPattern } from './origin-pattern.ts'

export interface RealtimeHandlerInfo<K extends LinkEvent> {
  readonly url: string | RegExp
  /** True when the author named no URL: then it is also for `realtime.url`, which stands for the service. */
  readonly isDefaultUrl: boolean
  readonly event: K
  readonly listener: LinkListener<K>
}

/** What `link(url).on(…)` gives: for `setupServer`, `server.use`, or the option `handlers`. */
export class RealtimeHandler extends WebSocketHandler {
  readonly event: LinkEvent
  /** The part that the kit reads. */
  readonly [linkHandlerKey]: LinkHandler
  readonly #title: string

  constructor(info: RealtimeHandlerInfo<LinkEvent>) {
    super(info.url)
    this.event = info.event
    this.#title = `link(${info.isDefaultUrl ? '' : showUrl(info.url)}).on('${info.event}')`
    this[linkHandlerKey] = {
      event: info.event,
      listener: info.listener,
      title: this.#title,
      match: (url, transport) => (info.isDefaultUrl && transport !== 'gate' ? {} : this.#paramsOf(url)),
      covers: originPattern(info.url),
    } as LinkHandler
  }

  /** msw asks here for a global WebSocket that no gate has taken. */
  override async run({ client }: { readonly client: { readonly url: URL } }): Promise<null> {
    const isAttached = [...handlerSources].some((source) => source.list().includes(this))
    if (isAttached || !this.#paramsOf(client.url)) return null
    const problem = notAttached(this.#title, client.url)
    // The WebSocket of browsers does not tell why it failed.
    console.error(problem.message)
    throw problem
  }

  #paramsOf(url: URL): LinkParams | undefined {
    const { match } = this.parse({ url })
    return match.matches ? (match.params ?? {}) : undefined
  }
}

function notAttached(title: string, url: URL): RealtimeKitError {
  return new RealtimeKitError(
    'RTK_HANDLER',
    `A handler of ${title} is for ${url.origin}${url.pathname}, but its server was not attached, so nobody can serve it.\n` +
      "Wrap the server: const server = attach(setupServer(…)), with attach of 'vitest-realtime/msw'.",
  )
}

function showUrl(url: string | RegExp): string {
  return typeof url === 'string' ? `'${url}'` : String(url)
}
