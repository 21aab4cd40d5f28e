// Figures of a call, against values worked out by hand.

import { createServer } from 'node:http'
import { expect, test } from 'vitest-realtime'
import { pcm } from 'vitest-realtime/audio'
import { type WebSocket, WebSocketServer } from 'ws'
import { beep, smallApp } from './support/small-app.ts'

/** Half a second without a known span of speech: all of it counts. */
const hum = pcm(
  Int16Array.from({ length: 4000 }, (_, at) => 8000 * Math.sin(at / 4)),
  8000,
)

test('talk ratios, dead air, response time, underruns', async ({ phone }) => {
  const app = smallApp()
  const call = await phone.dial(app.server, { stream: '/media' })
  const { streamSid } = app.messages[1]
  const plays = (ms: number) => app.socket().send(JSON.stringify({ event: 'media', streamSid, media: { payload: beep(ms) } }))
  plays(1000) // 0 to 1000
  await call.pauses(1500)
  await call.says(hum) // 1500 to 2000
  await call.pauses(300)
  plays(400) // 2300 to 2700
  await call.pauses(1000)
  expect(call.metrics).toEqual({
    agentTalkRatio: 1400 / 3300,
    callerTalkRatio: 500 / 3300,
    longestDeadAirMs: 600, // 2700 to 3300, now
    responseMs: [300],
    clearMs: [],
    underruns: 0,
    underrunMs: 0,
    discardedBytes: 0,
  })
  plays(2000) // 3300 to 5300, cleared at 4100
  await call.pauses(300)
  await call.says(hum) // 3600 to 4100
  app.socket().send(JSON.stringify({ event: 'clear', streamSid }))
  await call.pauses(900)
  expect(call.metrics).toEqual({
    agentTalkRatio: 2200 / 5000,
    callerTalkRatio: 1000 / 5000,
    longestDeadAirMs: 900,
    responseMs: [300],
    clearMs: [500],
    underruns: 0,
    underrunMs: 0,
    discardedBytes: 1200 * 8,
  })
})

test('bytes are counted as the codec has them', async ({ phone }) => {
  const server = createServer()
  let socket: WebSocket | undefined
  new WebSocketServer({ server }).on('connection', (open) => {
    socket = open
  })
  const call = await phone.dial(server, { platform: 'vonage', stream: '/socket', vonage: { rateHz: 24_000 } })
  for (let packet = 0; packet < 10; packet++) socket!.send(Buffer.alloc(960, 3))
  await call.pauses(100)
  socket!.send(JSON.stringify({ action: 'clear' }))
  await call.pauses(100)
  expect(call.metrics.discardedBytes).toBe(100 * 48)
})
