// In a DOM environment (jsdom) the global typed arrays are those of another realm: no Buffer is an instance of them.

import vm from 'node:vm'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { afterEach, beforeEach, vi } from 'vitest'
import { expect, test } from 'vitest-realtime'

beforeEach(() => {
  for (const name of ['Uint8Array', 'ArrayBuffer']) vi.stubGlobal(name, vm.runInNewContext(name))
})
afterEach(() => {
  vi.unstubAllGlobals()
})

test('what the app sends arrives, and the caller is heard', async ({ realtime, caller }) => {
  expect(Buffer.from('x') instanceof Uint8Array).toBe(false)
  realtime.respond('weather', { when: 'weather', text: 'Sunny.' })
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await app.emitted('session.created')
  caller.attach(app)
  await caller.says('What is the weather?')
  await realtime.settled()
  expect(caller).toHaveHeard('Sunny.')
})
