// `POST /v1/realtime/client_secrets`: answered by the test's own service, however the app asks, and never sent to the network.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { afterAll, beforeAll, describe } from 'vitest'
import { expect, type LocalRealtime, test } from 'vitest-realtime'

const url = 'https://api.openai.com/v1/realtime/client_secrets'

async function post(body: unknown, { to = url, key = 'sk-x' } = {}): Promise<{ status: number; body: any }> {
  const headers = { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) }
  const response = await fetch(to, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() }
}

/** Opens a session as a page does: with the key as a subprotocol. */
function openPage(key: string, query = ''): Promise<any> {
  const socket = new WebSocket(`wss://api.openai.com/v1/realtime${query}`, ['realtime', `openai-insecure-api-key.${key}`])
  return new Promise((resolve) => socket.addEventListener('message', ({ data }) => resolve(JSON.parse(data)), { once: true }))
}

describe('over REST', () => {
  test('fetch: the whole session comes back, and the key opens it without a model in the URL', async ({ realtime }) => {
    const session = {
      type: 'realtime',
      model: 'gpt-realtime-mini',
      instructions: 'Guide.',
      audio: { output: { voice: 'marin' } },
    }
    const { status, body } = await post({ session, expires_after: { anchor: 'created_at', seconds: 60 } })
    expect(status).toBe(200)
    expect(body.value).toMatch(/^ek_[0-9a-f]{32}$/)
    expect(body.expires_at - Date.now() / 1000).toBeCloseTo(60, -1)
    expect(body.session).toMatchObject({ ...session, object: 'realtime.session', expires_at: 0, output_modalities: ['audio'] })
    const greeting = await openPage(body.value)
    expect(greeting).toMatchObject({ type: 'session.created', session })
    expect(realtime.sessions).toHaveLength(1)
  })

  test('the openai package, and a session that only transcribes', async ({ realtime }) => {
    const { value, session } = await new OpenAI().realtime.clientSecrets.create({ session: { type: 'transcription' } })
    expect(session).toMatchObject({ type: 'transcription', object: 'realtime.transcription_session' })
    expect(await openPage(value)).toMatchObject({ session: { type: 'transcription' } })
    expect(realtime.sessions).toHaveLength(1)
  })

  test('the loopback server answers too', async ({ realtime }) => {
    const client = new OpenAI({ baseURL: realtime.httpUrl })
    expect((await client.realtime.clientSecrets.create({ session: { type: 'realtime' } })).value).toMatch(/^ek_/)
    expect((await fetch(`${realtime.httpUrl}/models`)).status).toBe(404)
  })

  test.for([
    ['no key', { session: { type: 'realtime' } }, '', 401, null],
    ['an unknown field', { session: { type: 'realtime', voice: 'marin' } }, 'sk-x', 400, 'unknown_parameter'],
    ['no type', { session: {} }, 'sk-x', 400, 'missing_required_parameter'],
    ['a life too short', { expires_after: { anchor: 'created_at', seconds: 5 } }, 'sk-x', 400, 'integer_below_min_value'],
  ] as const)('%s is refused', async ([, body, key, status, code], { realtime }) => {
    expect(await post(body, { key })).toMatchObject({ status, body: { error: { type: 'invalid_request_error', code } } })
    expect(realtime.sessions).toHaveLength(0)
  })

  test('a key ends with its time', async ({ realtime, clock }) => {
    const { body } = await post({ expires_after: { anchor: 'created_at', seconds: 10 } })
    await clock.advance(11_000)
    expect(await openPage(body.value)).toMatchObject({ type: 'error', error: { code: 'invalid_api_key' } })
    expect(realtime).toHaveEmitted('error', { error: { code: 'invalid_api_key' } })
  })
})

describe('from a backend of beforeAll', () => {
  const backend = createServer((_request, response) => {
    const client = new OpenAI({ apiKey: 'sk-x' })
    void client.realtime.clientSecrets.create({ session: { type: 'realtime' } }).then(({ value }) => response.end(value))
  })
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${(backend.address() as AddressInfo).port}/`)).text()
  beforeAll(() => new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise((resolve) => void backend.close(resolve).closeAllConnections()))

  for (const name of ['one', 'two']) {
    test.concurrent(`concurrent tests have keys of their own: ${name}`, async ({ realtime }) => {
      const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' }, new OpenAI({ apiKey: await ask() }))
      await app.emitted('session.created')
      expect(realtime.sessions).toHaveLength(1)
    })
  }
})

describe('realtime.clientSecret()', () => {
  test('gives the whole session, and refuses what the service would', ({ realtime }: { realtime: LocalRealtime }) => {
    expect(realtime.clientSecret({ session: { instructions: 'Guide.' } }).session).toMatchObject({
      type: 'realtime',
      model: 'gpt-realtime',
      instructions: 'Guide.',
      expires_at: 0,
    })
    expect(() => realtime.clientSecret({ session: { voice: 'marin' } })).toThrow(
      /RTK_OPTION.*Unknown parameter: 'session\.voice'/,
    )
  })
})

describe('with the option `keys`', () => {
  test.override('realtimeOptions', { keys: ['sk-good'] })
  test('only those are taken', async ({ realtime }) => {
    expect((await post({}, { key: 'sk-good' })).status).toBe(200)
    expect(await post({}, { key: 'sk-bad' })).toMatchObject({ status: 401, body: { error: { code: 'invalid_api_key' } } })
    expect(realtime.sessions).toHaveLength(0)
  })
})
