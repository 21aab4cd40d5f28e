// The phone bridge of ../src/twilio-bridge.ts, dialled as Twilio would: one server for all tests, made at import, that never listens.

import { expect, test } from 'vitest-realtime'
import { createBridge } from '../src/twilio-bridge.js'

const bridge = createBridge({ authToken: 'secret' })
const line = { voice: '/incoming-call', authToken: 'secret' }

test.concurrent('who asks for a person is offered the menu again', async ({ realtime, phone }) => {
  realtime.respondOnce(
    'menu',
    'Welcome to the surgery. For a visit press one, for a prescription press two, else please hold the line.',
  )
  realtime.respond('visit', { when: { keys: '1' }, text: 'When would you like to come?' })
  realtime.respond('person', { when: 'somebody', text: 'I will find somebody. Or press one for a visit.' })

  const call = await phone.dial(bridge, line)
  await call.hears(/welcome/i)
  await call.interrupts('Is there somebody I can talk to?', { afterMs: 900 })
  await call.hears('press one for a visit')
  await call.presses('1')
  await call.hears(/when would you/i)
  await call.hangsUp()

  expect(call).toHaveClearedWithin(200)
  expect(call).not.toHaveHeard('prescription')
  expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 40 })
  expect(call).toHaveNoFindings()
  expect(realtime.session.open).toBe(false)
})

test.concurrent('a stranger who opens the socket is refused', async ({ phone }) => {
  const unsigned = phone.dial(bridge, { stream: '/media-stream', authToken: 'secret', signature: 'missing' })
  await expect(unsigned).rejects.toThrow('403')
  const forged = phone.dial(bridge, { stream: '/media-stream', authToken: 'secret', signature: 'wrong' })
  await expect(forged).rejects.toThrow('403')
})

test.concurrent('an impatient caller in the street', async ({ realtime, phone }) => {
  realtime.respondOnce('menu', 'Welcome to the surgery.')
  realtime.respond('hours', { when: 'open', text: 'Until six.' })
  const call = await phone.dial(bridge, { ...line, persona: 'hurried', noiseDbfs: -60, network: { jitterMs: 20 } })
  await call.hears('surgery')
  await realtime.settled()
  await call.says('Are you still open?')
  await call.hears('Until six.')
  expect(realtime.responses[1]).toHaveRespondedWithin(1500)
  expect(call.metrics).toMatchObject({ underruns: 0 })
})
