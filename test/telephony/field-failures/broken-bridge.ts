// A phone agent as the public samples have it: node:http, ws, Twilio on one side and the Realtime API on the other. It works, and can be
// given any of the defects that such apps had in the field.

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js'
import { type WebSocket, WebSocketServer } from 'ws'
import { BrokenCall } from './broken-call.ts'
import type { Defect, Defects } from './defects.ts'

export const authToken = 'secret'
const callToken = 't-41'

/** Not listening: `POST /incoming-call`, and the stream at `/media-stream`. */
export function createBrokenBridge(...defects: Defect[]): Server {
  const has: Partial<Defects> = Object.fromEntries(defects.map((defect) => [defect, true]))
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const fields = Object.fromEntries(new URLSearchParams(body))
    if (request.url !== '/incoming-call' || !isSigned(request, 'https', fields)) return response.writeHead(403).end()
    return response.writeHead(200, { 'content-type': 'text/xml' }).end(twimlFor(request.headers.host ?? '', has))
  })
  server.on('upgrade', (request, socket, head) => {
    const scheme = has.checksHttpsSignature ? 'https' : 'wss'
    const isAllowed = has.takesAnybody || isSigned(request, scheme)
    const hasToken = !has.tokenInQuery || new URL(request.url ?? '', 'wss://app.test').searchParams.get('token') === callToken
    if (!isAllowed || !hasToken) {
      socket.end(`HTTP/1.1 ${isAllowed ? 401 : 403} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (phone: WebSocket) => new BrokenCall(phone, has))
  })
  return server
}

function isSigned({ headers, url }: IncomingMessage, scheme: string, fields: Record<string, string> = {}): boolean {
  return validateRequest(authToken, String(headers['x-twilio-signature'] ?? ''), `${scheme}://${headers.host}${url}`, fields)
}

function twimlFor(host: string, { tokenInQuery, pausesAfterConnect, saysNothingFirst }: Partial<Defects>): string {
  const url = `wss://${host}/media-stream${tokenInQuery ? `?token=${callToken}` : ''}`
  return [
    '<Response>',
    ...(saysNothingFirst ? ['<Say>Please wait while we connect your call.</Say>'] : []),
    `<Connect><Stream url="${url}"/></Connect>`,
    ...(pausesAfterConnect ? ['<Pause length="40"/>'] : []),
    '</Response>',
  ].join('\n')
}
