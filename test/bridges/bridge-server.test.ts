// The server of the bridges: who may come in, what it answers, over a real port.

import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import twilio from 'twilio'
import { afterEach, describe, expect, test } from 'vitest'
import { createLocalRealtime } from 'vitest-realtime'
import { WebSocket } from 'ws'
import type { BridgeServerOptions } from '../../src/bridges/bridge-config.ts'
import { createBridgeServer } from '../../src/bridges/bridge-server.ts'
import { twilioSignature } from '../../src/bridges/twilio-signature.ts'

const authToken = '0123456789abcdef0123456789abcdef'
const open: Server[] = []

afterEach(() => {
  for (const server of open.splice(0)) server.close()
})

async function serve(options: BridgeServerOptions): Promise<{ http: string; ws: string; host: string }> {
  const server = createBridgeServer({ twilioAuthToken: '', token: '', ...options })
  open.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { http: `http://${host}`, ws: `ws://${host}`, host }
}

async function upgrade(url: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const socket = new WebSocket(url, { headers })
  socket.on('error', () => {})
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close()
      resolve({ status: 101, body: '' })
    })
    socket.on('unexpected-response', async (_, response) => {
      let body = ''
      for await (const chunk of response) body += chunk
      resolve({ status: response.statusCode ?? 0, body: body.trim() })
    })
  })
}

test('the signature is the one of the vendor', () => {
  expect(twilioSignature(authToken, 'wss://voice.example.test/twilio-agent')).toBe('VdddIef+tPGardCg36u9z3PDwHo=')
  const fields = { CallSid: 'CA1', From: '+15550100', A: 'b' }
  const url = 'https://voice.example.test/twilio/voice'
  expect(twilio.validateRequest(authToken, twilioSignature(authToken, url, fields), url, fields)).toBe(true)
})

describe('a stream of Twilio', () => {
  test('is refused without a token of ours, unsigned, wrongly signed, and signed for https', async () => {
    const nobody = await serve({})
    expect(await upgrade(`${nobody.ws}/twilio-agent`)).toEqual({
      status: 503,
      body: 'No Twilio token is configured: set TWILIO_AUTH_TOKEN, or take anybody with --insecure.',
    })
    const { ws } = await serve({ twilioAuthToken: authToken, publicUrl: 'https://voice.example.test' })
    const statusOf = async (signature?: string): Promise<number> =>
      (await upgrade(`${ws}/twilio-agent`, signature === undefined ? {} : { 'x-twilio-signature': signature })).status
    expect(await statusOf()).toBe(403)
    expect(await statusOf('nonsense')).toBe(403)
    expect(await statusOf('Sme1RQHKPME8fnM2fGapcIFw6G8=')).toBe(403)
  })

  test('is taken with the signature of its public URL', async () => {
    await using _ = createLocalRealtime({ timing: 'real', onUnmatched: 'fallback' })
    const { ws } = await serve({ twilioAuthToken: authToken, publicUrl: 'https://voice.example.test' })
    expect(await upgrade(`${ws}/twilio-agent`, { 'x-twilio-signature': 'VdddIef+tPGardCg36u9z3PDwHo=' })).toEqual({
      status: 101,
      body: '',
    })
  })

  test('is refused with a query, which Twilio would drop', async () => {
    const { ws } = await serve({ insecure: true })
    expect((await upgrade(`${ws}/twilio-agent?token=1`)).status).toBe(400)
  })
})

test.for(['/ws/telephony', '/caller-agent', '/agent-conversation'])('%s wants the bearer token', async (path) => {
  await using _ = createLocalRealtime({ timing: 'real', onUnmatched: 'fallback' })
  const nobody = await serve({})
  expect(await upgrade(`${nobody.ws}${path}`)).toMatchObject({ status: 503, body: expect.stringContaining('AUDIOCODES_TOKEN') })
  const { ws } = await serve({ token: 'secret', backend: { url: 'ws://127.0.0.1:9' } })
  expect((await upgrade(`${ws}${path}`)).status).toBe(401)
  expect((await upgrade(`${ws}${path}`, { authorization: 'Bearer wrong' })).status).toBe(401)
  expect((await upgrade(`${ws}${path}`, { authorization: 'Bearer secret' })).status).toBe(101)
})

test('an unknown path is told what there is', async () => {
  const { ws } = await serve({ insecure: true })
  expect(await upgrade(`${ws}/media-stream`)).toEqual({
    status: 404,
    body: 'There is no endpoint /media-stream. There are: /twilio-agent, /ws/telephony, /caller-agent, /agent-conversation.',
  })
})

