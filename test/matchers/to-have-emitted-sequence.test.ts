import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import type { Entry } from '../../src/api.ts'
import { bargeIn, created, done, sessionCreated, textTurn, wireError } from '../support/sample-events.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

function talked(): World {
  return bargeIn(textTurn(new World().connect().service(sessionCreated())))
}

describe('what a sequence may list', () => {
  const realtime = talked().subject()

  test('names of both directions, with anything between', () => {
    expect(realtime).toHaveEmittedSequence(['session.created', 'response.create', 'input_audio_buffer.append', 'response.done'])
  })
  test('partial events, also with asymmetric matchers inside', () => {
    expect(realtime).toHaveEmittedSequence([
      { type: 'conversation.item.create', item: { content: [{ text: expect.stringContaining('hello') }] } },
      { type: 'response.done', response: { status: 'completed', output: [] } },
    ])
  })
  test('asymmetric matchers', () => {
    expect(realtime).toHaveEmittedSequence([expect.objectContaining({ type: 'response.create' }), 'response.done'])
  })
  test('predicates, which get the entry as the public API has it', () => {
    const entries: Entry[] = []
    expect(realtime).toHaveEmittedSequence([
      (event, entry) => {
        entries.push(entry)
        return event.type === 'response.created' && entry.from === 'service' && entry.atMs === 30
      },
      'response.done',
    ])
    expect(entries.at(-1)).toMatchObject({ index: 4, event: { type: 'response.created' } })
  })
  test('the same event type twice needs two events', () => {
    expect(realtime).toHaveEmittedSequence(['response.done', 'response.done'])
    expect(realtime).not.toHaveEmittedSequence(['response.done', 'response.done', 'response.done'])
  })
})

describe('order and place', () => {
  test('the order counts', () => {
    expect(talked().subject()).not.toHaveEmittedSequence(['input_audio_buffer.speech_started', 'response.create'])
  })
  test('a sequence lies within one session, never stitched from two', () => {
    const world = new World().connect('sess_a').connect('sess_b')
    world.service(created(), 'sess_a').service(done(), 'sess_b')
    expect(world.subject()).not.toHaveEmittedSequence(['response.created', 'response.done'])
    world.service(created(), 'sess_b').service(done(), 'sess_b')
    expect(world.subject()).toHaveEmittedSequence(['response.created', 'response.done'])
  })
  test('a response counts only its own events', () => {
    const own = new Set([4, 6, 7, 8, 9])
    const response = talked().subject({ kind: 'response', covers: (entry) => own.has(entry.index) })
    expect(response).toHaveEmittedSequence(['response.created', 'response.output_text.delta', 'response.done'])
    expect(response).not.toHaveEmittedSequence(['response.create', 'response.done'])
    expect(response).not.toHaveEmittedSequence(['response.done', 'response.done'])
  })
})

describe('strict', () => {
  const realtime = talked().subject()

  test('passes over deltas, appends, rate limits and notes', () => {
    expect(realtime).toHaveEmittedSequence(
      ['response.output_item.added', 'response.done', 'response.created', 'input_audio_buffer.speech_started'],
      {
        strict: true,
      },
    )
  })
  test('lets nothing else lie between', () => {
    expect(realtime).not.toHaveEmittedSequence(['response.created', 'response.done'], { strict: true })
  })
  test('does not pass over what it lists', () => {
    expect(realtime).toHaveEmittedSequence(['response.output_item.added', 'response.output_text.delta'], { strict: true })
    expect(realtime).not.toHaveEmittedSequence(['response.output_text.delta', 'response.done', 'response.output_text.delta'], {
      strict: true,
    })
    expect(realtime).not.toHaveEmittedSequence(['response.done', 'response.created', 'rate_limits.updated'], { strict: true })
  })
  test('begins anew where the first attempt broke', () => {
    const world = new World().connect().service(created()).service(created('resp_two')).service(done('resp_two'))
    expect(world.subject()).toHaveEmittedSequence(['response.created', 'response.done'], { strict: true })
  })
})

test('excuses the wire errors that it lists, not with .not', () => {
  const world = talked().at(3000).app({ type: 'response.cancel' }).service(wireError('x', 'y'))
  expect(world.subject()).not.toHaveEmittedSequence(['error', 'response.cancel'])
  expect(world.excused).toEqual([])
  expect(world.subject()).toHaveEmittedSequence(['response.cancel', 'error'])
  expect(world.excused).toEqual([66])
})

describe('wrong arguments', () => {
  const realtime = talked().subject()
  const sequence = (items: unknown, options?: unknown) => () =>
    expect(realtime).toHaveEmittedSequence(items as [], options as object)

  test.for([
    ['not a list', 'response.done', /it takes a list of event types, partial events or predicates, got 'response.done'/],
    ['an empty list', [], /it takes a list/],
    [
      'a beta name',
      ['response.audio.delta'],
      /item 0 of the sequence: 'response.audio.delta' is a name of the beta API; in GA it is 'response.output_audio.delta'/,
    ],
    [
      'a slip',
      ['response.created', 'response.doen'],
      /item 1 of the sequence: 'response.doen' is no event of the Realtime API. Did you mean 'response.done'/,
    ],
    ['a name like none', ['hello'], /item 0 of the sequence: 'hello' is no event of the Realtime API\.$/],
    ['a partial event without a type', [{ response: {} }], /a partial event without a type/],
    ['a number', [1], /item 0 of the sequence is neither an event type, a partial event nor a predicate, got 1/],
  ] as const)('%s', ([, items, message]) => {
    expect(sequence(items)).toThrow(message)
  })
  test('an unknown option', () => {
    expect(sequence(['error'], { timeout: 5 })).toThrow(/there is no option 'timeout'; it takes strict, got { timeout: 5 }/)
    expect(sequence(['error'], { strict: 'yes' })).toThrow(/'strict' is a boolean, got 'yes'/)
  })
})
