// The proxy of `record` lets a client and a service notice nothing of it: handshake, frames, order, closes, refusals, requests.

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { type RecordProxy, requestTarget, startRecordProxy, upstreamOf } from '../../src/cli/record-proxy.ts'
import { isEvent } from '../../src/runtime/timeline.ts'

let http: Server
let service: WebSocketServer
let proxy: RecordProxy
let told: string[]
/** Status of the upgrade's answer; undefined takes the socket. */
let refusal: number | undefined

beforeEach(async () => {
  told = []
  refusal = undefined
  http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json', 'x-request-id': 'req_1' })
      response.end(
        JSON.stringify({ url: request.url, auth: request.headers.authorization, got: Buffer.concat(chunks).toString() }),
      )
    })
  })
  service = new WebSocketServer({ noServer: true, handleProtocols: () => 'realtime' })
  http.on('upgrade', (request, socket, head) => {
    if (refusal === undefined)
      return service.handleUpgrade(request, socket, head, (opened) => service.emit('connection', opened, request))
    const body = '{"error":{"message":"no such key"}}'
    socket.end(
      `HTTP/1.1 ${refusal} No\r\ncontent-type: application/json\r\nx-why: key\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  proxy = await startRecordProxy(new URL(`ws://127.0.0.1:${port}/v1/realtime`), (line) => told.push(line))
})
afterEach(async () => {
  await proxy.close()
  for (const client of service.clients) client.terminate()
  http.closeAllConnections()
  http.close()
})

function connect(query = '?model=gpt-realtime', protocols = ['realtime', 'openai-insecure-api-key.sk-mine-1234']): WebSocket {
  return new WebSocket(`${proxy.server.url}${query}`, protocols, {
    headers: { authorization: 'Bearer sk-mine-1234', 'openai-organization': 'org-mine', 'openai-beta': 'realtime=v1' },
  })
}

async function accepted(): Promise<[WebSocket, IncomingMessage]> {
  return (await once(service, 'connection')) as [WebSocket, IncomingMessage]
}

async function pair(): Promise<{ app: WebSocket; far: WebSocket; request: IncomingMessage }> {
  const taken = accepted()
  const app = connect()
  const [[far, request]] = await Promise.all([taken, once(app, 'open')])
  return { app, far, request }
}

function closeOf(socket: WebSocket): Promise<[number, string]> {
  return new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, reason.toString()])))
}

test('the handshake passes: query, headers, subprotocols, and the one that was chosen', async () => {
  const { app, request } = await pair()
  expect(request.url).toBe('/v1/realtime?model=gpt-realtime')
  expect(request.headers).toMatchObject({
    authorization: 'Bearer sk-mine-1234',
    'openai-organization': 'org-mine',
    'openai-beta': 'realtime=v1',
    'sec-websocket-protocol': 'realtime,openai-insecure-api-key.sk-mine-1234',
    host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
  })
  expect(app.protocol).toBe('realtime')
  app.terminate()
})

test('frames pass in order, both ways, text as text and bytes as bytes', async () => {
  const { app, far } = await pair()
  far.on('message', (data, isBinary) => far.send(data, { binary: isBinary }))
  const got: unknown[] = []
  const all = new Promise<void>((resolve) => {
    app.on('message', (data: Buffer, isBinary) => {
      got.push(isBinary ? [...data] : JSON.parse(data.toString()).place)
      if (got.length === 1001) resolve()
    })
  })
  for (let place = 0; place < 500; place++) app.send(JSON.stringify({ type: 'ping', place }))
  app.send(Buffer.from([1, 2, 255]))
  for (let place = 500; place < 1000; place++) app.send(JSON.stringify({ type: 'ping', place }))
  await all
  expect(got).toEqual([
    ...Array.from({ length: 500 }, (_, place) => place),
    [1, 2, 255],
    ...Array.from({ length: 500 }, (_, place) => place + 500),
  ])
  const shown = proxy.entries.map((entry) => (isEvent(entry) ? entry.from : entry.note.type))
  expect(shown.filter((what) => what === 'garbage')).toHaveLength(2)
  expect(shown.filter((what) => what === 'app')).toHaveLength(1000)
  app.terminate()
})

test('what the service says at once is not lost', async () => {
  service.once('connection', (far: WebSocket) => far.send('{"type":"session.created","session":{"id":"sess_1"}}'))
  const app = connect()
  const [data] = await once(app, 'message')
  expect(JSON.parse(String(data)).session.id).toBe('sess_1')
  expect(proxy.sessions).toMatchObject([{ id: 'sess_1', protocols: ['realtime', 'openai-insecure-api-key.sk-mine-1234'] }])
  app.terminate()
})

test('more than any end keeps for itself arrives, however slowly it is read', async () => {
  const { app, far } = await pair()
  app.pause()
  const text = JSON.stringify({ type: 'delta', delta: 'x'.repeat(100_000) })
  for (let place = 0; place < 300; place++) far.send(text)
  far.close(1000)
  let count = 0
  app.on('message', () => count++)
  setTimeout(() => app.resume(), 50)
  await closeOf(app)
  expect(count).toBe(300)
})

