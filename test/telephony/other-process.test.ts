// A bridge in another process: its time is real, its model is this test's service behind `realtime.url`.

import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { bridgeElsewhere } from './support/other-process.ts'

const dialling = { voice: '/twilio/voice', authToken: 'secret' }

describe('in real time', () => {
  test.override('realtimeOptions', { timing: 'real' })

  test('greeting, turn, barge-in, hang-up', { timeout: 60_000 }, async ({ realtime, phone }) => {
    realtime.respondOnce('greeting', 'Hello.')
    const long = 'We have many rooms, with a view of the sea, with a view of the garden, with a view of the park, and a car park.'
    realtime.respond('rooms', { when: 'room', text: long })
    realtime.respond('person', { when: 'person', text: 'One moment.' })
    const url = await bridgeElsewhere(`${await realtime.url}?model=gpt-realtime`)
    const call = await phone.dial(url, dialling)
    await call.hears('Hello')
    await call.pauses(300)
    await call.says('A room?')
    await call.interrupts('A person', { afterMs: 800 })
    await call.hears('One moment.')
    await call.hangsUp()
    expect(call).toHaveHungUp('caller')
    expect(call).toHaveNoFindings()
    expect(call).not.toHaveHeard('car park')
    expect(realtime.responses[1]).toHaveBeenInterrupted()
    expect(call.metrics.clearMs).toHaveLength(1)
  })
})

test('virtual time says what to do instead', async ({ realtime, phone }) => {
  const url = await bridgeElsewhere(`${await realtime.url}?model=gpt-realtime`)
  await expect(phone.dial(url, dialling)).rejects.toThrow("take real time: realtimeOptions { timing: 'real' }")
})
