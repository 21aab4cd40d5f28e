import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { sessionCreated, textTurn, userItem } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

const world = textTurn(new World().connect().service(sessionCreated()))
const realtime = world.subject()

test('finds an event of the app, and not one of the service', () => {
  expect(realtime).toHaveReceived('response.create')
  expect(realtime).not.toHaveReceived('response.cancel')
})

test('by fields at any depth', () => {
  expect(realtime).toHaveReceived('conversation.item.create', { item: { content: [{ text: expect.stringContaining('hello') }] } })
  expect(realtime).not.toHaveReceived('conversation.item.create', { item: { role: 'system' } })
  expect(userItem('x').role).toBe('user')
})

test('an event of the service is the wrong question', () => {
  const wrong = () => expect(realtime).toHaveReceived('response.done' as 'response.create')
  expect(wrong).toThrow(/toHaveReceived: 'response.done' is sent by the service, never by the app: use toHaveEmitted\./)
})

test('only the sessions of the subject count', () => {
  const two = textTurn(new World().connect().connect('sess_b'))
  expect(two.subject({ kind: 'session', sessionIds: ['sess_b'] })).not.toHaveReceived('response.create')
})
