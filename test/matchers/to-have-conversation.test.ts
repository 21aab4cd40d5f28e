import { describe, expect, test } from 'vitest'
import { registerMatchers } from '../../matchers/register.ts'
import type { Item } from '../../src/protocol/items.ts'
import { World } from '../support/world.ts'

registerMatchers(expect)

const status = 'completed'
const items: Item[] = [
  { id: 'item_s', type: 'message', status, role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] },
  { id: 'item_u', type: 'message', status, role: 'user', content: [{ type: 'input_audio', transcript: null }] },
  { id: 'item_c', type: 'function_call', status, name: 'find_order', call_id: 'call_1', arguments: '{}' },
  { id: 'item_o', type: 'function_call_output', status, call_id: 'call_1', output: '{}' },
  { id: 'item_a', type: 'message', status, role: 'assistant', content: [{ type: 'output_audio', transcript: 'On Monday.' }] },
]

function world(): World {
  const made = new World().connect()
  made.conversations.set('sess_a', items)
  made.words.set('item_u', 'Where is my order A1?')
  return made
}

test('roles, texts and calls in order; outputs of functions left out; untranscribed speech by what was said', () => {
  expect(world().subject()).toHaveConversation([
    { role: 'system', text: 'Be brief.' },
    { role: 'user', text: /order A1/ },
    { role: 'assistant', call: 'find_order' },
    { role: 'assistant', text: 'On Monday.' },
  ])
})

describe('does not fit', () => {
  const rest = [{ role: 'user' }, { role: 'assistant', call: 'find_order' }] as const
  test('a part of a text', () => {
    expect(world().subject()).not.toHaveConversation([{ role: 'system' }, ...rest, { role: 'assistant', text: 'Monday' }])
  })
  test('too few or too many', () => {
    expect(world().subject()).not.toHaveConversation([{ role: 'system' }, ...rest])
    expect(world().subject()).not.toHaveConversation([{ role: 'system' }, ...rest, { role: 'assistant' }, { role: 'user' }])
  })
  test('another role, or a call where a text is', () => {
    expect(world().subject()).not.toHaveConversation([{ role: 'user' }, ...rest, { role: 'assistant' }])
    expect(world().subject()).not.toHaveConversation([{ role: 'system' }, ...rest, { role: 'assistant', call: 'find_order' }])
  })
})

test('no session has no conversation, not an empty one', () => {
  expect(new World().subject()).not.toHaveConversation([])
  expect(new World().connect().subject()).toHaveConversation([])
})

test('several sessions: the author must choose', () => {
  const two = world().connect('sess_b')
  expect(() => expect(two.subject()).toHaveConversation([])).toThrow(expect.objectContaining({ code: 'RTK_MANY_SESSIONS' }))
  expect(two.subject({ kind: 'session', sessionIds: ['sess_b'] })).toHaveConversation([])
})

test('wrong items', () => {
  const conversation = (wrong: unknown) => () => expect(world().subject()).toHaveConversation(wrong as [])
  expect(conversation('x')).toThrow(/it takes a list of { role, text\?, call\? }, got 'x'/)
  expect(conversation([{ role: 'bot' }])).toThrow(/each item has a role: 'user', 'assistant' or 'system', got { role: 'bot' }/)
  expect(conversation([{ role: 'user', content: 'x' }])).toThrow(/an item has only role, text and call, no 'content'/)
})
