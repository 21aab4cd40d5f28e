import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { sessionCreated } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

test('waits for an event of the app', async () => {
  const world = new World().connect().service(sessionCreated())
  const wait = expect(world.subject()).toReceive('response.cancel', { response_id: expect.stringContaining('resp_') })
  world.app({ type: 'response.cancel' })
  expect(world.openWaits).toBe(1)
  world.app({ type: 'response.cancel', response_id: 'resp_one' })
  await wait
  expect(world.cursor()).toBe(4)
})

test('an event of the service is the wrong question', () => {
  const wrong = () => expect(new World().subject()).toReceive('response.done' as 'response.create')
  expect(wrong).toThrow(/'response.done' is sent by the service, never by the app: use toEmit\./)
})

test('the timeout is part of the call', async () => {
  const world = new World().connect()
  const wait = expect(world.subject()).toReceive('response.create', {}, { timeout: 5000 })
  world.endWaits('the time ran out')
  await expect(wait).rejects.toThrow("await expect(realtime).toReceive('response.create', {}, { timeout: 5000 })")
})
