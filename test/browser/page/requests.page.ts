// HTTP of a real page: by fetch and by XMLHttpRequest, to the service and to others.

import { afterEach, vi } from 'vitest'
import { expect, test } from 'vitest-realtime'

const secretsUrl = 'https://api.openai.com/v1/realtime/client_secrets'
const log = vi.spyOn(console, 'error')
afterEach(() => log.mockReset())

interface Asked {
  readonly request: XMLHttpRequest
  readonly told: readonly string[]
}

/** As axios asks: by XMLHttpRequest. */
function ask(method: string, url: string, body?: string, type: XMLHttpRequestResponseType = ''): Promise<Asked> {
  const request = new XMLHttpRequest()
  const told: string[] = []
  for (const name of ['loadstart', 'progress', 'load', 'error', 'abort']) request.addEventListener(name, () => told.push(name))
  request.onreadystatechange = () => told.push(`state ${request.readyState}`)
  request.open(method, url)
  request.responseType = type
  request.setRequestHeader('authorization', 'Bearer sk-page')
  request.setRequestHeader('content-type', 'application/json')
  request.send(body)
  return new Promise((resolve) => request.addEventListener('loadend', () => resolve({ request, told })))
}

test('XMLHttpRequest is given a key', async ({ realtime, clock }) => {
  const { request, told } = await ask('POST', secretsUrl, '{"session":{"type":"realtime"}}')
  expect(request).toBeInstanceOf(XMLHttpRequest)
  expect([request.status, request.responseURL]).toEqual([200, secretsUrl])
  expect(JSON.parse(request.responseText)).toMatchObject({ value: expect.stringMatching(/^ek_/) })
  expect(request.response).toBe(request.responseText)
  expect(request.getResponseHeader('Content-Type')).toMatch(/^application\/json/)
  expect(request.getAllResponseHeaders()).toMatch(/^content-type: application\/json/m)
  expect(told).toEqual(['state 1', 'loadstart', 'state 2', 'state 3', 'state 4', 'progress', 'load'])
  const wrong = await ask('POST', secretsUrl, '{"session":{}}', 'json')
  expect([wrong.request.status, wrong.request.response]).toMatchObject([400, { error: { param: 'session.type' } }])
  expect(clock.now()).toBe(0)
  expect(realtime.sessions).toEqual([])
})

test('XMLHttpRequest is aborted, and asks again', async ({ realtime }) => {
  const request = new XMLHttpRequest()
  const told: string[] = []
  for (const name of ['load', 'abort', 'loadend']) request.addEventListener(name, () => told.push(name))
  request.open('POST', secretsUrl)
  request.setRequestHeader('authorization', 'Bearer sk-page')
  request.send()
  request.abort()
  expect([told, request.readyState, request.status]).toEqual([['abort', 'loadend'], 0, 0])
  request.open('POST', secretsUrl)
  request.setRequestHeader('authorization', 'Bearer sk-page')
  request.send()
  await new Promise((resolve) => request.addEventListener('loadend', resolve))
  expect([told, request.status]).toEqual([['abort', 'loadend', 'load', 'loadend'], 200])
  expect(realtime.sessions).toEqual([])
})

test('XMLHttpRequest of no test is refused, and the console says why', async () => {
  log.mockImplementation(() => {})
  const { request } = await ask('POST', secretsUrl)
  expect([request.status, request.responseText]).toEqual([503, expect.stringContaining('RTK_UNOWNED')])
  expect(log.mock.calls.flat().join()).toContain('while no test with a local Realtime service was running')
})

test("XMLHttpRequest to others is the page's own, and stops the time", async ({ clock }) => {
  const before = clock.now()
  const { request, told } = await ask('GET', '/package.json', undefined, 'json')
  expect([request.status, request.response]).toEqual([200, expect.objectContaining({ name: 'page-project' })])
  expect(told.at(-1)).toBe('load')
  expect(clock.now()).toBe(before)
})

test('a stream of events does not stop the time', async ({ clock }) => {
  const stream = await fetch('/events')
  const reader = stream.body?.getReader()
  await reader?.read()
  const source = new EventSource('/events')
  await new Promise((resolve) => source.addEventListener('message', resolve))
  let ticks = 0
  const timer = setInterval(() => ticks++, 1000)
  await clock.advance(60_000)
  clearInterval(timer)
  expect(ticks).toBe(60)
  source.close()
  await reader?.cancel()
})

test('WebRTC: an answer that the app trimmed still joins its call', async ({ realtime }) => {
  realtime.respond('hi', 'Hello by WebRTC.')
  const connection = new RTCPeerConnection()
  const channel = connection.createDataChannel('oai-events')
  const opened = new Promise((resolve) => channel.addEventListener('open', resolve))
  connection.addTransceiver('audio')
  await connection.setLocalDescription()
  const response = await fetch('https://api.openai.com/v1/realtime/calls', {
    method: 'POST',
    headers: { authorization: `Bearer ${realtime.clientSecret().value}`, 'content-type': 'application/sdp' },
    body: connection.localDescription?.sdp ?? '',
  })
  const sdp = `${(await response.text()).trim()}\n`
  await connection.setRemoteDescription({ type: 'answer', sdp })
  await opened
  channel.send('{"type":"response.create"}')
  expect((await realtime.nextResponse()).text).toBe('Hello by WebRTC.')
  connection.close()
  expect(realtime.calls[0]?.status).toBe('ended')
})
