// conversation.item.create, retrieve, delete, truncate: the chain and each refusal. protocol.md 2.5 to 2.8.

import { describe, expect, test } from 'vitest'
import type { ClientItem } from '../../src/protocol/client-items.ts'
import { conversationItems, itemAudio, itemAudioMs } from '../../src/session/state.ts'
import { end, pcm, SessionDriver, spoken, text, typesOf } from './session-driver.ts'

function message(id: string): ClientItem {
  return { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] }
}

/** A session that holds these items, in this order. */
function holding(...ids: string[]): SessionDriver {
  const session = new SessionDriver()
  for (const id of ids) session.client({ type: 'conversation.item.create', item: message(id) })
  return session
}

function order(session: SessionDriver): string[] {
  return conversationItems(session.state).map((item) => item.id)
}

describe('create', () => {
  test('added and done carry the same whole item', () => {
    const session = new SessionDriver()
    const [added, done] = session.say('Hello')
    const item = {
      id: expect.stringMatching(/^item_\w{21}$/),
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_text', text: 'Hello' }],
    }
    expect(added).toEqual({ type: 'conversation.item.added', event_id: expect.any(String), previous_item_id: null, item })
    expect(done).toMatchObject({
      type: 'conversation.item.done',
      previous_item_id: null,
      item: added?.type === 'conversation.item.added' && added.item,
    })
    expect(Object.keys(added?.type === 'conversation.item.added' ? added.item : {})).toEqual([
      'id',
      'type',
      'status',
      'role',
      'content',
    ])
  })

  test.each([
    ['at the end when absent', undefined, ['a', 'b', 'c'], 'b'],
    ['at the end for null', null, ['a', 'b', 'c'], 'b'],
    ["at the end for ''", '', ['a', 'b', 'c'], 'b'],
    ["first for 'root'", 'root', ['c', 'a', 'b'], null],
    ['after the item named', 'a', ['a', 'c', 'b'], 'a'],
  ])('goes %s', (_name, previous, expected, told) => {
    const session = holding('a', 'b')
    session.client({
      type: 'conversation.item.create',
      item: message('c'),
      ...(previous !== undefined && { previous_item_id: previous }),
    })
    expect(order(session)).toEqual(expected)
    expect(session.last('conversation.item.done').previous_item_id).toBe(told)
  })

  test('refuses a duplicate id, an unknown predecessor and an unknown call', () => {
    const session = holding('a')
    session.client({ type: 'conversation.item.create', item: message('a'), event_id: 'e1' })
    session.client({ type: 'conversation.item.create', item: message('b'), previous_item_id: 'x' })
    session.client({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_x', output: '' } })
    expect(session.sent('error').map(({ error }) => [error.code, error.message, error.param, error.event_id])).toEqual([
      ['item_create_duplicate_item_id', "Error adding item: an item with id 'a' already exists.", null, 'e1'],
      ['item_create_invalid_previous_item_id', "Error adding item: the previous item with id 'x' does not exist.", null, null],
      ['invalid_tool_call_id', "Tool call ID 'call_x' not found in conversation.", null, null],
    ])
    expect(order(session)).toEqual(['a'])
  })

  test('an output may name a call of the client, not one that was deleted', () => {
    const session = new SessionDriver()
    session.client({
      type: 'conversation.item.create',
      item: { id: 'call', type: 'function_call', call_id: 'call_1', name: 'f', arguments: '{}' },
    })
    expect(session.last('conversation.item.done').item).toEqual({
      id: 'call',
      type: 'function_call',
      status: 'completed',
      name: 'f',
      call_id: 'call_1',
      arguments: '{}',
    })
    const output: ClientItem = { type: 'function_call_output', call_id: 'call_1', output: '1' }
    expect(typesOf(session.client({ type: 'conversation.item.create', item: output }))).toEqual([
      'conversation.item.added',
      'conversation.item.done',
    ])
    session.client({ type: 'conversation.item.delete', item_id: 'call' })
    session.client({ type: 'conversation.item.create', item: output })
    expect(session.last('error').error.code).toBe('invalid_tool_call_id')
  })

  test('sound in an item is taken out of the events, reported as heard, and retrieved', () => {
    const session = new SessionDriver()
    const audio = Buffer.from(pcm(150, 7)).toString('base64')
    const item: ClientItem = { id: 'u', type: 'message', role: 'user', content: [{ type: 'input_audio', audio }] }
    session.client({ type: 'conversation.item.create', item })
    expect(session.last('conversation.item.added').item).toMatchObject({ content: [{ type: 'input_audio', transcript: null }] })
    expect(JSON.stringify(session.last('conversation.item.added'))).not.toContain(audio)
    expect(session.effectsOf('heard')).toMatchObject([{ itemId: 'u', startSample: 0, endSample: 3600, detached: true }])
    session.client({ type: 'conversation.item.retrieve', item_id: 'u' })
    expect(session.last('conversation.item.retrieved').item).toMatchObject({
      content: [{ type: 'input_audio', transcript: null, audio, format: 'pcm16' }],
    })
  })

  test('refuses sound that is no base64', () => {
    const session = new SessionDriver()
    const item: ClientItem = {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: '' },
        { type: 'input_audio', audio: 'a' },
      ],
    }
    session.client({ type: 'conversation.item.create', item })
    expect(session.last('error').error.param).toBe('item.content[1].audio')
    expect(order(session)).toEqual([])
  })

  test('during a response the item follows the one in progress', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { output_modalities: ['text'] } })
    session.reply(text('Hel'))
    const inProgress = session.last('response.output_item.added').item.id
    session.say('Wait')
    expect(session.last('conversation.item.added').previous_item_id).toBe(inProgress)
    session.reply(text('lo'), end)
    expect(session.last('conversation.item.done')).toMatchObject({ previous_item_id: null, item: { id: inProgress } })
  })
})

