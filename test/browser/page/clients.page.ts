// The official clients in a real page: their builds for browsers, keys that were minted through the page's fetch.

import { RealtimeAgent, RealtimeSession, tool } from '@openai/agents-realtime'
import OpenAI from 'openai'
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket'
import { expect, test } from 'vitest-realtime'
import { z } from 'zod'
import { babbling } from './babbling.ts'

const baseURL = 'https://api.openai.com/v1'

test('OpenAIRealtimeWebSocket speaks with an ephemeral key', async ({ realtime }) => {
  realtime.respond('hi', 'Hello, page!')
  const { value } = realtime.clientSecret({ session: { type: 'realtime', instructions: 'Be a page.' } })
  const client = new OpenAIRealtimeWebSocket({ model: 'gpt-realtime' }, { apiKey: value, baseURL })
  await new Promise((resolve) => client.on('session.created', resolve))
  client.send({ type: 'response.create', response: { output_modalities: ['text'] } })
  expect((await realtime.nextResponse()).text).toBe('Hello, page!')
  expect(realtime.session.config.instructions).toBe('Be a page.')
  expect(realtime.session.protocols).toEqual(['realtime', `openai-insecure-api-key.${value}`])
  client.close()
})

test('a key is minted by the REST call of the page', async ({ realtime }) => {
  const openai = new OpenAI({ apiKey: 'sk-page', dangerouslyAllowBrowser: true, maxRetries: 0 })
  const secret = await openai.realtime.clientSecrets.create({ session: { type: 'realtime', instructions: 'Minted.' } })
  expect(secret.value).toMatch(/^ek_/)
  new OpenAIRealtimeWebSocket({ model: 'gpt-realtime' }, { apiKey: secret.value, baseURL })
  expect((await realtime.waitForSession()).config.instructions).toBe('Minted.')
})

test('RealtimeSession calls its tool and is interrupted, by sound alone', async ({ realtime, caller }) => {
  realtime.respondOnce({
    call: { name: 'book_table', arguments: { seats: 2 } },
    then: 'Done, a table for two. We look forward to seeing you tonight.',
  })
  realtime.respondOnce('For four, then.')
  const bookTable = tool({
    name: 'book_table',
    description: 'Books a table.',
    parameters: z.object({ seats: z.number() }),
    execute: async ({ seats }) => {
      await new Promise((resolve) => setTimeout(resolve, 3000))
      return `booked ${seats}`
    },
  })
  const session = new RealtimeSession(new RealtimeAgent({ name: 'Page', tools: [bookTable] }), {
    transport: 'websocket',
    tracingDisabled: true,
    config: { audio: { input: { turnDetection: { type: 'server_vad' } } } },
  })
  await session.connect({ apiKey: realtime.clientSecret().value })
  caller.attach(session)
  await caller.says(babbling('A table for two, please'))
  await caller.interrupts(babbling('For four'), { afterMs: 900 })
  await realtime.settled()
  expect(realtime).toHaveReturnedFromFunction('book_table', 'booked 2')
  expect(realtime.responses.map(({ text }) => text).at(-1)).toBe('For four, then.')
  expect(realtime.responses[1]).toHaveTruncatedWhereHeard({ toleranceMs: 150 })
  expect(realtime).toHaveNoErrors()
  session.close()
})

test('RealtimeSession takes its own transport, WebRTC: events over the data channel', async ({ realtime, caller }) => {
  realtime.respondOnce({ call: { name: 'weather', arguments: { city: 'Bonn' } }, then: 'It rains in Bonn.' })
  const weather = tool({
    name: 'weather',
    description: 'Tells the weather.',
    parameters: z.object({ city: z.string() }),
    execute: async ({ city }) => `rain in ${city}`,
  })
  const session = new RealtimeSession(new RealtimeAgent({ name: 'Page', tools: [weather] }), { tracingDisabled: true })
  await session.connect({ apiKey: realtime.clientSecret().value })
  await caller.says(babbling('How is the weather in Bonn?'))
  await realtime.settled()
  expect(realtime).toHaveReturnedFromFunction('weather', 'rain in Bonn')
  expect(realtime).toHaveSaid('It rains in Bonn.')
  expect(realtime.calls[0]).toMatchObject({ kind: 'webrtc', status: 'active' })
  expect(realtime).toHaveNoErrors()
  session.close()
  expect(realtime.calls[0]?.status).toBe('ended')
})

test('an offer of RTCPeerConnection gets an answer that the page accepts', async ({ realtime }) => {
  const connection = new RTCPeerConnection()
  connection.createDataChannel('oai-events')
  connection.addTransceiver('audio')
  await connection.setLocalDescription(await connection.createOffer())
  const response = await fetch(`${baseURL}/realtime/calls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${realtime.clientSecret().value}`, 'content-type': 'application/sdp' },
    body: connection.localDescription?.sdp ?? '',
  })
  expect(response.status).toBe(201)
  expect(response.headers.get('location')).toMatch(/\/v1\/realtime\/calls\/rtc_/)
  await connection.setRemoteDescription({ type: 'answer', sdp: await response.text() })
  expect(connection.signalingState).toBe('stable')
  connection.close()
})
