// `attach(setupServer(…))`: while the server listens, its Realtime handlers are in force, and the kit's interception stays in
// front of msw's. Sockets go to the running test's service; where no test has one, to a service of the server's own.

import { HttpHandler, matchRequestUrl } from 'msw'
import type { SetupServer } from 'msw/node'
import type { RealtimeOptions } from '../api.ts'
import { loadRuntime, type Runtime } from '../doors/load-runtime.ts'
import { RealtimeKitError } from '../errors.ts'
import { type HandlerSource, handlerSources, linkHandlerOf } from '../runtime/link-handlers.ts'

/** What `setupServer` of `msw/node` gives, as far as it is used here. */
export type SetupServerApi = Pick<SetupServer, 'listen' | 'close' | 'listHandlers' | 'readyState'>

const attached = new WeakSet<object>()

/**
 * Joins a server of msw 3 to the kit and gives it back; a second call does nothing. From `listen()` to `close()` the handlers of
 * `link(…)` that `setupServer`, `server.use` and `server.boundary` name take part, and Realtime sockets work whatever
 * `onUnhandledFrame` says.
 *
 * In a test with a local Realtime service (the fixture `realtime`, `useLocalRealtime`, `createLocalRealtime`) that service takes
 * the sockets, and the handlers are called for it. Without one, URLs that a 'connection' or 'session' handler matches are served by a
 * service of the server's own: in real time, and only with the replies that the handlers script.
 *
 * @param options of that own service: `attach(server, { latency: 'instant' })`.
 * @throws RealtimeKitError RTK_OPTION when given anything but such a server.
 * @example
 * const server = attach(setupServer(link().on('session', ({ session }) => void session.respond('hi', 'Hi.'))))
 * beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
 * afterAll(() => server.close())
 */
export function attach<S extends SetupServerApi>(server: S, options: RealtimeOptions = {}): S {
  checkServer(server)
  const runtime: Runtime = loadRuntime()
  runtime.checkOptions(options, 'attach()')
  if (attached.has(server)) return server
  attached.add(server)
  const { listen, close } = server
  const source: HandlerSource = {
    list: () => server.listHandlers(),
    answers: (request) => server.listHandlers().some((handler) => isForRequest(handler, request)),
  }
  let leave = (): void => {}

  function enter(): void {
    const standIn = runtime.openStandIn({ source, options })
    handlerSources.add(source)
    leave = () => {
      leave = () => {}
      handlerSources.delete(source)
      standIn.close()
    }
  }
  const wrapped: Pick<SetupServerApi, 'listen' | 'close'> = {
    listen(listenOptions) {
      // msw puts its WebSocket over what is there; the kit's goes over msw's.
      listen.call(server, listenOptions)
      try {
        enter()
      } catch (error) {
        close.call(server)
        throw error
      }
    },
    close() {
      leave()
      close.call(server)
    },
  }
  Object.assign(server, wrapped)
  if (isListening(server)) enter()
  return server
}

/** As msw matches, but for predicates, which msw asks asynchronously: those are not known beforehand. */
function isForRequest(handler: unknown, { method, url }: { method: string; url: URL }): boolean {
  if (!(handler instanceof HttpHandler)) return false
  const { method: wanted, path } = handler.info
  const fits = typeof wanted === 'string' ? wanted.toUpperCase() === method.toUpperCase() : wanted.test(method)
  return fits && typeof path !== 'function' && matchRequestUrl(url, path).matches
}

function isListening({ readyState }: SetupServerApi): boolean {
  return Number(readyState) === 1
}

function checkServer(server: unknown): void {
  const methods = ['listen', 'close', 'listHandlers'] as const
  const isObject = typeof server === 'object' && server !== null
  const isServer = isObject && methods.every((name) => typeof (server as Record<string, unknown>)[name] === 'function')
  if (isServer && !('readyState' in server)) {
    throw new RealtimeKitError(
      'RTK_OPTION',
      'attach(server): this server is of msw 2, and attach() needs msw 3.\nThe fixtures work beside msw 2 without it.',
    )
  }
  if (isServer) return
  throw new RealtimeKitError(
    'RTK_OPTION',
    `attach(server): expected what setupServer(…) of 'msw/node' gives, got ${describe(server)}.\n${mendFor(server)}`,
  )
}

function isWorker(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'start' in value && 'stop' in value
}

function describe(value: unknown): string {
  if (linkHandlerOf(value)) return 'a handler of link(…).on(…)'
  if (Array.isArray(value)) return 'an array'
  if (isWorker(value)) return 'what setupWorker(…) gives'
  return value === null ? 'null' : `a value of type ${typeof value}`
}

function mendFor(value: unknown): string {
  if (linkHandlerOf(value))
    return 'Write attach(setupServer(handler)); without a server give it as realtimeOptions: { handlers: [handler] }.'
  if (Array.isArray(value)) return 'Write attach(setupServer(...handlers)).'
  if (isWorker(value)) return 'setupWorker is for browsers; this entry is for Node.'
  return 'Write: const server = attach(setupServer(…)).'
}
