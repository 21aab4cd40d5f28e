// The webhook `realtime.call.incoming`, judged by the official client, at a server that was started before any test. protocol.md 5.

import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect } from 'vitest'
import { test } from 'vitest-realtime'
import { failureOf } from '../support/failure-of.ts'

const openai = () => new OpenAI({ apiKey: 'sk-test' })

const app = createServer((request, response) => void serve(request).then((status) => response.writeHead(status).end()))
let url = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(app.address() as AddressInfo).port}/webhook`
})
afterAll(() => app.close())
const seen: { secret: string; raw: string; headers: IncomingMessage['headers'] }[] = []
let secret = ''

/** A server that was started before any test: only re-entry tells which one it works for. */
async function serve(request: IncomingMessage): Promise<number> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const raw = Buffer.concat(chunks).toString()
  seen.push({ secret, raw, headers: request.headers })
  if (request.url === '/slow') await new Promise((resolve) => setTimeout(resolve, 5000))
  const event = await openai().webhooks.unwrap(raw, request.headers as Record<string, string>, secret)
  if (event.type !== 'realtime.call.incoming') return 204
  await openai().realtime.calls.accept(event.data.call_id, { type: 'realtime', model: 'gpt-realtime' })
  return 200
}

test('the webhook is accepted by webhooks.unwrap, at a server of this process that runs for the test', async ({ realtime }) => {
  secret = realtime.webhookSecret
  const call = await realtime.incomingCall(url, { from: '+15550142', headers: { 'X-Trunk': 'A' } })
  expect(call.webhookStatus).toBe(200)
  expect((await call.accepted()).config.model).toBe('gpt-realtime')
  const { raw, headers } = seen.at(-1)!
  expect(JSON.parse(raw).data.sip_headers).toContainEqual({ name: 'X-Trunk', value: 'A' })
  // The mark of the test is the kit's own.
  expect(Object.keys(headers).filter((name) => name.startsWith('x-vitest'))).toEqual([])
})

test('it fails webhooks.unwrap when it was tampered with, or is old', async ({ realtime, clock }) => {
  secret = realtime.webhookSecret
  await realtime.incomingCall(url)
  const { raw, headers } = seen.at(-1)!
  const unwrap = (body: string, key = secret, more: Record<string, string> = {}) =>
    openai().webhooks.unwrap(body, { ...(headers as Record<string, string>), ...more }, key)
  await expect(unwrap(raw)).resolves.toMatchObject({ object: 'event', type: 'realtime.call.incoming' })
  await expect(unwrap(raw.replace('rtc_', 'rtc_0'))).rejects.toThrow('does not match the expected signature')
  await expect(unwrap(raw, 'whsec_d3Jvbmc=')).rejects.toThrow('does not match')
  await expect(unwrap(raw, secret, { 'webhook-id': 'wh_other' })).rejects.toThrow('does not match')
  await clock.advance(301_000)
  await expect(unwrap(raw)).rejects.toThrow('too old')
})

test('it is signed with the secret that the test names, of either form', async ({ realtime }) => {
  for (const key of ['whsec_c2VjcmV0', 'a plain secret']) {
    secret = key
    expect((await realtime.incomingCall(url, { secret: key })).webhookStatus).toBe(200)
  }
})

test('one to a port where nobody listens is an error that says so', async ({ realtime }) => {
  const failure = await failureOf(() => realtime.incomingCall('http://127.0.0.1:1/webhook'))
  expect(failure).toMatch(
    /\[RTK_CALL\] realtime\.incomingCall\(…\): the webhook could not be delivered to http:\/\/127\.0\.0\.1:1/,
  )
})

test('an app that takes its time answers on the clock of the test', async ({ realtime, clock }) => {
  secret = realtime.webhookSecret
  const call = await realtime.incomingCall(url.replace('/webhook', '/slow'))
  expect(call.webhookStatus).toBe(200)
  expect(clock.now()).toBeGreaterThanOrEqual(5000)
  expect(call.status).toBe('active')
})
