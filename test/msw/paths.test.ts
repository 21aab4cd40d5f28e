// Handlers name their URLs by hand: whatever the path, it is meant; and they are told of sessions that open late.

import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createLocalRealtime } from 'vitest-realtime'
import { link } from 'vitest-realtime/msw'
import { WebSocket } from 'ws'

const headers = { authorization: 'Bearer sk-any' }

test('a URL of a handler opens a session at any path', async () => {
  const opened: string[] = []
  const handler = link('wss://voice.example/some/path').on('session', ({ session }) => void opened.push(session.url.pathname))
  await using realtime = createLocalRealtime({ handlers: [handler] })
  const socket = new WebSocket('wss://voice.example/some/path?model=gpt-realtime', { headers })
  await once(socket, 'message')
  expect(opened).toEqual(['/some/path'])
  expect(realtime.sessions).toHaveLength(1)
})

test('a session whose upgrade took its time is told to its handler', async () => {
  const greetings: number[] = []
  const handler = link().on('session', ({ realtime }) => void greetings.push(realtime.clock.now()))
  await using realtime = createLocalRealtime({ handlers: [handler] })
  realtime.fail({ handshake: 3000 })
  const socket = realtime.run(() => new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers }))
  await once(socket, 'open')
  await realtime.waitForSession()
  expect(greetings).toEqual([3000])
})
