// Must be red: browser-mode.test.ts reads what it says.

import { expect, test } from 'vitest-realtime'

test('leaves its page', async ({ realtime }) => {
  const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', [
    'realtime',
    'openai-insecure-api-key.sk-page',
  ])
  await realtime.waitForSession()
  socket.close()
  expect(realtime.sessions).toEqual([])
})
