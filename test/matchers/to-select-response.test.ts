import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { facts, World } from '../support/world.ts'

registerMatchers(expect)

const greeting = facts({ id: 'resp_one', name: 'greeting' })
const world = new World().connect()
world.responses.push(greeting, facts({ id: 'resp_two', name: 'order.then' }))

test('of a realtime: any response; of a response: this one', () => {
  expect(world.subject()).toSelectResponse('greeting')
  expect(world.subject()).toSelectResponse('order.then')
  expect(world.subject({ kind: 'response', responses: [greeting] })).toSelectResponse('greeting')
  expect(world.subject({ kind: 'response', responses: [greeting] })).not.toSelectResponse('order.then')
})

test('the whole name, in its case', () => {
  expect(world.subject()).not.toSelectResponse('order')
  expect(world.subject()).not.toSelectResponse('Greeting')
})

test('shows the score table of the runtime', () => {
  const explained = world.subject({
    kind: 'response',
    responses: [{ ...greeting, explain: (expected) => `no ${expected}\nbut greeting` }],
  })
  expect(() => expect(explained).toSelectResponse('bye')).toThrow('  no bye\n  but greeting')
})

test('takes a name', () => {
  expect(() => expect(world.subject()).toSelectResponse('')).toThrow(/it takes the name of a reply, got ''/)
  expect(() => expect(world.subject()).toSelectResponse(/x/ as unknown as string)).toThrow(
    /it takes the name of a reply, got \/x\//,
  )
})
