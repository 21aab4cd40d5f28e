import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { done, sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

function world(): World {
  return textTurn(new World().connect().service(sessionCreated()))
}

test('no wire error and no failed response', () => {
  expect(world().subject()).toHaveNoErrors()
  expect(world().service(wireError('invalid_value', 'x')).subject()).not.toHaveNoErrors()
  expect(
    world()
      .service(done('resp_two', { status: 'failed' }))
      .subject(),
  ).not.toHaveNoErrors()
  expect(
    world()
      .service(done('resp_two', { status: 'cancelled' }))
      .subject(),
  ).toHaveNoErrors()
})

test('a cancel that came too late is no error', () => {
  expect(world().service(wireError('response_cancel_not_active', 'x')).subject()).toHaveNoErrors()
})

test('only those of the subject', () => {
  const two = world().connect('sess_b').service(wireError('a', 'b'), 'sess_b')
  expect(two.subject({ kind: 'session', sessionIds: ['sess_a'] })).toHaveNoErrors()
  expect(two.subject()).not.toHaveNoErrors()
})
