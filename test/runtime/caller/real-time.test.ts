// The same caller where time is not virtual: twenty times as fast as life.

import { test as base, expect } from 'vitest-realtime'
import { startSession } from './support/apps.ts'

const test = base.override('realtimeOptions', { timing: { scale: 20 } })

test('is understood, and hears the answer', async ({ realtime, caller }) => {
  realtime.respond('hello', { when: 'hello', text: 'Hello! How can I help you?' })
  realtime.respond('booked', { when: 'table for two', text: 'Done.' })
  caller.attach(await startSession())
  await caller.says('Hello there')
  await caller.hears('help you?')
  await caller.says('A table for two please')
  await caller.hears('Done.')
  expect(realtime.responses.map(({ name }) => name)).toEqual(['hello', 'booked'])
  expect(caller.heard.text).toBe('Hello! How can I help you? Done.')
})
