import { existsSync, readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { RealtimeKitError } from '../../src/errors.ts'
import { type RunningServer, type ServerOptions, startServer } from '../../src/transports/server.ts'
import { get } from './real-world.ts'

const servers: RunningServer[] = []
async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  const server = await startServer({
    doorman: () => ({ accept: () => ({ onMessage: () => {}, onClose: () => {} }) }),
    ...options,
  })
  servers.push(server)
  return server
}
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

test('says where it listens', async () => {
  const server = await start()
  expect(server.port).toBeGreaterThan(0)
  expect(server).toMatchObject({
    url: `ws://127.0.0.1:${server.port}/v1/realtime`,
    httpUrl: `http://127.0.0.1:${server.port}/v1`,
    wssUrl: null,
    caFile: null,
  })
})

test('with tls, one port speaks http, https, ws and wss, and the file of its authority is enough to trust it', async () => {
  const asked: string[] = []
  const server = await start({
    tls: true,
    doorman: ({ url }) => {
      asked.push(url.href)
      return { status: 400, body: '' }
    },
    onRequest: (request, response) => response.end(`${'encrypted' in request.socket} ${request.url}`),
  })
  const ca = readFileSync(server.caFile ?? '', 'utf8')
  expect(await get(http, `${server.httpUrl}/models`)).toBe('false /v1/models')
  for (const host of ['127.0.0.1', 'localhost']) {
    expect(await get(https, `https://${host}:${server.port}/v1/models`, { ca })).toBe('true /v1/models')
  }
  for (const url of [server.url, server.wssUrl ?? '']) {
    await new Promise((resolve) => new WebSocket(`${url}?model=m`, { ca }).on('error', resolve))
  }
  expect(asked).toEqual([`${server.url}?model=m`, `${server.wssUrl}?model=m`])
})

test('without onRequest other requests get a 404 as OpenAI words it', async () => {
  const server = await start()
  const answer = await fetch(`${server.httpUrl}/nothing?x=1`)
  expect(answer.status).toBe(404)
  expect(await answer.json()).toEqual({
    error: { message: 'Invalid URL (GET /v1/nothing)', type: 'invalid_request_error', param: null, code: 'unknown_url' },
  })
})

test.each([false, true])('negotiates permessage-deflate only when told to: %s', async (deflate) => {
  const server = await start({ deflate })
  const socket = new WebSocket(server.url, { perMessageDeflate: true })
  await new Promise((resolve) => socket.once('open', resolve))
  expect(socket.extensions).toBe(deflate ? 'permessage-deflate' : '')
  socket.terminate()
})

test('a port in use is an error that names the port and the mend', async () => {
  const first = await start()
  const error = await startServer({ port: first.port, tls: true, doorman: () => ({ status: 400, body: '' }) }).catch(
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(RealtimeKitError)
  expect(error).toMatchObject({
    code: 'RTK_TRANSPORT',
    message: `[RTK_TRANSPORT] Cannot listen on 127.0.0.1:${first.port} (EADDRINUSE): another process listens there: choose another port, or 0 for any free one.`,
  })
})

test.each([
  [{ port: 70_000 }, 'ERR_SOCKET_BAD_PORT'],
  [{ host: '192.0.2.1' }, 'EADDRNOTAVAIL'],
  [{ host: 'host.invalid' }, /ENOTFOUND|EAI_AGAIN/],
])('what cannot be listened on is an error: %o', async (options, code) => {
  const failed = startServer({ doorman: () => ({ status: 400, body: '' }), ...options })
  await expect(failed).rejects.toMatchObject({ code: 'RTK_TRANSPORT', message: expect.stringMatching(code) })
})

test('close drops connections, frees the port, deletes the authority, and may be called twice', async () => {
  const server = await start({ tls: true })
  const socket = new WebSocket(server.url)
  await new Promise((resolve) => socket.once('open', resolve))
  const silent = net.connect(server.port, '127.0.0.1')
  await new Promise((resolve) => silent.once('connect', resolve))
  const gone = [new Promise((resolve) => socket.once('close', resolve)), new Promise((resolve) => silent.once('close', resolve))]
  await Promise.all([server.close(), server.close()])
  expect(await gone[0]).toBe(1006)
  await gone[1]
  expect(existsSync(server.caFile ?? '')).toBe(false)
  expect((await start({ port: server.port })).port).toBe(server.port)
})

test.runIf(hasIPv6())('listens on IPv6', async () => {
  const server = await start({ host: '::1', tls: true })
  expect(server.url).toBe(`ws://[::1]:${server.port}/v1/realtime`)
  // By name: Node 22 does not find the address ::1 in any certificate.
  const trust = { ca: readFileSync(server.caFile ?? ''), servername: 'localhost' }
  const socket = new WebSocket(server.wssUrl ?? '', trust)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.terminate()
})

function hasIPv6(): boolean {
  const { networkInterfaces } = process.getBuiltinModule('node:os')
  return Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))
}
