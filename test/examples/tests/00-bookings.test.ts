// The whole kit in one test: speech, a function call, a barge-in that is truncated where it was heard.

import { expect, test } from 'vitest-realtime'
import { startVoiceAgent } from '../src/voice-agent.js'

test('a caller books a table over the end of the greeting', async ({ realtime, caller }) => {
  realtime.respond('welcome', {
    when: 'good evening',
    text: 'Good evening, this is the Golden Lion. What may I do for you tonight?',
  })
  realtime.respond('book', {
    when: /table for four/i,
    call: { name: 'book_table', arguments: { seats: 4 } },
    then: ({ result }) => `I have a table for ${result.seats} for you.`,
  })

  const { session } = await startVoiceAgent()
  caller.attach(session)
  await caller.says('Good evening')
  await caller.interrupts('I would like a table for four', { afterMs: 1000 })
  await realtime.settled()

  const [welcome, booking, confirmation] = realtime.responses
  expect(welcome).toSelectResponse('welcome')
  expect(welcome).toHaveRespondedWithin(800)
  expect(welcome).toHaveBeenInterrupted({ afterMs: 1000, toleranceMs: 250 })
  expect(welcome).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
  expect(booking).toHaveCalledFunction('book_table', { seats: 4 })
  expect(realtime).toHaveReturnedFromFunction('book_table', { booked: true, seats: 4 })
  expect(confirmation).toSelectResponse('book.then')
  expect(caller).toHaveHeard(/a table for 4 for you\.$/)
})