describe('delete', () => {
  test('repairs the chain', () => {
    const session = holding('a', 'b', 'c')
    session.client({ type: 'conversation.item.delete', item_id: 'b' })
    expect(session.last('conversation.item.deleted').item_id).toBe('b')
    expect(order(session)).toEqual(['a', 'c'])
    session.client({ type: 'conversation.item.delete', item_id: 'c' })
    session.client({ type: 'conversation.item.create', item: message('d') })
    expect(session.last('conversation.item.added').previous_item_id).toBe('a')
    session.client({ type: 'conversation.item.delete', item_id: 'a' })
    session.client({ type: 'conversation.item.create', item: message('e'), previous_item_id: 'root' })
    expect(order(session)).toEqual(['e', 'd'])
  })

  test('twice is an error', () => {
    const session = holding('a')
    session.client({ type: 'conversation.item.delete', item_id: 'a' })
    session.client({ type: 'conversation.item.delete', item_id: 'a' })
    expect(session.last('error').error).toMatchObject({
      code: 'item_delete_invalid_item_id',
      message: "Error deleting item: the item with id 'a' does not exist.",
      param: null,
    })
  })

  test('of the item in progress leaves the conversation without it; the response goes on', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { output_modalities: ['text'] } })
    session.reply(text('Hel'))
    session.client({ type: 'conversation.item.delete', item_id: session.last('response.output_item.added').item.id })
    expect(typesOf(session.reply(text('lo'), end))).not.toContain('conversation.item.done')
    expect(session.last('response.done').response).toMatchObject({
      status: 'completed',
      output: [{ content: [{ text: 'Hello' }] }],
    })
    expect(order(session)).toEqual([])
  })
})

test('retrieve of an unknown item', () => {
  const session = new SessionDriver()
  session.client({ type: 'conversation.item.retrieve', item_id: 'x' })
  expect(session.last('error').error).toMatchObject({
    code: 'item_retrieve_invalid_item_id',
    message: "Error retrieving item: the item with id 'x' does not exist.",
  })
})

describe('truncate', () => {
  function answered(): { session: SessionDriver; item_id: string } {
    const session = holding('u')
    session.client({ type: 'response.create' })
    session.reply(text('Hello there.', spoken(1000)), end)
    return { session, item_id: session.last('response.output_item.done').item.id }
  }

  test('cuts the sound and removes the transcript', () => {
    const { session, item_id } = answered()
    expect(itemAudioMs(session.state, item_id)).toBe(1000)
    const whole = session.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 1000 })
    expect(typesOf(whole)).toEqual(['conversation.item.truncated'])
    const before = session.asked().request
    session.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 400 })
    expect(session.last('conversation.item.truncated')).toMatchObject({ item_id, content_index: 0, audio_end_ms: 400 })
    expect(itemAudio(session.state, item_id)?.bytes.byteLength).toBe(400 * 48)
    expect(conversationItems(session.state).at(-1)).toMatchObject({ content: [{ type: 'output_audio', transcript: '' }] })
    expect(before.context).toHaveLength(1)
    session.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 401 })
    expect(session.last('error').error.message).toBe('Audio content of 400ms is already shorter than 401ms')
  })

  test('while the item is in progress counts the sound sent so far, and holds when the response ends', () => {
    const session = new SessionDriver({ latency: 'openai' })
    session.client({ type: 'response.create' })
    session.advance(10)
    session.reply(text('One two three four five six.', spoken(3000)), end)
    session.advance(420)
    const item_id = session.last('response.output_item.added').item.id
    expect(itemAudioMs(session.state, item_id)).toBe(80)
    session.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 60 })
    session.advance(3000)
    expect(session.last('response.done').response.status).toBe('completed')
    expect(itemAudioMs(session.state, item_id)).toBe(60)
    expect(conversationItems(session.state).at(-1)).toMatchObject({ content: [{ transcript: '' }] })
  })

  test.each([
    ['a user item', 'u', 0],
    ['an unknown part', undefined, 1],
  ])('refuses %s', (_name, id, content_index) => {
    const { session, item_id } = answered()
    session.client({ type: 'conversation.item.truncate', item_id: id ?? item_id, content_index, audio_end_ms: 0 })
    expect(session.last('error').error).toMatchObject({
      code: null,
      message: 'Only model output audio messages can be truncated',
      param: null,
    })
  })

  test('refuses a text answer and an unknown item', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { output_modalities: ['text'] } })
    session.reply(text('Hi'), end)
    const item_id = session.last('response.output_item.done').item.id
    session.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 0 })
    session.client({ type: 'conversation.item.truncate', item_id: 'x', content_index: 0, audio_end_ms: 0 })
    expect(session.sent('error').map(({ error }) => [error.code, error.message])).toEqual([
      [null, 'Only model output audio messages can be truncated'],
      ['item_truncate_invalid_item_id', 'Item with item_id not found: x'],
    ])
  })
})

test('an item that the client puts in the place of one in progress is not finished by the response', () => {
  const session = new SessionDriver()
  session.client({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
  session.client({ type: 'response.create' })
  session.reply(text('Hello'))
  const { id } = session.last('response.output_item.added').item
  session.client({ type: 'conversation.item.delete', item_id: id })
  const item = { id, type: 'message' as const, role: 'user' as const, content: [{ type: 'input_text' as const, text: 'Mine' }] }
  session.client({ type: 'conversation.item.create', item })
  expect(typesOf(session.reply(end))).not.toContain('conversation.item.done')
  expect(conversationItems(session.state)).toMatchObject([{ id, role: 'user' }])
})
