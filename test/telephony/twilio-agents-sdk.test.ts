// The official Twilio transport layer of @openai/agents-extensions, unmodified, between our Twilio and our Realtime service.

import { expect, test } from 'vitest-realtime'
import { createSdkPhoneAgent } from './support/sdk-phone-agent.ts'

const server = createSdkPhoneAgent()

test('greeting, turns, barge-in, function call, hang-up', async ({ realtime, phone }) => {
  realtime.respondOnce(
    'greeting',
    'Hello, this is the clinic. We are open from nine to five, and on Saturdays from ten to two. What can I do for you?',
  )
  realtime.respond('slot', {
    when: 'Monday',
    call: { name: 'find_slot', arguments: { day: 'Monday' } },
    then: 'There is a slot on Monday at nine.',
  })
  realtime.respond('bye', { when: 'goodbye', call: { name: 'hang_up', arguments: {} } })

  const call = await phone.dial(server, { voice: '/voice' })
  await call.hears('We are open')
  await call.interrupts('Do you have a slot on Monday?', { afterMs: 2500 })
  await call.hears('Monday at nine')
  await realtime.settled()
  await call.says('Thank you, goodbye')
  const end = await call.ended()

  expect(end.by).toBe('app')
  expect(call).toHaveHungUp('app')
  expect(call).toHaveNoFindings()
  expect(call).toHaveClearedWithin(200)
  expect(realtime.responses[0]).toHaveBeenInterrupted({ afterMs: 2500, toleranceMs: 200 })
  expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
  expect(realtime).toHaveReturnedFromFunction('find_slot', 'Monday at nine')
  expect(call).toHaveHeard('There is a slot on Monday at nine.')
  expect(call).not.toHaveHeard('What can I do')
  expect(realtime).toHaveNoErrors()
  expect(call.metrics.underruns).toBe(0)
})

test('without named formats the SDK hands 24 kHz PCM on as mu-law: the kit says so', async ({ realtime, phone }) => {
  realtime.respondOnce('greeting', 'Hello, this is the clinic. We are open from nine to five.')
  const call = await phone.dial(createSdkPhoneAgent({ namesFormats: false }), { voice: '/voice' })
  await realtime.nextResponse()
  await call.pauses(100)
  expect(call.findings).toEqual([
    expect.objectContaining({ level: 'error', message: expect.stringContaining('audio/pcm on as mulaw at 8000 Hz') }),
  ])
  expect(call).not.toHaveHeard('clinic')
})