test.for([
  [1000, 'bye'],
  [1001, ''],
  [1011, 'broken'],
  [3000, 'invalid_request_error'],
  [4001, 'of the app'],
] as const)('close code %s passes both ways', async ([code, reason]) => {
  const first = await pair()
  const farEnd = closeOf(first.far)
  first.app.close(code, reason)
  expect(await farEnd).toEqual([code, reason])
  const second = await pair()
  const appEnd = closeOf(second.app)
  second.far.close(code, reason)
  expect(await appEnd).toEqual([code, reason])
  const closes = proxy.entries.flatMap((entry) => (!isEvent(entry) && entry.note.type === 'closed' ? [entry.note] : []))
  expect(closes).toMatchObject([
    { code, reason, by: 'app' },
    { code, reason, by: 'service' },
  ])
})

test('a close without a code, and an end without a close', async () => {
  const first = await pair()
  const farEnd = closeOf(first.far)
  first.app.close()
  expect((await farEnd)[0]).toBe(1005)
  const second = await pair()
  const gone = closeOf(second.app)
  second.far.terminate()
  expect((await gone)[0]).toBe(1006)
  const third = await pair()
  const left = closeOf(third.far)
  third.app.terminate()
  expect((await left)[0]).toBe(1006)
})

test('a refusal is passed on as it is, and told', async () => {
  refusal = 401
  const app = connect()
  const [, response] = (await once(app, 'unexpected-response')) as [unknown, IncomingMessage]
  let body = ''
  for await (const chunk of response) body += String(chunk)
  expect([response.statusCode, response.headers['x-why'], body]).toEqual([401, 'key', '{"error":{"message":"no such key"}}'])
  expect(told).toEqual([expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+ answered the upgrade with HTTP 401: \{"error"/)])
})

test('nobody listens: the client sees a connection that fails, and it is told', async () => {
  await using other = {
    proxy: await startRecordProxy(new URL('ws://127.0.0.1:9'), (line) => told.push(line)),
    [Symbol.asyncDispose]: () => other.proxy.close(),
  }
  const app = new WebSocket(other.proxy.server.url)
  await once(app, 'error')
  expect(told).toEqual([expect.stringContaining('ws://127.0.0.1:9 cannot be reached: connect ECONNREFUSED')])
})

test('a certificate that nobody vouches for', async () => {
  const { wssUrl } = proxy.server
  await using other = {
    proxy: await startRecordProxy(new URL(wssUrl ?? ''), (line) => told.push(line)),
    [Symbol.asyncDispose]: () => other.proxy.close(),
  }
  const app = new WebSocket(other.proxy.server.url)
  await once(app, 'error')
  expect(told).toEqual([expect.stringMatching(/cannot be reached: .*certificate/)])
})

test('requests pass, with their answers', async () => {
  const answer = await fetch(`${proxy.server.httpUrl}/realtime/client_secrets?a=1`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-mine-1234', 'content-type': 'application/json' },
    body: '{"session":{}}',
  })
  expect([answer.status, answer.headers.get('x-request-id')]).toEqual([201, 'req_1'])
  expect(await answer.json()).toEqual({
    url: '/v1/realtime/client_secrets?a=1',
    auth: 'Bearer sk-mine-1234',
    got: '{"session":{}}',
  })
  expect(proxy.entries).toMatchObject([
    { note: { type: 'rest', method: 'POST', path: '/v1/realtime/client_secrets?a=1', status: 201, request: { session: {} } } },
  ])
})

test('where sockets and requests lead', () => {
  const openai = new URL('wss://api.openai.com')
  const asked = (path: string): URL => new URL(`ws://127.0.0.1:1${path}`)
  expect(upstreamOf(openai, asked('/v1/realtime?model=a')).href).toBe('wss://api.openai.com/v1/realtime?model=a')
  const azure = new URL('wss://me.openai.azure.com/openai/v1/realtime?api-version=1')
  expect(upstreamOf(azure, asked('/v1/realtime?model=a')).href).toBe(
    'wss://me.openai.azure.com/openai/v1/realtime?model=a&api-version=1',
  )
  expect(upstreamOf(azure, asked('/v1/realtime/translations?model=a')).pathname).toBe('/openai/v1/realtime/translations')
  expect(requestTarget(openai, '/v1/models').href).toBe('https://api.openai.com/v1/models')
  expect(requestTarget(azure, '/v1/realtime/calls').href).toBe('https://me.openai.azure.com/openai/v1/realtime/calls')
  expect(requestTarget(new URL('ws://127.0.0.1:1/v1/realtime'), '/v1/x?y=1').href).toBe('http://127.0.0.1:1/v1/x?y=1')
  expect(requestTarget(new URL('ws://127.0.0.1:1'), '//v1/x').href).toBe('http://127.0.0.1:1//v1/x')
  expect(requestTarget(new URL('ws://127.0.0.1:1'), '//').href).toBe('http://127.0.0.1:1//')
})
