// A server without a model: answers a voice webhook with TwiML, notes what comes, and does on its socket what a test says.

import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

/** A request, as the app got it. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly fields: Record<string, string>
}

export interface SmallApp {
  readonly server: Server
  readonly requests: SeenRequest[]
  readonly upgrades: IncomingMessage[]
  /** Messages of the platform, in order. */
  readonly messages: any[]
  readonly closes: number[]
  /** The newest socket. */
  socket(): WebSocket
}

interface Manner {
  /** TwiML by path; a number is a status. */
  readonly twiml?: Record<string, string | number>
  readonly type?: string
  /** Status of the upgrade where it is refused. */
  readonly refuses?: number
  /** Told of each message of the platform. */
  onMessage?(message: any, socket: WebSocket): void
}

export const connectStream = '<Response><Connect><Stream url="wss://app.test/media"/></Connect></Response>'

export function smallApp({ twiml = { '/voice': connectStream }, type = 'text/xml', refuses, onMessage }: Manner = {}): SmallApp {
  const app: Omit<SmallApp, 'server' | 'socket'> = { requests: [], upgrades: [], messages: [], closes: [] }
  let newest: WebSocket | undefined
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    const { method = '', url = '', headers } = request
    app.requests.push({ method, url, headers, fields: Object.fromEntries(new URLSearchParams(body)) })
    const answer = twiml[url.split('?')[0]!] ?? ''
    if (typeof answer === 'number') response.writeHead(answer).end('no')
    else response.writeHead(200, { 'content-type': type }).end(answer)
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    app.upgrades.push(request)
    if (refuses !== undefined) {
      socket.end(`HTTP/1.1 ${refuses} No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (open) => {
      newest = open
      open.on('message', (data) => {
        const message = JSON.parse(String(data))
        app.messages.push(message)
        onMessage?.(message, open)
      })
      open.on('close', (code) => app.closes.push(code))
      open.on('error', () => {})
    })
  })
  return { ...app, server, socket: () => newest! }
}

/** Sound that is heard: so many ms of a mu-law square wave, in base64. */
export function beep(ms: number): string {
  return Buffer.from(Uint8Array.from({ length: ms * 8 }, (_, at) => (at % 16 < 8 ? 0x90 : 0x10))).toString('base64')
}
