// A menu played through a phone bridge: keys come from the telephone, words from the caller.

import { expect, test } from 'vitest-realtime'
import { createBridge } from '../examples/src/twilio-bridge.ts'

const bridge = createBridge({ authToken: 'secret' })

test('call.plays(flow) presses the keys of a menu on the phone, and says the rest', async ({ realtime, phone }) => {
  realtime.respondOnce('menu', 'Welcome to the surgery. For a visit press one.')
  const flow = realtime.flow('menu', {
    states: {
      menu: [{ keys: '1', reply: 'When would you like to come?', to: 'visit' }],
      visit: [{ says: 'on Monday', reply: 'Done. Press two to hang up, or say goodbye.', to: 'end' }],
    },
  })
  const call = await phone.dial(bridge, { voice: '/incoming-call', authToken: 'secret' })
  await call.hears('press one')
  await realtime.settled()
  await call.plays(flow)
  expect(flow.path).toEqual(['menu → visit  keys 1', 'visit → end  says "on Monday"'])
  const keys = call.messages.flatMap(({ data }) => {
    const { event, dtmf } = Object(data) as { event?: string; dtmf?: { digit?: string } }
    return event === 'dtmf' ? [dtmf?.digit] : []
  })
  expect(keys).toEqual(['1'])
  expect(call).toHaveHeard('When would you like to come?')
  expect(call).toHaveHeard('Press two to hang up')
  await call.hangsUp()
  expect(call).toHaveNoFindings()
})
