// `link(url)`: handlers of Realtime connections and sessions, in the manner of msw's `ws.link`.

import { RealtimeKitError } from '../errors.ts'
import type { LinkEvent, LinkEvents, LinkListener } from '../runtime/link-handlers.ts'
import { RealtimeHandler } from './realtime-handler.ts'

const defaultUrl = 'wss://api.openai.com/v1/realtime'
const events: readonly LinkEvent[] = ['connection', 'session']

export interface RealtimeLink {
  /**
   * Makes a handler. Of those in force that match a URL, the first one for each event is called, as with msw's `http`.
   *
   * 'connection': a client asks to connect; `reject(status, body)` answers with plain HTTP instead.
   * 'session': a session is open; script it (`respond`), answer events (`onEvent`), send events (`send`), close it (`close`).
   *
   * @throws RealtimeKitError RTK_OPTION for another event, or a listener that is no function.
   */
  on(event: 'connection', listener: LinkListener<'connection'>): RealtimeHandler
  on(event: 'session', listener: LinkListener<'session'>): RealtimeHandler
}

/**
 * Names Realtime URLs as msw does: a string with `*` and `:params`, or a RegExp; queries are left out. Default:
 * `wss://api.openai.com/v1/realtime`, and `realtime.url`, which stands for it.
 *
 * @throws RealtimeKitError RTK_OPTION when the URL is neither a string nor a RegExp.
 * @example
 * const api = link()
 * const server = attach(
 *   setupServer(
 *     api.on('connection', ({ request, reject }) => {
 *       if (!request.headers.authorization) reject(401, { error: { code: 'invalid_api_key' } })
 *     }),
 *     api.on('session', ({ session }) => {
 *       session.respond('greeting', { when: 'hello', text: 'Hello from msw.' })
 *     }),
 *   ),
 * )
 */
export function link(url?: string | RegExp): RealtimeLink {
  if (url !== undefined && typeof url !== 'string' && !((url as unknown) instanceof RegExp)) {
    throw new RealtimeKitError(
      'RTK_OPTION',
      `link(url): expected a string or a RegExp, got ${typeof url}.\nFor a URL object write link(url.href).`,
    )
  }
  return {
    on<K extends LinkEvent>(event: K, listener: (args: LinkEvents[K]) => unknown) {
      check(event, listener)
      return new RealtimeHandler({
        url: url ?? defaultUrl,
        isDefaultUrl: url === undefined,
        event,
        listener: listener as LinkListener<LinkEvent>,
      })
    },
  }
}

function check(event: unknown, listener: unknown): void {
  if (!events.includes(event as LinkEvent)) {
    throw new RealtimeKitError(
      'RTK_OPTION',
      `link(…).on('${String(event)}'): there is no such event.\nAllowed: 'connection' (a client asks to connect), 'session' (it is connected).`,
    )
  }
  if (typeof listener !== 'function') {
    throw new RealtimeKitError(
      'RTK_OPTION',
      `link(…).on('${String(event)}', listener): the listener must be a function, got ${typeof listener}.`,
    )
  }
}