describe('the voice webhook', () => {
  const form = { CallSid: 'CA1', From: '+15550100', To: '+15550199' }
  const post = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(url, { method: 'POST', body: new URLSearchParams(form), headers })

  test('is refused unsigned', async () => {
    const { http } = await serve({ twilioAuthToken: authToken })
    expect((await post(`${http}/twilio/voice`)).status).toBe(403)
  })

  test('connects the call to our stream, with a token that is good once', async () => {
    await using _ = createLocalRealtime({ timing: 'real', onUnmatched: 'fallback' })
    const { http, ws } = await serve({
      twilioAuthToken: authToken,
      publicUrl: 'https://voice.example.test',
      requireCallToken: true,
    })
    const signature = twilioSignature(authToken, 'https://voice.example.test/twilio/voice', form)
    const answer = await post(`${http}/twilio/voice`, { 'x-twilio-signature': signature })
    const twiml = await answer.text()
    expect(answer.headers.get('content-type')).toMatch('text/xml')
    const [, token] = /name="token" value="([^"]+)"/.exec(twiml) ?? []
    expect(twiml.replace(token ?? '', 'T')).toMatchInlineSnapshot(
      `"<?xml version="1.0" encoding="UTF-8"?><Response><Connect><Stream url="wss://voice.example.test/twilio-agent"><Parameter name="token" value="T"/><Parameter name="from" value="+15550100"/><Parameter name="to" value="+15550199"/></Stream></Connect></Response>"`,
    )
    const start = (parameters: Record<string, string>): Promise<number> => startStream(`${ws}/twilio-agent`, parameters)
    expect(await start({})).toBe(1008)
    expect(await start({ token: 'guessed' })).toBe(1008)
    expect(await start({ token: token ?? '' })).toBe(0)
    expect(await start({ token: token ?? '' })).toBe(1008)
  })
})

/** The code that the stream is closed with, or 0 when it is not. */
function startStream(url: string, customParameters: Record<string, string>): Promise<number> {
  const socket = new WebSocket(url, { headers: { 'x-twilio-signature': 'VdddIef+tPGardCg36u9z3PDwHo=' } })
  return new Promise((resolve) => {
    socket.on('open', () =>
      socket.send(JSON.stringify({ event: 'start', start: { streamSid: 'MZ1', callSid: 'CA1', customParameters } })),
    )
    socket.on('message', () => {
      resolve(0)
      socket.close()
    })
    socket.on('close', resolve)
  })
}

test('health, stats and config tell what an operator wants to know, and no secrets', async () => {
  const { http } = await serve({
    twilioAuthToken: authToken,
    token: 'secret-token',
    backend: { url: 'ws://127.0.0.1:9' },
    mode: 'local',
  })
  const read = async (path: string): Promise<unknown> => (await fetch(`${http}${path}`)).json()
  expect(await read('/health')).toEqual({ status: 'healthy', mode: 'local', calls: 0 })
  expect(await read('/stats')).toMatchObject({ answered: 0, active: 0, calls: [], ended: [] })
  const config = await read('/config')
  expect(config).toMatchObject({ mode: 'local', checks: { isOn: true, hasTwilioToken: true, hasBearerToken: true } })
  expect(JSON.stringify(config)).not.toMatch(/secret-token|0123456789abcdef/)
})

test('a server that is full says so', async () => {
  const { ws } = await serve({ insecure: true, maxCalls: 0 })
  expect((await upgrade(`${ws}/twilio-agent`)).status).toBe(503)
})

test.for(['voice.example.com', 'ftp://voice.example.com', 'https://voice.example.com/app'])(
  'a public URL that is none is told at once: %s',
  (publicUrl) => {
    expect(() => createBridgeServer({ publicUrl })).toThrow(
      expect.objectContaining({ code: 'RTK_OPTION', message: expect.stringContaining(publicUrl) }),
    )
  },
)

test.for([
  ['/caller-agent?caller_type=angry', 'There is no caller_type angry. There are: typical, frustrated, elderly, hurried.'],
  [
    '/agent-conversation?scenario=pizza',
    'There is no scenario pizza. There are: banking_card_replacement, insurance_file_claim.',
  ],
] as const)('%s is told what there is', async ([path, body]) => {
  const { ws } = await serve({ insecure: true })
  expect(await upgrade(`${ws}${path}`)).toEqual({ status: 400, body })
})
