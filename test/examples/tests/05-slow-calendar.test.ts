// The app's own timers: a tool that takes four seconds, and a filler after one and a half.

import { afterEach, vi } from 'vitest'
import { expect, test as plain } from 'vitest-realtime'
import { startBookingAgent } from '../src/booking-agent.js'

const test = plain.override('realtimeOptions', {
  responses: {
    look: { when: 'table', call: { name: 'check_calendar', arguments: { day: 'Sunday' } }, then: 'Sunday it is.' },
    wait: { when: { instructions: /hold the line/i }, text: 'Just a second.' },
  },
})

afterEach(() => {
  vi.useRealTimers()
})

test('nobody waits for the calendar, and the caller is not left in silence', async ({ realtime, clock }) => {
  const agent = await startBookingAgent()
  const before = clock.now()
  const answer = agent.ask('A table for Sunday')
  // While the test waits for the kit, the app's timers come at once. If it only waited for its own app, they would take their time.
  await realtime.nextResponse({ name: 'look.then' })
  expect(await answer).toBe('Sunday it is.')
  expect(clock.now() - before).toBeGreaterThanOrEqual(4000)
  expect(realtime.responses.map(({ name }) => name)).toEqual(['look', 'wait', 'look.then'])
  expect(realtime).toHaveReturnedFromFunction('check_calendar', { day: 'Sunday', free: true })
})

test('under fake timers app and service move when the test moves them', async ({ realtime }) => {
  vi.useFakeTimers()
  const agent = await startBookingAgent()
  const answer = agent.ask('A table for Sunday')
  await vi.advanceTimersByTimeAsync(1000)
  expect(realtime).not.toHaveSaid('Just a second.')
  await vi.advanceTimersByTimeAsync(2000)
  expect(realtime).toHaveSaid('Just a second.')
  expect(realtime).not.toHaveReturnedFromFunction('check_calendar')
  await vi.advanceTimersByTimeAsync(3000)
  expect(await answer).toBe('Sunday it is.')
})
