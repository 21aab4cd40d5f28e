// Hands HTTP requests on to another server and streams the answer back, as if nothing lay between. An observer is shown the bodies
// that are JSON.

import { type IncomingMessage, type RequestListener, request as requestHttp, type ServerResponse } from 'node:http'
import { request as requestHttps } from 'node:https'
import { apiError } from '../protocol/api-error.ts'
import { respond } from './http-answer.ts'

/** One request and its answer, when both have passed. */
export interface PassedRequest {
  readonly method: string
  readonly url: URL
  readonly status: number
  /** Bodies that are JSON, of at most 1 MiB. */
  readonly request?: unknown
  readonly response?: unknown
}

export interface RequestRelay {
  /** Where a request leads; undefined for one that is answered with 404. */
  target(path: string): URL | undefined
  readonly ca?: string
  passed?(request: PassedRequest): void
  failed?(url: URL, error: Error): void
}

const hopHeaders = /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|accept-encoding)$/
const maxShownBytes = 1024 * 1024

export function relayRequests(relay: RequestRelay): RequestListener {
  return (request, response) => {
    const url = relay.target(request.url ?? '/')
    if (!url) {
      respond(response, { status: 404, body: apiError(`Invalid URL (${request.method} ${request.url})`, 'unknown_url') })
      return
    }
    pass(relay, url, request, response)
  }
}

function pass(relay: RequestRelay, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !hopHeaders.test(name)))
  const { method = 'GET' } = request
  // An answer that is not packed can be read by an observer.
  const options = { method, headers: { ...headers, 'accept-encoding': 'identity' }, ...(relay.ca && { ca: relay.ca }) }
  const asked = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
  const sent = shown(request)
  asked.on('response', (answer) => {
    const got = shown(answer)
    const status = answer.statusCode ?? 502
    response.writeHead(status, answer.headers)
    answer.pipe(response)
    answer.once('end', () => {
      const [asJson, answered] = [sent(), got()]
      relay.passed?.({ method, url, status, ...asJson('request'), ...answered('response') })
    })
    answer.once('error', () => response.destroy())
  })
  asked.on('error', (error) => {
    relay.failed?.(url, error)
    if (response.headersSent) response.destroy()
    else respond(response, { status: 502, body: apiError(`${url.origin} cannot be reached: ${error.message}`, 'bad_gateway') })
  })
  response.once('close', () => asked.destroy())
  request.pipe(asked)
}

/** Listens along; gives the body as JSON under a name, where it is some. */
function shown(message: IncomingMessage): () => (name: string) => Record<string, unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  message.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= maxShownBytes) chunks.push(chunk)
  })
  return () => (name) => {
    if (bytes === 0 || bytes > maxShownBytes) return {}
    try {
      return { [name]: JSON.parse(Buffer.concat(chunks).toString()) as unknown }
    } catch {
      return {}
    }
  }
}
