import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { facts, World } from '../support/world.ts'

registerMatchers(expect)

const world = new World().connect()
world.responses.push(
  facts({ id: 'resp_one', text: 'I see  the\ninvoice.' }),
  facts({ id: 'resp_two', text: 'I can open a ticket.' }),
)
const realtime = world.subject()

test('a string is contained in one response, spaces aside', () => {
  expect(realtime).toHaveSaid('I see the invoice.')
  expect(realtime).toHaveSaid('open a ticket')
  expect(realtime).not.toHaveSaid('invoice. I can')
  expect(realtime).not.toHaveSaid('i see')
})

test('a RegExp matches, also with the g flag twice', () => {
  const global = /ticket/g
  expect(realtime).toHaveSaid(global)
  expect(realtime).toHaveSaid(global)
  expect(realtime).toHaveSaid(/^I can .*\.$/)
  expect(realtime).not.toHaveSaid(/refund/)
})

test('a response is looked at alone', () => {
  const [first] = world.responses
  expect(world.subject({ kind: 'response', responses: first ? [first] : [] })).not.toHaveSaid('ticket')
})

test('takes words', () => {
  expect(() => expect(realtime).toHaveSaid(' ')).toThrow(/it takes words \(a string that is not empty\) or a RegExp, got ' '/)
})
