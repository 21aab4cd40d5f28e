// Bridges behind the platforms' simulators: the whole way from the caller's mouth to the model and back.

import { expect, test } from 'vitest-realtime'
import { createBridgeServer } from 'vitest-realtime/telephony'

test('caller interrupts the menu, presses 1, hangs up', async ({ realtime, phone }) => {
  realtime.respondOnce(
    'menu',
    'Welcome to the clinic. For appointments press one, for prescriptions press two, or stay on the line.',
  )
  realtime.respond('day', { when: { keys: '1' }, text: 'Which day suits you?' })
  realtime.respond('sorry', { when: 'person', text: 'I will get someone. Or press one.' })
  const bridge = createBridgeServer({ twilioAuthToken: 'secret' })

  const call = await phone.dial(bridge, { voice: '/twilio/voice', authToken: 'secret', from: '+15550100' })
  await call.hears(/welcome to the clinic/i)
  await call.interrupts('Can I talk to a person', { afterMs: 800 })
  await call.hears(/press one/i)
  await call.presses('1')
  await call.hears(/which day/i)
  await call.hangsUp()
  await realtime.settled()

  expect(call).toHaveClearedWithin(200)
  expect(realtime.responses[0]).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
  expect(call).toHaveNoFindings()
  expect(realtime.session.open).toBe(false)
})
