// What is known of served responses, and that a session that is over takes its own with it and nobody else's.

import { describe, expect, test } from 'vitest'
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

test('a call whose item the app has deleted wants no answer', () => {
  const world = new World()
  const tracker = tracked(world)
  respond(world, 'sess_a', 'one')
  const { awaited } = tracker.get('resp_one')!
  expect([...awaited.keys()]).toEqual(['call_one'])
  world.service({ type: 'conversation.item.deleted', item_id: 'item_one' }, 'sess_a')
  expect([...awaited.keys()]).toEqual([])
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

describe('an interruption', () => {
  function heard(heardMs: Record<string, number>) {
    const world = new World()
    const tracker = new ResponseTracker({ askedAt: () => 0, measure: () => 0, heardMs: (itemId) => heardMs[itemId] })
    world.timeline.subscribe((entry) => tracker.observe(entry))
    world.at(100)
    respond(world, 'sess_a', 'one')
    world.service({ type: 'response.output_audio.delta', response_id: 'resp_one', item_id: 'item_one', delta: '' })
    world.service({ type: 'response.output_audio.delta', response_id: 'resp_one', item_id: 'item_two', delta: '' })
    const done = (status: string, reason?: string): World =>
      world.service({
        type: 'response.done',
        response: { id: 'resp_one', status, status_details: reason && { type: status, reason }, usage: null },
      })
    const truncate = (itemId: string): World =>
      world.app({ type: 'conversation.item.truncate', item_id: itemId, content_index: 0, audio_end_ms: 1 })
    return { world, done, truncate, interruption: () => tracker.get('resp_one')?.interruption }
  }

  test.for([
    ['turn_detected', 'turn_detected'],
    ['client_cancelled', 'client_cancelled'],
  ])('by %s has what was heard by then, over all items', ([reason, how]) => {
    const heardMs = { item_one: 700, item_two: 50 }
    const { world, done, truncate, interruption } = heard(heardMs)
    world.at(900)
    done('cancelled', reason)
    heardMs.item_two = 5000
    world.at(1000)
    truncate('item_two')
    expect(interruption()).toEqual({ atMs: 900, how, heardMs: 750 })
  })

  test('after the end is a truncate, the first one', () => {
    const heardMs: Record<string, number> = { item_one: 700 }
    const { world, done, truncate, interruption } = heard(heardMs)
    done('completed')
    expect(interruption()).toBeUndefined()
    world.at(1200)
    truncate('item_one')
    world.at(1300)
    truncate('item_one')
    expect(interruption()).toEqual({ atMs: 1200, how: 'truncated', heardMs: 700 })
  })

  test('of what nobody hears tells only when and how', () => {
    const { done, interruption } = heard({})
    done('cancelled', 'turn_detected')
    expect(interruption()).toEqual({ atMs: 100, how: 'turn_detected' })
  })

  test('is none where an item of no response is truncated, or a response ends for another reason', () => {
    const { done, truncate, interruption } = heard({})
    truncate('item_unknown')
    done('incomplete', 'max_output_tokens')
    expect(interruption()).toBeUndefined()
  })
})
