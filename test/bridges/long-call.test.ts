// A call of minutes through a bridge in virtual time: quick, the same in each run, and not ended by its own watchdogs.

import { expect, test } from 'vitest-realtime'
import { createBridgeServer } from 'vitest-realtime/telephony'

for (const run of [1, 2]) {
  test(`three minutes with many turns, run ${run}`, async ({ realtime, phone, clock }) => {
    realtime.respond('greeting', 'Hello, how can I help you?')
    realtime.respond('hours', { when: 'open', text: 'We are open from eight to six, and on Saturdays until noon.' })
    const call = await phone.dial(createBridgeServer({ twilioAuthToken: 'secret' }), {
      voice: '/twilio/voice',
      authToken: 'secret',
    })
    await call.hears(/how can I help/i)
    while (clock.now() < 180_000) {
      await call.says('When are you open')
      await call.hears(/until noon/i)
    }
    await call.hangsUp()
    await realtime.settled()
    expect(call).toHaveNoFindings()
    expect(realtime.sessions).toHaveLength(1)
    const text = String(realtime.timeline)
    first ??= text
    expect(text).toBe(first)
  })
}
let first: string | undefined

test('ten minutes of silence: nobody hangs up, nothing is opened again', async ({ realtime, phone, clock }) => {
  realtime.respond('greeting', 'Hello, how can I help you?')
  const call = await phone.dial(createBridgeServer({ token: 'secret' }), {
    platform: 'audiocodes',
    stream: '/ws/telephony',
    authToken: 'secret',
    // Nothing to convert: silence is long enough.
    audiocodes: { formats: ['raw/mulaw'] },
  })
  await call.hears(/how can I help/i)
  await clock.advance(10 * 60_000)
  expect(call.isOpen).toBe(true)
  expect(realtime.sessions).toHaveLength(1)
  await call.hangsUp()
})
