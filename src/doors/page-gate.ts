// What a page opens by itself: its WebSocket, fetch, XMLHttpRequest and RTCPeerConnection, wrapped for the page's life. Realtime's
// go to the running service, or are refused where none runs; all others stay real, and stop virtual time while they are under way.

import { apiError } from '../protocol/api-error.ts'
import { type RestApp, restApp } from '../rest/rest-app.ts'
import { isRestUrl } from '../rest/rest-urls.ts'
import { currentContext } from '../runtime/context.ts'
import { isRealtimeUrl } from '../runtime/realtime-urls.ts'
import { wrapGlobalWebSocket } from '../transports/global-websocket.ts'
import { wrapPeerConnection } from '../transports/page-peer.ts'
import { isEventStream, startPageWork } from '../transports/page-work.ts'
import { type FindAnswer, wrapXmlHttpRequest } from '../transports/page-xhr.ts'
import type { Doorman } from '../transports/transport.ts'
import { PageCalls } from './page-calls.ts'
import type { Resident } from './surroundings.ts'
import { unownedError } from './unowned.ts'

export interface PageGate {
  /** Gives all that the page opens to one service; returns the way out. */
  take(resident: Resident): () => void
}

/** Wraps the page's `WebSocket`, `fetch`, `XMLHttpRequest` and `RTCPeerConnection`. Once per page. */
export function openPageGate(): PageGate {
  let resident: Resident | undefined
  let rest: RestApp | undefined
  const calls = new PageCalls()

  function claims(url: URL): boolean {
    if (!resident) return false
    const { service } = resident
    return service.claims(url) || resident.handlers().some((handler) => handler.match(url, 'gate'))
  }

  function doorman(url: URL): Doorman | undefined {
    if (resident && claims(url)) return resident.door
    resident?.service.tried.add(url.href)
    return mustStay(url) ? () => ({ status: 503, body: refusalOf(url) }) : undefined
  }

  const findAnswer: FindAnswer = (url) => {
    const socketUrl = new URL(url.href.replace(/^http/, 'ws'))
    if (!isRestUrl(url)) return undefined
    if (resident && claims(socketUrl)) {
      const { service } = resident
      rest ??= restApp(service, 'gate')
      const app = rest
      return async (request) => {
        const response = await app.fetch(request)
        await calls.note(service, request, response)
        return response
      }
    }
    return mustStay(socketUrl) ? () => Response.json(refusalOf(url), { status: 503 }) : undefined
  }

  wrapGlobalWebSocket({ doorman })
  wrapPeerConnection(calls.join)
  wrapXmlHttpRequest(findAnswer)
  globalThis.fetch = wrapFetch(globalThis.fetch, findAnswer)
  return {
    take(taker) {
      resident = taker
      return () => {
        if (resident !== taker) return
        resident = undefined
        rest = undefined
        calls.forget()
      }
    },
  }
}

function mustStay(socketUrl: URL): boolean {
  return isRealtimeUrl(socketUrl) && !currentContext()?.letsSocketsOut
}

/** Pages are not told why a socket failed: the console is. */
function refusalOf(url: URL): object {
  const { message, code } = unownedError(url)
  console.error(message)
  return apiError(message, code, 'server_error')
}

function wrapFetch(real: typeof fetch, findAnswer: FindAnswer): typeof fetch {
  return async function fetch(input, init): Promise<Response> {
    const isRequest = input instanceof Request
    const url = isRequest ? input.url : new URL(String(input), globalThis.location?.href)
    const answer = findAnswer(new URL(url))
    if (answer) return answerLate(new Request(input, init), answer)
    const method = init?.method ?? (isRequest ? input.method : 'GET')
    return watched(`${method} ${String(url)}`, () => Reflect.apply(real, globalThis, [input, init]))
  }
}

async function answerLate(request: Request, answer: (request: Request) => Response | Promise<Response>): Promise<Response> {
  request.signal.throwIfAborted()
  const response = await answer(request)
  request.signal.throwIfAborted()
  Object.defineProperty(response, 'url', { value: request.url })
  return response
}

/** Virtual time stands still until the answer is there to its end. */
async function watched(name: string, send: () => Promise<Response>): Promise<Response> {
  const end = startPageWork(name)
  try {
    const response = await send()
    if (isEventStream(response.headers.get('content-type'))) end()
    else void response.clone().arrayBuffer().then(end, end)
    return response
  } catch (error) {
    end()
    throw error
  }
}
