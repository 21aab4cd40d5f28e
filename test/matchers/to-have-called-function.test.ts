import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { facts, World } from '../support/world.ts'

registerMatchers(expect)

const world = new World().connect()
const call = { name: 'book_table', callId: 'call_1' }
world.responses.push(
  facts({ id: 'resp_one', calls: [{ ...call, arguments: { seats: 2, when: { day: 'Friday', hour: 19 } } }] }),
  facts({ id: 'resp_two', calls: [{ ...call, name: 'transfer', arguments: '{"to":"billing"}' }] }),
)
const realtime = world.subject()

test('by name', () => {
  expect(realtime).toHaveCalledFunction('book_table')
  expect(realtime).not.toHaveCalledFunction('book')
})

test('by some of the arguments, at any depth, also of JSON text', () => {
  expect(realtime).toHaveCalledFunction('book_table', { when: { day: 'Friday' } })
  expect(realtime).toHaveCalledFunction('book_table', { seats: expect.any(Number) })
  expect(realtime).toHaveCalledFunction('transfer', { to: 'billing' })
  expect(realtime).not.toHaveCalledFunction('book_table', { seats: 3 })
  expect(realtime).not.toHaveCalledFunction('transfer', { seats: 2 })
})

test('gives the arguments to the diff', () => {
  const failing = () => expect(realtime).toHaveCalledFunction('book_table', { seats: 3 })
  expect(failing).toThrow(expect.objectContaining({ actual: { seats: 2 }, expected: { seats: 3 } }))
})

test('takes an object', () => {
  expect(() => expect(realtime).toHaveCalledFunction('transfer', 'billing' as unknown as object)).toThrow(
    /an object with some of the arguments, got 'billing'/,
  )
})
