// Under vi.useFakeTimers() the test moves time: the caller speaks as far as it does, and no further.

import { afterEach, vi } from 'vitest'
import { expect, speech, test } from 'vitest-realtime'
import { startSession } from './support/apps.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('the caller speaks and hears as the test moves time', async ({ realtime, caller }) => {
  realtime.respond('hello', { when: 'hello', text: 'Hello! How can I help you?' })
  const session = await startSession()
  caller.attach(session)
  const greeting = await speech('Hello there')
  vi.useFakeTimers()
  const speaking = caller.says(greeting)
  await vi.advanceTimersByTimeAsync(500)
  expect(realtime.received('input_audio_buffer.append')).toHaveLength(25)
  expect(realtime).not.toHaveEmitted('input_audio_buffer.committed')
  await vi.advanceTimersByTimeAsync(1500)
  await speaking
  expect(caller.heard.durationMs).toBeGreaterThan(0)
  expect(caller).not.toHaveHeard('help')
  await vi.advanceTimersByTimeAsync(3000)
  expect(caller.heard.text).toBe('Hello! How can I help you?')
})
