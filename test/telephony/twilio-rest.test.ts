// Twilio's REST interface during a call, by its official client and by fetch: hang up, send elsewhere, calls that are over.

import twilio from 'twilio'
import { expect, test } from 'vitest-realtime'
import { smallApp } from './support/small-app.ts'

const account = `AC${'0'.repeat(32)}`
const client = twilio(account, 'secret')
const callUrl = (sid: string): string => `https://api.twilio.com/2010-04-01/Accounts/${account}/Calls/${sid}.json`

test('the official client hangs up', async ({ phone }) => {
  const app = smallApp()
  const call = await phone.dial(app.server, { stream: '/media' })
  const { status } = await client.calls(call.id).update({ status: 'completed' })
  expect(status).toBe('completed')
  expect(await call.ended()).toMatchObject({ by: 'app', reason: 'Status=completed by REST' })
  expect(app.messages.at(-1)).toMatchObject({ event: 'stop' })
  await expect(client.calls(call.id).update({ status: 'completed' })).rejects.toMatchObject({ status: 404, code: 20_404 })
  expect((await client.calls(call.id).fetch()).status).toBe('completed')
})

test('fetch hangs up; what it gets wrong is told', async ({ phone }) => {
  const app = smallApp()
  const call = await phone.dial(app.server, { stream: '/media' })
  const nothing = await fetch(callUrl(call.id), { method: 'POST', body: new URLSearchParams({ Foo: '1' }) })
  expect([nothing.status, await nothing.json()]).toMatchObject([400, { code: 20_001 }])
  const unknown = await fetch(callUrl(`CA${'1'.repeat(32)}`), {
    method: 'POST',
    body: new URLSearchParams({ Status: 'completed' }),
  })
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: 20_404, status: 404 }])
  const done = await fetch(callUrl(call.id), { method: 'POST', body: new URLSearchParams({ Status: 'completed' }) })
  expect(done.status).toBe(200)
  expect(call).toHaveHungUp('app')
})

test('another TwiML kills the stream, and may open a new one', async ({ phone }) => {
  const app = smallApp()
  const call = await phone.dial(app.server, { stream: '/media' })
  const first = app.messages[1].streamSid
  const twiml = '<Response><Say>I put you through.</Say><Connect><Stream url="wss://app.test/other"/></Connect></Response>'
  await client.calls(call.id).update({ twiml })
  await call.hears('put you through')
  await call.pauses(2000)
  expect(app.closes).toEqual([1000])
  expect(app.upgrades.map(({ url }) => url)).toEqual(['/media', '/other'])
  const starts = app.messages.filter(({ event }) => event === 'start')
  expect(starts[1].streamSid).not.toBe(first)
  expect(starts[1].sequenceNumber).toBe('1')
  await client.calls(call.id).update({ twiml: '<Response><Hangup/></Response>' })
  expect(await call.ended()).toMatchObject({ by: 'app' })
})

test.concurrent.for([1, 2])('calls of one number in tests at once are not mixed up (%d)', async (_, { phone }) => {
  const app = smallApp()
  const call = await phone.dial(app.server, { stream: '/media' })
  await call.pauses(300)
  await client.calls(call.id).update({ status: 'completed' })
  expect(await call.ended()).toMatchObject({ by: 'app' })
})
