// @vitest-environment happy-dom
// A page of happy-dom asks the REST side: its `fetch`, `Headers`, `Response` and `FormData` are its own, and it asks for
// permission first (CORS).

import { expect, test } from 'vitest-realtime'
import { pageOffer } from '../rest/support/offers.ts'

const calls = 'https://api.openai.com/v1/realtime/calls'

test('an ephemeral key, an offer with it, and where the call is', async ({ realtime }) => {
  const { value } = realtime.clientSecret()
  const headers = { authorization: `Bearer ${value}`, 'content-type': 'application/sdp' }
  const answer = await fetch(calls, { method: 'POST', headers, body: pageOffer })
  expect(answer.status).toBe(201)
  expect(answer.headers.get('location')).toBe(`/v1/realtime/calls/${realtime.calls[0]?.id}`)
  expect(await answer.text()).toMatch(/^v=0\r\n/)
})

test('a form, and an error', async ({ realtime }) => {
  const form = new FormData()
  form.set('sdp', pageOffer)
  form.set('session', '{"type":"realtime","instructions":"Guide."}')
  const headers = { authorization: 'Bearer sk-x' }
  expect((await fetch(calls, { method: 'POST', headers, body: form })).status).toBe(201)
  expect(realtime.calls[0]?.session?.config).toMatchObject({ instructions: 'Guide.' })
  const refused = await fetch(calls, { method: 'POST', headers, body: '{}' })
  expect(await refused.json()).toMatchObject({ error: { code: 'unsupported_content_type' } })
})
