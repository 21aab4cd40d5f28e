// The REST side of Realtime as apps reach it: through interception and on the loopback server, by every client; and what it
// must leave alone.

import { createServer, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { fetch as undiciFetch, request as undiciRequest } from 'undici'
import { afterAll, beforeAll, describe, vi } from 'vitest'
import { expect, type LocalRealtime, test } from 'vitest-realtime'
import { pageOffer } from '../rest/support/offers.ts'

const globals = () =>
  ['Request', 'Response', 'Headers', 'FormData', 'CloseEvent', 'ErrorEvent', 'crypto'].map((name) =>
    Object.getOwnPropertyDescriptor(globalThis, name),
  )
/** Before the first request of this file has loaded the routes; Node defines its own at the first look. */
void [Request, Response, Headers, FormData, CloseEvent, crypto]
const globalsAtFirst = globals()

const realBase = 'https://api.openai.com/v1'

type Ask = (url: string, init: { headers: Record<string, string>; body: string }) => Promise<{ status: number; text: string }>

function byNode(request: typeof httpRequest): Ask {
  return (url, { headers, body }) =>
    new Promise((resolve, reject) => {
      const asked = request(url, { method: 'POST', headers }, async (response) => {
        const chunks = await response.toArray()
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() })
      })
      asked.on('error', reject)
      asked.end(body)
    })
}

const asks: Record<string, Ask> = {
  fetch: async (url, init) => {
    const response = await fetch(url, { method: 'POST', ...init })
    return { status: response.status, text: await response.text() }
  },
  'fetch of undici': async (url, init) => {
    const response = await undiciFetch(url, { method: 'POST', ...init })
    return { status: response.status, text: await response.text() }
  },
  'request of undici': async (url, init) => {
    const { statusCode, body } = await undiciRequest(url, { method: 'POST', ...init })
    return { status: statusCode, text: await body.text() }
  },
  'http and https of Node': (url, init) => byNode(url.startsWith('https') ? httpsRequest : httpRequest)(url, init),
}

const bases: Record<string, (realtime: LocalRealtime) => string> = {
  intercepted: () => realBase,
  loopback: (realtime) => realtime.httpUrl,
}

const key = { authorization: 'Bearer sk-x' }

for (const [where, baseOf] of Object.entries(bases)) {
  describe(where, () => {
    for (const [name, ask] of Object.entries(asks)) {
      test(`${name}: JSON, SDP, errors, and three requests after each other`, async ({ realtime }) => {
        const base = baseOf(realtime)
        const headers = { ...key, 'content-type': 'application/sdp' }
        const answer = await ask(`${base}/realtime/calls?model=gpt-realtime`, { headers, body: pageOffer })
        expect(answer).toMatchObject({ status: 201, text: expect.stringMatching(/^v=0\r\n/) })
        const [call] = realtime.calls
        const hangup = await ask(`${base}/realtime/calls/${call?.id}/hangup`, { headers: key, body: '' })
        expect(hangup).toEqual({ status: 200, text: '' })
        const again = await ask(`${base}/realtime/calls/rtc_0/hangup`, { headers: key, body: '' })
        expect(again).toMatchObject({ status: 404, text: expect.stringContaining('call_id_not_found') })
      })
    }

    test('the openai package: secrets of all kinds', async ({ realtime }) => {
      const openai = new OpenAI({ baseURL: baseOf(realtime) })
      const session = { type: 'realtime', model: 'gpt-realtime', instructions: 'Guide.' } as const
      expect((await openai.realtime.clientSecrets.create({ session })).session).toMatchObject(session)
      const translation = { model: 'gpt-realtime-translate', audio: { output: { language: 'es' } } }
      const made = await openai.realtime.translations.clientSecrets.create({ session: translation })
      expect(made).toMatchObject({ value: expect.stringMatching(/^ek_/), session: { type: 'translation', ...translation } })
      const beta = await openai.beta.realtime.sessions.create({ voice: 'sage', modalities: ['text'] })
      expect(beta).toMatchObject({ voice: 'sage', modalities: ['text'], client_secret: { value: expect.stringMatching(/^ek_/) } })
      const heard = await openai.beta.realtime.transcriptionSessions.create({ input_audio_format: 'g711_alaw' })
      expect(heard).toMatchObject({ input_audio_format: 'g711_alaw', client_secret: { value: expect.stringMatching(/^ek_/) } })
    })

    test('the openai package: errors are of its own classes', async ({ realtime }) => {
      const openai = new OpenAI({ baseURL: baseOf(realtime), maxRetries: 0 })
      await expect(openai.realtime.calls.hangup('rtc_0')).rejects.toThrow(OpenAI.NotFoundError)
      const wrong = openai.realtime.clientSecrets.create({ session: { type: 'transcription', model: 'x' } as never })
      await expect(wrong).rejects.toMatchObject({ status: 400, code: 'invalid_model', param: 'session.model' })
    })

    test('the openai package: an offer, with and without a session', async ({ realtime }) => {
      const { value } = realtime.clientSecret({ session: { instructions: 'From the key.' } })
      const page = new OpenAI({ baseURL: baseOf(realtime), apiKey: value })
      const answer = await page.realtime.calls.create({ sdp: pageOffer })
      expect(answer.status).toBe(201)
      expect(await answer.text()).toMatch(/^v=0/)
      expect(answer.headers.get('location')).toBe(`/v1/realtime/calls/${realtime.calls[0]?.id}`)
      const server = new OpenAI({ baseURL: baseOf(realtime) })
      const session = { type: 'realtime', model: 'gpt-realtime', instructions: 'From the form.' } as const
      expect((await server.realtime.calls.create({ sdp: pageOffer, session })).status).toBe(201)
      const told = realtime.calls.map((call) => call.session?.config.instructions)
      expect(told).toEqual(['From the key.', 'From the form.'])
    })

    test('the openai package takes, refers, rejects and hangs up phone calls', async ({ realtime }) => {
      const openai = new OpenAI({ baseURL: baseOf(realtime), webhookSecret: realtime.webhookSecret })
      const phone = async (act: (id: string) => Promise<unknown>) =>
        realtime.incomingCall(async (request) => {
          const event = await openai.webhooks.unwrap(await request.text(), request.headers)
          if (event.type === 'realtime.call.incoming') await act(event.data.call_id)
          return new Response()
        })
      const taken = await phone((id) => openai.realtime.calls.accept(id, { type: 'realtime', instructions: 'Help desk.' }))
      expect((await taken.accepted()).config).toMatchObject({ instructions: 'Help desk.', model: 'gpt-realtime' })
      await openai.realtime.calls.hangup(taken.id)
      expect(await taken.ended()).toEqual({ by: 'app' })

      const busy = await phone((id) => openai.realtime.calls.reject(id, { status_code: 486 }))
      expect(busy).toMatchObject({ status: 'rejected', rejectedWith: 486 })
      const declined = await phone((id) => openai.realtime.calls.reject(id))
      expect(declined.rejectedWith).toBe(603)

      const passedOn = await phone((id) => openai.realtime.calls.accept(id, { type: 'realtime' }))
      await openai.realtime.calls.refer(passedOn.id, { target_uri: 'tel:+14155550123' })
      expect(passedOn).toMatchObject({ status: 'referred', referredTo: 'tel:+14155550123' })
    })
  })
}

