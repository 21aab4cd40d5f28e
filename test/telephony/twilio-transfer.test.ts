// Callers who are put through to a person: for the agent the call is over.

import twilio from 'twilio'
import { expect, test } from 'vitest-realtime'
import { smallApp } from './support/small-app.ts'

const stream = '<Connect><Stream url="wss://app.test/media"/></Connect>'
const dialled = (twiml: string) => smallApp({ twiml: { '/voice': `<Response>${twiml}</Response>` } })

test('by TwiML behind the stream', async ({ phone }) => {
  const app = dialled(
    `${stream}<Say>One moment.</Say><Dial timeout="20"><Number>+15550123</Number></Dial><Say>Nobody is there.</Say>`,
  )
  const call = await phone.dial(app.server, { voice: '/voice' })
  app.socket().close(1000)
  expect(await call.ended()).toMatchObject({
    by: 'app',
    reason: 'the app closed the stream (1000), then <Dial> +15550123',
  })
  expect(call).toHaveHeard('One moment.')
  expect(call).not.toHaveHeard('Nobody')
})

test('by REST', async ({ phone }) => {
  const call = await phone.dial(smallApp().server, { stream: '/media' })
  await twilio(`AC${'0'.repeat(32)}`, 'secret')
    .calls(call.id)
    .update({ twiml: '<Response><Dial>+15550123</Dial></Response>' })
  expect(await call.ended()).toMatchObject({ by: 'app', reason: 'redirected by REST, then <Dial> +15550123' })
})

test('nobody answers where an agent stands behind it', async ({ phone }) => {
  const call = await phone.dial(dialled(`<Dial>+15550123</Dial>${stream}`).server, { voice: '/voice' })
  expect(call.isOpen).toBe(true)
})
