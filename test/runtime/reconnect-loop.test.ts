// An app that dials again as soon as it is refused: the process goes on all the same, and the message stays short.

import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createLocalRealtime } from 'vitest-realtime'
import { WebSocket } from 'ws'

const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'
const headers = { authorization: 'Bearer sk-any', 'openai-beta': 'realtime=v1' }

test('sockets that open one after the other leave room for timers', async () => {
  await using realtime = createLocalRealtime({ allowErrors: ['beta_api_shape_disabled'] })
  let turns = 0
  setImmediate(() => turns++)
  let opened = 0
  await realtime.run(async () => {
    for (; turns === 0 && opened < 500; opened++) await once(new WebSocket(url, { headers }), 'open')
  })
  expect(opened).toBeLessThan(500)
})

test('what was opened again and again is told once, with how often', async () => {
  await using realtime = createLocalRealtime({ allowErrors: ['beta_api_shape_disabled'] })
  await realtime.run(async () => {
    for (let dialled = 0; dialled < 30; dialled++) await once(new WebSocket(url, { headers }), 'close')
  })
  expect(() => realtime.session).toThrow(`The app opened:\n  ${url} (refused: beta_api_shape_disabled)  ×30\nIntercepted are`)
})

test('hundreds of sockets at once all open', async () => {
  await using realtime = createLocalRealtime()
  await realtime.run(async () => {
    const sockets = Array.from({ length: 200 }, () => new WebSocket(url, { headers: { authorization: 'Bearer sk-any' } }))
    await Promise.all(sockets.map((socket) => once(socket, 'message')))
  })
  expect(realtime.sessions).toHaveLength(200)
})
