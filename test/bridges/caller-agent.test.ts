// The agent that plays the caller behind the server's options for the agent that is phoned.

import { expect, test } from 'vitest-realtime'
import { createBridgeServer } from 'vitest-realtime/telephony'

test('has its own persona and functions, and none of the agent that the server is for', async ({ realtime, phone }) => {
  realtime.respond('request', { when: 'help', text: 'I lost my card.' })
  const server = createBridgeServer({
    token: 'secret',
    session: { instructions: 'You take bookings of a restaurant.' },
    greeting: 'Say hello.',
    functions: [{ name: 'book_table', run: () => ({ ok: true }) }],
  })
  const call = await phone.dial(server, {
    platform: 'audiocodes',
    stream: '/caller-agent?caller_type=elderly',
    authToken: 'secret',
  })
  await call.says('Hello, how can I help you?')
  await call.hears(/lost my card/i)
  const { instructions, tools } = realtime.session.config
  expect(instructions).toMatch(/You are eighty/)
  expect((tools as { name: string }[]).map(({ name }) => name)).toEqual(['hang_up'])
  await call.hangsUp()
})
