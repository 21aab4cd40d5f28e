// protocol.md 1.1: where a WebSocket opens a session, on a port as through interception, and what it meets anywhere else.

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { AzureOpenAI } from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startLocal, useServed } from './support/services.ts'
import { WireClient } from './support/wire-client.ts'

const served = useServed()

const headers = { authorization: 'Bearer sk-test' }
const at = (path: string): string => new URL(path, served.url).href

/** The HTTP answer to an upgrade that is none. */
async function answerTo(
  socket: WebSocket,
): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: any }> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  let text = ''
  for await (const chunk of response) text += chunk
  socket.on('error', () => {})
  socket.terminate()
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(text) }
}

describe('a port', () => {
  test.each([
    ['/v1/realtime?model=gpt-realtime', { type: 'realtime', model: 'gpt-realtime' }],
    ['/v1/realtime/?model=gpt-realtime', { type: 'realtime', model: 'gpt-realtime' }],
    ['/v1/realtime?model=gpt-realtime&foo=bar', { type: 'realtime', model: 'gpt-realtime' }],
    ['/v1/realtime?intent=transcription', { type: 'transcription' }],
    ['/openai/v1/realtime?model=gpt-realtime', { type: 'realtime', model: 'gpt-realtime' }],
    ['/openai/v1/realtime?intent=transcription', { type: 'transcription' }],
    ['/v1/realtime/translations?model=gpt-realtime-translate', { type: 'translation', model: 'gpt-realtime-translate' }],
  ])('opens a session at %s', async (path, session) => {
    const socket = new WebSocket(at(path), { headers })
    const [data] = await once(socket, 'message')
    expect(JSON.parse(String(data))).toMatchObject({ type: 'session.created', session })
    socket.close()
    await once(socket, 'close')
  })

  test.each(['/', '/nope', '/v1', '/v1/realtimes', '/v1/realtime/nope', '/realtime?model=gpt-realtime', '/v2/realtime'])(
    'answers %s with 404 and the error body of the API',
    async (path) => {
      const answer = await answerTo(new WebSocket(at(path), { headers }))
      expect(answer.status).toBe(404)
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
      expect(answer.headers).not.toHaveProperty('x-request-id')
      expect(answer.body).toEqual({
        error: {
          message: `Invalid URL (GET ${path.split('?')[0]})`,
          type: 'invalid_request_error',
          param: null,
          code: 'unknown_url',
        },
      })
    },
  )

  test("Azure's preview is gone", async () => {
    const path = '/openai/realtime?api-version=2024-10-01-preview&deployment=mine'
    const answer = await answerTo(new WebSocket(at(path), { headers: { 'api-key': 'k' } }))
    expect(answer).toMatchObject({ status: 404, body: { error: { code: '404', message: 'Resource not found' } } })
  })
})

describe('the loopback server of a test', () => {
  test('knows the same paths', async () => {
    await using local = startLocal()
    const answer = await answerTo(new WebSocket(new URL('/nope', local.realtime.url), { headers }))
    expect(answer.status).toBe(404)
    expect(local.realtime.sessions).toEqual([])
    expect(local.realtime.timeline.toString()).toMatch(/A WebSocket was asked for at \/nope, where nothing opens a session/)
    const client = await WireClient.open(local.realtime.url)
    await client.close()
  })
})

describe('interception', () => {
  test('answers an unknown path of the API with 404 too', async () => {
    await using local = startLocal()
    expect((await answerTo(new WebSocket('wss://api.openai.com/v1/realtime/nope', { headers }))).status).toBe(404)
    expect(local.realtime.sessions).toEqual([])
  })

  test('takes a URL that the author names, whatever its path', async () => {
    await using local = startLocal({ intercept: ['wss://voice.example/any/path'] })
    const client = await WireClient.open('wss://voice.example/any/path')
    expect(local.realtime.session.url.pathname).toBe('/any/path')
    await client.close()
  })
})

describe('Azure', () => {
  const url = 'wss://res.openai.azure.com/openai/v1/realtime'

  test.each([
    ['?model=my-deployment', { type: 'realtime', model: 'my-deployment' }],
    ['?intent=transcription', { type: 'transcription' }],
  ])('%s with its api-key header', async (query, session) => {
    await using local = startLocal({ profile: 'azure' })
    const client = await WireClient.open(url, { key: null, headers: { 'api-key': 'k' }, query })
    expect(client.events[0]!.session).toMatchObject(session)
    await client.close()
    expect(local.realtime.sessions).toHaveLength(1)
  })

  test('with a bearer token', async () => {
    await using local = startLocal({ profile: 'azure' })
    const client = await WireClient.open(url, { key: 'entra-token', query: '?model=mine' })
    await client.close()
    expect(local.realtime.sessions).toHaveLength(1)
  })

  test.each(['openai', 'azure'] as const)('a wrong key is 401 before the upgrade, profile %s', async (profile) => {
    await using local = startLocal({ profile, keys: ['right'] })
    const answer = await answerTo(new WebSocket(`${url}?model=mine`, { headers: { 'api-key': 'wrong' } }))
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { code: '401', message: expect.stringMatching(/^Access denied/) } },
    })
    expect(local.realtime.sessions).toEqual([])
    const client = await WireClient.open(url, { key: null, headers: { 'api-key': 'right' }, query: '?model=mine' })
    await client.close()
  })

  test('no model is refused after the upgrade, as at OpenAI', async () => {
    await using _local = startLocal({ profile: 'azure' })
    const client = new WireClient(url, { key: null, headers: { 'api-key': 'k' }, query: '' })
    expect(await client.closed).toEqual({ code: 4000, reason: 'invalid_request_error.missing_model' })
  })

  test("the openai SDK's own Azure client", async () => {
    await using local = startLocal({ profile: 'azure' })
    const azure = new AzureOpenAI({
      endpoint: 'https://res.openai.azure.com',
      apiKey: 'k',
      apiVersion: '2025-08-28',
      deployment: 'mine',
    })
    const app = await local.realtime.run(() => OpenAIRealtimeWS.azure(azure))
    const created: any = await new Promise((resolve) => app.once('session.created', resolve))
    expect(created.session.model).toBe('mine')
    expect(local.realtime.session.url.pathname).toBe('/openai/v1/realtime')
    app.close()
  })
})

test('a sideband socket needs a model where the author says so', async () => {
  await using local = startLocal({ behavior: { sidebandNeedsModel: true } })
  const client = new WireClient('wss://api.openai.com/v1/realtime', { query: '?call_id=rtc_x' })
  expect(await client.closed).toEqual({ code: 4000, reason: 'invalid_request_error.missing_model' })
  expect(local.realtime.sessions).toEqual([])
})
