import { describe, expect, test } from 'vitest'
import { takeForgottenWaits } from '../../matchers/must-await.ts'
import { registerMatchers } from '../../matchers/register.ts'
import { done, sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

function connected(): World {
  return new World().connect().service(sessionCreated())
}

test('resolves at once with what has come since the last wait', async () => {
  await expect(textTurn(connected()).subject()).toEmit('response.done')
})

test('waits for what comes', async () => {
  const world = connected()
  const wait = expect(world.subject()).toEmit('response.done', { response: { status: 'cancelled' } })
  expect(world.openWaits).toBe(1)
  world.service(done('resp_one')).service(done('resp_two', { status: 'cancelled' }))
  await wait
  expect(world.openWaits).toBe(0)
  expect(world.cursor()).toBe(4)
})

describe('the cursor', () => {
  test('moves past the event, so that the next wait wants another one', async () => {
    const world = textTurn(connected())
    const realtime = world.subject()
    await expect(realtime).toEmit('response.done')
    expect(world.cursor()).toBe(world.entry('response.done').index + 1)
    const second = expect(realtime).toEmit('response.done')
    expect(world.openWaits).toBe(1)
    world.service(done('resp_two'))
    await second
  })
  test('stays after a failure and under .not', async () => {
    const world = textTurn(connected())
    const failing = expect(world.subject()).toEmit('response.done', { response: { status: 'failed' } })
    world.endWaits()
    await expect(failing).rejects.toThrow(/nobody can move/)
    await expect(expect(world.subject()).not.toEmit('response.done')).rejects.toThrow(/It was emitted once/)
    expect(world.cursor()).toBe(0)
  })
  test('is one per session', async () => {
    const world = connected().connect('sess_b').service(done(), 'sess_a').service(done(), 'sess_b')
    await expect(world.subject({ kind: 'session', sessionIds: ['sess_b'] })).toEmit('response.done')
    expect([world.cursor('sess_a'), world.cursor('sess_b')]).toEqual([0, 5])
    await expect(world.subject()).toEmit('response.done')
    expect(world.cursor('sess_a')).toBe(4)
  })
  test('does not go back when two waits met the same event', async () => {
    const world = textTurn(connected())
    const realtime = world.subject()
    await Promise.all([expect(realtime).toEmit('response.done'), expect(realtime).toEmit('response.created')])
    expect(world.cursor()).toBe(world.entry('response.done').index + 1)
  })
})

describe('.not', () => {
  test('holds when the world got quiet without it', async () => {
    const world = connected()
    const wait = expect(world.subject()).not.toEmit('error')
    textTurn(world)
    expect(world.openWaits).toBe(1)
    world.endWaits()
    await wait
  })
  test('fails as soon as it comes', async () => {
    const world = connected()
    const wait = expect(world.subject()).not.toEmit('error')
    world.service(wireError('a', 'b'))
    await expect(wait).rejects.toThrow(/It was emitted once, at #2/)
    expect(world.excused).toEqual([])
  })
})

test('excuses the wire error that was waited for', async () => {
  const world = connected().service(wireError('other', 'x'))
  const wait = expect(world.subject()).toEmit('error', { error: { code: 'input_audio_buffer_commit_empty' } })
  world.service(wireError('input_audio_buffer_commit_empty', 'y'))
  await wait
  expect(world.excused).toEqual([3])
})

test('a response waits for its own events only', async () => {
  const world = connected()
  const response = world.subject({
    kind: 'response',
    covers: (entry) => 'event' in entry && JSON.stringify(entry.event).includes('resp_two'),
  })
  const wait = expect(response).toEmit('response.done')
  world.service(done('resp_one'))
  expect(world.openWaits).toBe(1)
  world.service(done('resp_two'))
  await wait
})

test('cannot stand inside another value, also not as .not', () => {
  const inside = (expected: unknown) => () => expect({ agent: connected().subject() }).toEqual({ agent: expected })
  const { toEmit, not } = expect as unknown as { toEmit: (type: string) => unknown; not: { toEmit: (type: string) => unknown } }
  expect(inside(toEmit('error'))).toThrow(/toEmit\('error'\) waits, so it cannot stand inside another value/)
  expect(inside(not.toEmit('error'))).toThrow(/cannot stand inside another value/)
  expect(takeForgottenWaits()).toEqual([])
})

test('wrong options', () => {
  const wait = (options: object) => () => expect(connected().subject()).toEmit('error', undefined, options)
  expect(wait({ timeoutMs: 5 })).toThrow(/there is no option 'timeoutMs'; it takes timeout/)
  expect(wait({ timeout: -1 })).toThrow(/'timeout' is a number of 0 or more, got -1/)
  expect(() => expect(connected().subject()).toEmit('response.create' as 'error')).toThrow(/use toReceive/)
})
