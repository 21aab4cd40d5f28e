import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { facts, World } from '../support/world.ts'

registerMatchers(expect)

function returned(output?: unknown) {
  const world = new World().connect()
  const call = { name: 'find_order', callId: 'call_1', arguments: {} }
  world.responses.push(facts({ id: 'resp_one', calls: [output === undefined ? call : { ...call, output }] }))
  return world.subject()
}

test('only what was answered', () => {
  expect(returned('{}')).toHaveReturnedFromFunction('find_order')
  expect(returned()).not.toHaveReturnedFromFunction('find_order')
  expect(returned('{}')).not.toHaveReturnedFromFunction('find')
})

test('JSON is parsed on both sides, objects compared in part', () => {
  expect(returned('{"day":"Monday","carrier":"post"}')).toHaveReturnedFromFunction('find_order', { day: 'Monday' })
  expect(returned({ day: 'Monday' })).toHaveReturnedFromFunction('find_order', '{"day":"Monday"}')
  expect(returned('{"day":"Monday"}')).not.toHaveReturnedFromFunction('find_order', { day: 'Tuesday' })
})

test('plain texts, numbers and lists', () => {
  expect(returned('not found')).toHaveReturnedFromFunction('find_order', 'not found')
  expect(returned('21.5')).toHaveReturnedFromFunction('find_order', 21.5)
  expect(returned('[{"id":1,"name":"a"}]')).toHaveReturnedFromFunction('find_order', [{ id: 1 }])
  expect(returned('[1,2]')).not.toHaveReturnedFromFunction('find_order', [1])
  expect(returned('null')).toHaveReturnedFromFunction('find_order', null)
})
