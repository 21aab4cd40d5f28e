import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import { created, done, sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

test('waits until the last step, and moves the cursor past it', async () => {
  const world = new World().connect().service(sessionCreated())
  const wait = expect(world.subject()).toEmitSequence([
    'response.create',
    { type: 'response.done', response: { status: 'completed' } },
  ])
  expect(world.openWaits).toBe(1)
  textTurn(world)
  await wait
  expect(world.cursor()).toBe(world.entry('response.done').index + 1)
})

test('begins at the cursor', async () => {
  const world = textTurn(new World().connect().service(sessionCreated()))
  const realtime = world.subject()
  await expect(realtime).toEmit('response.created')
  const wait = expect(realtime).toEmitSequence(['response.created', 'response.done'])
  expect(world.openWaits).toBe(1)
  world.service(created('resp_two')).service(done('resp_two'))
  await wait
})

test('is never stitched from two sessions', async () => {
  const world = new World().connect().connect('sess_b')
  const wait = expect(world.subject()).toEmitSequence(['response.created', 'response.done'])
  world.service(created(), 'sess_a').service(done(), 'sess_b')
  expect(world.openWaits).toBe(1)
  world.service(created(), 'sess_b').service(done(), 'sess_b')
  await wait
  expect([world.cursor('sess_a'), world.cursor('sess_b')]).toEqual([0, 6])
})

test('.not holds when the world got quiet half way', async () => {
  const world = new World().connect()
  const wait = expect(world.subject()).not.toEmitSequence(['response.created', 'error'])
  textTurn(world).endWaits()
  await wait
  expect(world.cursor()).toBe(0)
})

test('excuses the wire errors that it lists', async () => {
  const world = new World().connect().app({ type: 'response.cancel' }).service(wireError('x', 'y'))
  await expect(world.subject()).toEmitSequence(['response.cancel', 'error'])
  expect(world.excused).toEqual([2])
})

test('takes no `strict`', () => {
  const wait = () => expect(new World().subject()).toEmitSequence(['error'], { strict: true } as object)
  expect(wait).toThrow(/there is no option 'strict'; it takes timeout/)
})
