// The sample that many phone agents began as, on the phone by every verb of a caller; and what the kit says of its defects.

import { createServer } from 'node:http'
import { expect, test } from 'vitest-realtime'
import { createSampleApp } from './support/sample-app.ts'

const app = createSampleApp()
const dialling = { voice: '/incoming-call' }
const hours =
  'We are open from nine to five on weekdays, from ten to two on Saturdays, and on Sundays and holidays we are closed all day.'

test('a whole call: what TwiML says, turns, an interruption, a muted moment, hold, the end', async ({ realtime, phone }) => {
  realtime.respond('hours', { when: 'open', text: hours })
  realtime.respond('table', { when: 'table', text: 'For how many?' })
  realtime.respond('bye', { when: 'bye', text: 'Goodbye.' })
  const call = await phone.dial(app, dialling)
  expect(call).toHaveHeard('Please wait while we connect you. OK, you can start talking!')
  await call.pauses(500)
  await call.says('When are you open?')
  await call.hears('nine to five')
  await call.interrupts('I want a table', { afterMs: 2500 })
  await call.hears('For how many?')
  await call.mutes(3000)
  await call.holds(2000)
  await call.says('Never mind, bye')
  await call.hears('Goodbye')
  await call.hangsUp()
  expect(await call.ended()).toMatchObject({ by: 'caller' })
  expect(call).toHaveClearedWithin(300)
  expect(realtime).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
  expect(call).toHaveNoFindings()
  expect(realtime.session.open).toBe(false)
})

test.concurrent.for([1, 2, 3, 4, 5])('call %d at once', async (n, { realtime, phone, expect }) => {
  realtime.respond('who', {
    when: 'who',
    text: `You are caller number ${n}, and we are glad that you have called us again so soon.`,
  })
  realtime.respond('ok', { when: 'enough', text: 'All right.' })
  const call = await phone.dial(app, { ...dialling, from: `+1555010${n}` })
  await call.pauses(100 * n)
  await call.says('Who am I?')
  await call.interrupts('That is enough', { afterMs: 900 + 100 * n })
  await call.hears('All right.')
  expect(call).toHaveHeard(`You are caller number`)
  await call.drops()
  expect(call.end).toMatchObject({ by: 'platform' })
  expect(realtime.sessions).toHaveLength(1)
})

test('keys go nowhere in this app, and the wait for an answer says what was heard', async ({ realtime, phone }) => {
  realtime.respond('one', { when: { keys: '1' }, text: 'Sales.' })
  const call = await phone.dial(app, dialling)
  await call.presses('1')
  const message = await call.hears('Sales', { timeout: 3000 }).catch((error: Error) => error.message)
  expect(String(message).replace(/\d+ ms of real time/, '… ms of real time')).toMatchInlineSnapshot(`
    "[RTK_WAIT] call.hears(Sales) timed out after 3000 ms of the clock.
    It waited from 4695 ms to 7695 ms of the clock, … ms of real time.
    Heard so far: "Please wait while we connect you. OK, you can start talking!""
  `)
})

test('its start of an answer is never forgotten: the second one is truncated behind its end', async ({ realtime, phone }) => {
  realtime.respond('hours', { when: 'open', text: hours })
  realtime.respond('table', {
    when: 'table',
    text: 'For how many guests may I note the table, and for what time in the evening?',
  })
  realtime.respond('two', { when: 'two', text: 'Fine.' })
  const call = await phone.dial(app, dialling)
  await call.pauses(500)
  await call.says('When are you open?')
  await call.hears('all day')
  await call.pauses(2000)
  await call.says('I want a table')
  await call.interrupts('For two', { afterMs: 1500 })
  await call.hears('Fine')
  await expect(realtime).toEmit('error', { error: { message: expect.stringContaining('already shorter than') } })
  expect(() => expect(realtime).toHaveTruncatedWhereHeard()).toThrow(
    /cut at .* refused: Audio content of \d+ms is already shorter than \d+ms/,
  )
})

test('who waits for an end that nobody makes, or for a webhook that does not answer, is told so', async ({ phone }) => {
  const call = await phone.dial(app, dialling)
  const told = (error: Error): string => error.message.replace(/[\d.]+ (ms of real time|s\.)/, '… $1')
  expect(await call.ended({ timeout: 2000 }).then(String, told)).toMatchInlineSnapshot(`
    "[RTK_WAIT] call.ended() timed out after 2000 ms of the clock.
    It waited from 4495 ms to 6495 ms of the clock, … ms of real time.
    Nobody has ended the call: neither the app, nor the caller (call.hangsUp())."
  `)
  const silent = createServer(() => {})
  expect(await phone.dial(silent, dialling).then(String, told)).toMatch(
    /^\[RTK_WAIT\] phone\.dial\(…\), to the app's webhook \/incoming-call, and the stream behind it, timed out after 60000 ms/,
  )
})
