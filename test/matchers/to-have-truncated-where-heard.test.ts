import { expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import type { ResponseFacts } from '../../src/runtime/subject.ts'
import { wireError } from '../support/sample-events.ts'
import { facts, World } from '../support/world.ts'

registerMatchers(expect)

function response(id: string, heardMs?: number): ResponseFacts {
  const audio = { itemId: `item_${id}`, sentMs: 4000 }
  return facts({ id: `resp_${id}`, audio: [heardMs === undefined ? audio : { ...audio, heardMs }] })
}
const truncate = (id: string, audio_end_ms: number) => ({
  type: 'conversation.item.truncate',
  item_id: `item_${id}`,
  content_index: 0,
  audio_end_ms,
})

test('within 120 ms by default, on both sides', () => {
  const subject = (endMs: number) =>
    new World()
      .connect()
      .app(truncate('a', endMs))
      .subject({ responses: [response('a', 1000)] })
  expect(subject(1120)).toHaveTruncatedWhereHeard()
  expect(subject(880)).toHaveTruncatedWhereHeard()
  expect(subject(1121)).not.toHaveTruncatedWhereHeard()
  expect(subject(879)).not.toHaveTruncatedWhereHeard()
  expect(subject(1050)).not.toHaveTruncatedWhereHeard({ toleranceMs: 49 })
})

test('where the sound was stopped for the cut, whatever of it is played later', () => {
  const stopped = { type: 'played', itemId: 'item_a', heardMs: 1000, stopped: true } as const
  const world = new World().connect().app(truncate('a', 1000)).note(stopped, 'sess_a', 'caller')
  expect(world.subject({ responses: [response('a', 4000)] })).toHaveTruncatedWhereHeard()
})

test('not truncated at all, or an item of another response', () => {
  expect(new World().connect().subject({ responses: [response('a', 1000)] })).not.toHaveTruncatedWhereHeard()
  const other = new World()
    .connect()
    .app(truncate('b', 1000))
    .subject({ responses: [response('a', 1000)] })
  expect(other).not.toHaveTruncatedWhereHeard()
})

test('of a session: at each cut', () => {
  const responses = [response('a', 1000), response('b', 2000), response('c', 3000)]
  const world = new World().connect().app(truncate('a', 1000)).app(truncate('b', 2010))
  expect(world.subject({ responses })).toHaveTruncatedWhereHeard()
  expect(world.app(truncate('c', 4000)).subject({ responses })).not.toHaveTruncatedWhereHeard()
})

test('nobody listened: nothing is known', () => {
  expect(
    new World()
      .connect()
      .app(truncate('a', 1000))
      .subject({ responses: [response('a')] }),
  ).not.toHaveTruncatedWhereHeard()
})

test('what the service refused was not cut', () => {
  const world = new World().connect().app(truncate('a', 1000)).service(wireError('invalid_value', 'shorter'), 'sess_a', 1)
  expect(world.subject({ responses: [response('a', 1000)] })).not.toHaveTruncatedWhereHeard()
})