test('a secret opens sockets of its kind, several until it ends', async ({ realtime, clock }) => {
  const openai = new OpenAI()
  const { value } = await openai.realtime.clientSecrets.create({
    session: { type: 'realtime', model: 'gpt-realtime-mini' },
    expires_after: { anchor: 'created_at', seconds: 10 },
  })
  const open = (): Promise<any> => {
    const app = new OpenAIRealtimeWS({ model: 'gpt-realtime-mini' }, new OpenAI({ apiKey: value }))
    return Promise.race([app.emitted('session.created'), app.emitted('error').then(Promise.reject.bind(Promise))])
  }
  for (const _ of [1, 2]) expect(await open()).toMatchObject({ session: { model: 'gpt-realtime-mini' } })
  await clock.advance(11_000)
  await expect(open()).rejects.toThrow('Incorrect API key')
  expect(realtime).toHaveEmitted('error', { error: { code: 'invalid_api_key' } })
})

test('requests are real work: time stands still, and faked timers do not stop them', async ({ realtime, clock }) => {
  const before = clock.now()
  await new OpenAI().realtime.clientSecrets.create({ session: { type: 'realtime' } })
  expect(clock.now()).toBe(before)
  vi.useFakeTimers()
  try {
    for (const ask of Object.values(asks)) {
      const headers = { ...key, 'content-type': 'application/json' }
      expect(await ask(`${realBase}/realtime/client_secrets`, { headers, body: '{}' })).toMatchObject({ status: 200 })
      expect(await ask(`${realtime.httpUrl}/realtime/client_secrets`, { headers, body: '{}' })).toMatchObject({ status: 200 })
    }
  } finally {
    vi.useRealTimers()
  }
})

test('nothing global is another after it', async ({ realtime }) => {
  await fetch(`${realtime.httpUrl}/realtime/client_secrets`, { method: 'POST', headers: key })
  expect(globals()).toEqual(globalsAtFirst)
})

describe('what is not Realtime', () => {
  const real = createServer((request, response) => response.end(`real ${request.method} ${request.url}`))
  const origin = (): string => `http://127.0.0.1:${(real.address() as AddressInfo).port}`
  beforeAll(() => new Promise<void>((resolve) => void real.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise((resolve) => void real.close(resolve).closeAllConnections()))
  test.override('realtimeOptions', { intercept: [/^ws:\/\/127\.0\.0\.1:\d+\//] })

  test('passes on the same host, however much of it is intercepted', async ({ realtime }) => {
    const post = async (path: string): Promise<string> =>
      (await fetch(origin() + path, { method: 'POST', headers: key, body: '' })).text()
    for (const path of ['/v1/chat/completions', '/v1/responses', '/v1/realtime-status', '/v1/realtime/other']) {
      expect(await post(path)).toBe(`real POST ${path}`)
    }
    expect(await post('/v1/realtime/client_secrets')).toContain('"ek_')
    expect(await post('/proxy/openai/v1/realtime/client_secrets')).toContain('"ek_')
    expect(realtime.sessions).toHaveLength(0)
  })
})
