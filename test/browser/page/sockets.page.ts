// Plain WebSockets of a real page.

import { expect, test } from 'vitest-realtime'

const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime'
const key = 'openai-insecure-api-key.sk-page'

function happening<K extends keyof WebSocketEventMap>(socket: WebSocket, type: K): Promise<WebSocketEventMap[K]> {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }))
}

test('a socket speaks with the service in the page', async ({ realtime }) => {
  realtime.respond('hi', 'Hello, page!')
  const socket = new WebSocket(url, ['realtime', key])
  expect(socket).toBeInstanceOf(WebSocket)
  const opened = await happening(socket, 'open')
  expect(opened).toBeInstanceOf(Event)
  expect(socket.protocol).toBe('realtime')
  socket.send(JSON.stringify({ type: 'response.create', response: { output_modalities: ['text'] } }))
  const answer = await realtime.nextResponse()
  expect(answer.text).toBe('Hello, page!')
  expect(realtime.session.headers.origin).toBe(location.origin)
  socket.close()
})
