// What is known of served responses, and that a session that is over takes its own with it and nobody else's.

import { expect, test } from 'vitest'
import { ResponseTracker } from '../../src/runtime/response-tracker.ts'
import { World } from '../support/world.ts'

function tracked(world: World): ResponseTracker {
  const tracker = new ResponseTracker({ askedAt: () => 0, measure: () => 0, heardMs: () => undefined })
  world.timeline.subscribe((entry) => tracker.observe(entry))
  return tracker
}

/** A response with one message and one call. */
function respond(world: World, sessionId: string, name: string): void {
  const response = { id: `resp_${name}`, conversation_id: 'conv', metadata: null, usage: null }
  const place = { response_id: response.id, item_id: `item_${name}` }
  world.service({ type: 'response.created', response }, sessionId)
  world.service({ type: 'response.output_item.added', ...place, item: { id: `item_${name}` } }, sessionId)
  world.service({ type: 'response.output_text.delta', ...place, delta: name }, sessionId)
  world.service(
    { type: 'response.function_call_arguments.done', ...place, call_id: `call_${name}`, name, arguments: '{}' },
    sessionId,
  )
}

test('responses are found by id, by item and by session, in the order in which they began', () => {
  const world = new World()
  const tracker = tracked(world)
  respond(world, 'sess_a', 'one')
  respond(world, 'sess_b', 'two')
  respond(world, 'sess_a', 'three')
  expect([...tracker.all].map(({ id }) => id)).toEqual(['resp_one', 'resp_two', 'resp_three'])
  expect(tracker.ofSessions(new Set(['sess_a'])).map(({ id }) => id)).toEqual(['resp_one', 'resp_three'])
  expect(tracker.ofItem('item_two')).toBe(tracker.get('resp_two'))
  expect(tracker.find(({ sessionId }) => sessionId === 'sess_b')?.id).toBe('resp_two')
})

test('forgetting a session drops its responses, items and calls, and leaves those of others', () => {
  const world = new World()
  const tracker = tracked(world)
  respond(world, 'sess_a', 'one')
  respond(world, 'sess_b', 'two')
  const forgotten: string[] = []
  tracker.forget('sess_a', (id) => forgotten.push(id))
  expect(forgotten).toEqual(['resp_one'])
  expect([...tracker.all].map(({ id }) => id)).toEqual(['resp_two'])
  expect([tracker.get('resp_one'), tracker.ofItem('item_one')]).toEqual([undefined, undefined])
  const output = (name: string) => ({
    id: `output_${name}`,
    type: 'function_call_output',
    call_id: `call_${name}`,
    output: '"done"',
  })
  for (const name of ['one', 'two']) world.app({ type: 'conversation.item.create', item: output(name) })
  expect(tracker.get('resp_two')?.calls).toEqual([expect.objectContaining({ output: 'done' })])
  tracker.forget('sess_unknown', () => expect.unreachable())
})
