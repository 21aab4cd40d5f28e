// A service that speaks some of the protocol and behaves as services do on bad days, by the model that is asked for.

import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export const leakedKey = 'sk-leaked1234567890abcdef'

export interface OddService extends AsyncDisposable {
  readonly url: string
}

/** What else happens between `response.created` and `response.done`. */
const oddities: Readonly<Record<string, (socket: WebSocket) => void>> = {
  binary: (socket) => socket.send(Uint8Array.of(1, 2, 3)),
  'no-json': (socket) => socket.send('hello there'),
  closes: (socket) => socket.close(1011, `wrong key ${leakedKey}`),
  'hangs-up': (socket) => socket.terminate(),
}

export async function startOddService(): Promise<OddService> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': `sid=${leakedKey}` })
    response.end(JSON.stringify({ value: leakedKey, session: { client_secret: { value: leakedKey } } }))
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    const model = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('model') ?? ''
    if (model === 'refused') return refuse(raw)
    sockets.handleUpgrade(request, raw, head, (socket) => serve(socket, model))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function refuse(raw: Duplex): void {
  const body = JSON.stringify({ error: { message: `Incorrect API key provided: ${leakedKey}` } })
  const headers = `content-type: application/json\r\nretry-after: 7\r\nset-cookie: sid=${leakedKey}\r\ncontent-length: ${body.length}`
  raw.end(`HTTP/1.1 401 Unauthorized\r\n${headers}\r\n\r\n${body}`)
}

/** Every session is called the same, as those of hasty mocks are. */
function serve(socket: WebSocket, model: string): void {
  const send = (event: object): void => socket.send(JSON.stringify(event))
  send({ type: 'session.created', event_id: 'event_a', session: { id: 'sess_same', type: 'realtime', model } })
  socket.on('message', (data: Buffer) => {
    const { type } = JSON.parse(data.toString()) as { type: string }
    if (type !== 'response.create') return
    send({ type: 'response.created', event_id: 'event_b', response: { id: 'resp_a', status: 'in_progress', output: [] } })
    oddities[model]?.(socket)
    if (socket.readyState !== socket.OPEN) return
    send({ type: 'response.done', event_id: 'event_c', response: { id: 'resp_a', status: 'completed', output: [] } })
  })
}
