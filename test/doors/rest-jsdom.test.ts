// @vitest-environment jsdom
// A page of jsdom asks the REST side: by Node's `fetch`, and by jsdom's XMLHttpRequest, which asks for permission first (CORS).

import { expect, test } from 'vitest-realtime'
import { pageOffer } from '../rest/support/offers.ts'

const base = 'https://api.openai.com/v1/realtime'

test('fetch: an offer with an ephemeral key', async ({ realtime }) => {
  const { value } = realtime.clientSecret()
  const headers = { authorization: `Bearer ${value}`, 'content-type': 'application/sdp' }
  const answer = await fetch(`${base}/calls`, { method: 'POST', headers, body: pageOffer })
  expect([answer.status, await answer.text()]).toEqual([201, expect.stringMatching(/^v=0\r\n/)])
  expect(realtime.calls).toHaveLength(1)
})

test('XMLHttpRequest: an ephemeral key', async ({ realtime }) => {
  const request = new XMLHttpRequest()
  request.open('POST', `${base}/client_secrets`)
  request.setRequestHeader('authorization', 'Bearer sk-x')
  request.setRequestHeader('content-type', 'application/json')
  await new Promise((resolve) => {
    request.onloadend = resolve
    request.send('{}')
  })
  expect([request.status, request.responseText]).toEqual([200, expect.stringContaining('"ek_')])
  expect(realtime.sessions).toHaveLength(0)
})

test("the page's FormData means nothing to Node's fetch: the test is told", async ({ realtime }) => {
  const headers = { authorization: 'Bearer sk-x' }
  const body = new FormData()
  body.set('sdp', pageOffer)
  body.set('session', JSON.stringify({ type: 'realtime', model: 'gpt-realtime' }))
  expect((await fetch(`${base}/calls`, { method: 'POST', headers, body })).status).toBe(400)
  expect(String(realtime.timeline)).toMatch(/page's FormData.*fetch\(new Request\(url, init\)\)/)
  expect((await fetch(new Request(`${base}/calls`, { method: 'POST', headers, body }))).status).toBe(201)
})
