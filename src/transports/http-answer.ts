// Plain HTTP answers to an upgrade that is refused, and errors in the shape of OpenAI's REST API.

import type { RequestListener, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { apiError } from '../protocol/api-error.ts'

/** A whole HTTP response as data. */
export interface HttpAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** 404, as OpenAI answers a request to a path that it does not have. */
export const respondNotFound: RequestListener = (request, response) => {
  const path = (request.url ?? '').split('?')[0]
  respond(response, { status: 404, body: apiError(`Invalid URL (${request.method} ${path})`, 'unknown_url') })
}

/** Answers an upgrade request without upgrading, and ends the connection. */
export function refuseUpgrade(socket: Duplex, answer: HttpAnswer): void {
  const { text, type } = encodeBody(answer.body)
  const headers = {
    'content-type': type,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
    ...answer.headers,
  }
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]+/g, ' ')}\r\n`)
  socket.end(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? 'Unknown'}\r\n${head.join('')}\r\n${text}`)
}

/** Answers an ordinary request. */
export function respond(response: ServerResponse, answer: HttpAnswer): void {
  const { text, type } = encodeBody(answer.body)
  response.writeHead(answer.status, { 'content-type': type, 'content-length': Buffer.byteLength(text), ...answer.headers })
  response.end(text)
}

function encodeBody(body: unknown): { text: string; type: string } {
  if (typeof body === 'string') return { text: body, type: 'text/plain; charset=utf-8' }
  return { text: JSON.stringify(body ?? {}), type: 'application/json' }
}
