// An app of the two official packages, without a bridge: signatures, TwiML, the SDK's session over its own WebSocket, hanging up by REST.

import { expect, test } from 'vitest-realtime'
import { account, createSessionApp } from './support/session-app.ts'

const app = createSessionApp()
const dialling = { voice: '/calls', ...account }
const hours =
  'We are open from nine to five on weekdays, from ten to two on Saturdays, and on Sundays and holidays we are closed all day.'

test('turns, an interruption, keys, and the agent hangs up by REST', async ({ realtime, phone }) => {
  realtime.respond('hours', { when: 'open', text: hours })
  realtime.respond('table', { when: 'table', text: 'For how many?' })
  realtime.respond('two', { when: 'pressed 2', text: 'A table for two.' })
  realtime.respond('bye', { when: 'bye', call: { name: 'hang_up', arguments: {} } })
  const call = await phone.dial(app, { ...dialling, from: '+442079460000' })
  await call.says('When are you open?')
  await call.interrupts('I want a table', { afterMs: 2000 })
  await call.hears('For how many?')
  await call.presses('2')
  await call.hears('A table for two.')
  await realtime.settled()
  await call.says('Thank you, bye')
  const end = await call.ended()
  expect(end).toMatchObject({ by: 'app', reason: 'Status=completed by REST' })
  expect(call).toHaveClearedWithin(300)
  expect(call).toHaveNoFindings()
  expect(call).not.toHaveHeard('holidays')
  expect(realtime.session.config.instructions).toContain('+442079460000')
  expect(realtime).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
})

test.for(['missing', 'wrong'] as const)('a signature that is %s is refused', async (signature, { realtime, phone }) => {
  const message = await phone.dial(app, { ...dialling, signature }).then(String, (error: Error) => error.message)
  expect(message).toContain('the webhook /calls answered HTTP 403.\nIt said: Invalid signature')
  await expect(phone.dial(app, { stream: '/agent', ...account, signature })).rejects.toThrow(/31920: .*HTTP 401/)
  expect(realtime.sessions).toEqual([])
})

test.concurrent.for([1, 2, 3])('call %d at once, until its line is dropped', async (n, { realtime, phone, expect }) => {
  realtime.respond('who', { when: 'who', text: `You are caller number ${n}.` })
  const call = await phone.dial(app, dialling)
  await call.says('Who am I?')
  await call.hears(`number ${n}`)
  await call.mutes(500)
  await call.drops(n === 3 ? { halfOpen: true } : {})
  expect(call.isOpen).toBe(n === 3)
  expect(realtime.session.open).toBe(n === 3)
})
