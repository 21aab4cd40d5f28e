// protocol.md 2.5: items that the client adds to the conversation.

import { describe, expect, test } from 'vitest'
import { append, callOutput, cancel, commit, create, loud, remove, respond, retrieve, says } from './support/client-events.ts'
import { useServed } from './support/services.ts'
import { errorOf, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const added = ['conversation.item.added', 'conversation.item.done']

/** Both events of an item, which must agree. */
function itemOf(answers: readonly WireEvent[]): WireEvent {
  expect(answers.map(({ type }) => type)).toEqual(added)
  const [first, second] = answers
  expect(second!.item).toEqual(first!.item)
  expect(second!.previous_item_id).toBe(first!.previous_item_id)
  return first!
}

const text = { type: 'input_text', text: 'x' }
const picture = { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'low' }

describe('2.5 added and done carry the same full item, completed, without audio bytes', () => {
  test.each([
    ['system', [text], [text]],
    ['user', [text], [text]],
    ['user', [text, picture], [text, picture]],
    ['user', [{ type: 'input_audio', audio: 'AAAAAA==', transcript: 'heard' }], [{ type: 'input_audio', transcript: 'heard' }]],
    ['user', [{ type: 'input_audio', audio: 'AAAA' }], [{ type: 'input_audio', transcript: null }]],
    ['assistant', [{ type: 'output_text', text: 'y' }], [{ type: 'output_text', text: 'y' }]],
  ])('a %s message: %j', async (role, content, shown) => {
    const client = await served.openText()
    const { item } = itemOf(await client.ask(create({ type: 'message', role, content })))
    expect(item).toEqual({ id: expect.stringMatching(/^item_/), type: 'message', status: 'completed', role, content: shown })
  })

  test('a function call, and its output', async () => {
    const client = await served.openText()
    const call = { type: 'function_call', name: 'f', call_id: 'call_1', arguments: '{}' }
    const { item } = itemOf(await client.ask(create(call)))
    expect(item).toEqual({ id: item.id, status: 'completed', ...call })
    const output = itemOf(await client.ask(callOutput('call_1', '42'))).item
    expect(output).toEqual({ id: output.id, type: 'function_call_output', status: 'completed', call_id: 'call_1', output: '42' })
  })

  test('a given id is kept; status and object are accepted and have no effect', async () => {
    const client = await served.openText()
    const wanted = { id: 'my_item', object: 'realtime.item', status: 'in_progress' }
    const { item } = itemOf(await client.ask(says('x', wanted)))
    expect(item).toMatchObject({ id: 'my_item', status: 'completed' })
    expect(item).not.toHaveProperty('object')
  })

  test('an item needs no status (agents-js sends none)', async () => {
    const client = await served.openText()
    itemOf(await client.ask(says('x')))
  })

  test.each([
    ['assistant', { type: 'output_audio', audio: 'AAAA' }],
    ['assistant', { type: 'input_text', text: 'x' }],
    ['system', { type: 'output_text', text: 'x' }],
    ['user', { type: 'output_text', text: 'x' }],
    ['user', { type: 'text', text: 'x' }],
  ])('%s content %j is refused', async (role, part) => {
    const client = await served.openText()
    const error = errorOf(await client.askOne(create({ type: 'message', role, content: [part] })))
    expect(error).toMatchObject({ code: 'invalid_value', param: 'item.content[0].type' })
  })

  test('it triggers no response', async () => {
    const client = await served.openText()
    itemOf(await client.ask(says('short')))
  })
})

describe('2.5 previous_item_id', () => {
  test.each([[undefined], [null], ['']])('%j appends', async (previous_item_id) => {
    const client = await served.openText()
    const more = previous_item_id === undefined ? {} : { previous_item_id }
    const answers = await client.ask(says('a', { id: 'a' }), says('b', { id: 'b' }, more))
    expect(itemOf(answers.slice(2)).previous_item_id).toBe('a')
  })

  test('"root" is the first place: the reply says null', async () => {
    const client = await served.openText()
    const answers = await client.ask(
      says('a', { id: 'a' }),
      says('b', { id: 'b' }, { previous_item_id: 'root' }),
      says('c', { id: 'c' }),
    )
    expect(itemOf(answers.slice(2, 4)).previous_item_id).toBeNull()
    expect(itemOf(answers.slice(4)).previous_item_id).toBe('a')
  })

  test('an id inserts after that item, and the end stays the end', async () => {
    const client = await served.openText()
    const answers = await client.ask(
      says('a', { id: 'a' }),
      says('c', { id: 'c' }),
      says('b', { id: 'b' }, { previous_item_id: 'a' }),
      says('d', { id: 'd' }),
    )
    expect(itemOf(answers.slice(4, 6)).previous_item_id).toBe('a')
    expect(itemOf(answers.slice(6)).previous_item_id).toBe('c')
  })

  test('deleting repairs the chain', async () => {
    const client = await served.openText()
    const answers = await client.ask(
      says('a', { id: 'a' }),
      says('b', { id: 'b' }),
      says('c', { id: 'c' }),
      remove('b'),
      says('d', { id: 'd' }),
      remove('d'),
      remove('c'),
      append(loud(100)),
      commit,
    )
    const [d] = answers.filter(({ item }) => item?.id === 'd')
    expect(d!.previous_item_id).toBe('c')
    expect(answers.find(({ type }) => type === 'input_audio_buffer.committed')!.previous_item_id).toBe('a')
    expect(errorOf(await client.askOne(says('e', {}, { previous_item_id: 'b' }))).code).toBe(
      'item_create_invalid_previous_item_id',
    )
  })

  test('the only item deleted: the next one is first again', async () => {
    const client = await served.openText()
    const answers = await client.ask(says('a', { id: 'a' }), remove('a'), says('b', { id: 'b' }))
    expect(itemOf(answers.slice(3)).previous_item_id).toBeNull()
  })

  test('during a response it is the item in progress', async () => {
    const client = await served.openText()
    client.send(says('forever'), respond())
    await client.until('response.output_text.delta')
    const assistant = client.all('conversation.item.added').at(-1)!.item
    expect(itemOf(await client.ask(says('meanwhile'))).previous_item_id).toBe(assistant.id)
    const ending = await client.turn(cancel())
    const done = ending.find(({ type }) => type === 'conversation.item.done')!
    expect(done).toMatchObject({
      item: { id: assistant.id },
      previous_item_id: client.all('conversation.item.added')[0]!.item.id,
    })
  })
})

describe('2.5 errors', () => {
  test('a duplicate id', async () => {
    const client = await served.openText()
    const answers = await client.ask(says('a', { id: 'a' }), says('again', { id: 'a' }, { event_id: 'mine' }))
    expect(errorOf(answers[2]!)).toEqual({
      code: 'item_create_duplicate_item_id',
      message: "Error adding item: an item with id 'a' already exists.",
      param: null,
      event_id: 'mine',
    })
    expect((await client.askOne(retrieve('a'))).item.content).toEqual([{ type: 'input_text', text: 'a' }])
  })

  test('an unknown previous item', async () => {
    const client = await served.openText()
    expect(errorOf(await client.askOne(says('a', { id: 'a' }, { previous_item_id: 'x' })))).toEqual({
      code: 'item_create_invalid_previous_item_id',
      message: "Error adding item: the previous item with id 'x' does not exist.",
      param: null,
      event_id: null,
    })
    expect(errorOf(await client.askOne(retrieve('a'))).code).toBe('item_retrieve_invalid_item_id')
  })

  test('the output of an unknown call', async () => {
    const client = await served.openText()
    expect(errorOf(await client.askOne(callOutput('call_x')))).toEqual({
      code: 'invalid_tool_call_id',
      message: "Tool call ID 'call_x' not found in conversation.",
      param: null,
      event_id: null,
    })
  })

  test('a deleted id may be used again', async () => {
    const client = await served.openText()
    const answers = await client.ask(says('a', { id: 'a' }), remove('a'), says('b', { id: 'a' }))
    expect(itemOf(answers.slice(3)).item.id).toBe('a')
  })
})
