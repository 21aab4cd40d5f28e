// protocol.md 2.6 to 2.8: items are retrieved, deleted and truncated.

import { describe, expect, test } from 'vitest'
import { append, commit, create, loud, remove, respond, retrieve, says, truncate, updateOutput } from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import { errorOf, type WireClient } from './support/wire-client.ts'

const served = useServed()

/** A session whose assistant has played its tone of 1,000 ms; gives the item. */
async function withTone(): Promise<{ client: WireClient; id: string; sound: Buffer }> {
  const client = await served.open()
  const turn = await client.turn(says('tone', { id: 'asked' }), respond())
  const deltas = client.all('response.output_audio.delta', turn)
  return {
    client,
    id: turn.find(({ type }) => type === 'response.done')!.response.output[0].id,
    sound: Buffer.concat(deltas.map(({ delta }) => Buffer.from(delta, 'base64'))),
  }
}

describe('2.6 retrieve', () => {
  test('of sound: with its bytes, and the format named as in the example', async () => {
    const { client, id, sound } = await withTone()
    const { item } = await client.askOne(retrieve(id))
    expect(item).toMatchObject({ id, type: 'message', status: 'completed', role: 'assistant' })
    const [part] = item.content
    expect(part).toMatchObject({ transcript: 'One two three four five.', format: 'pcm16' })
    expect(Buffer.from(part.audio, 'base64').equals(sound)).toBe(true)
  })

  test('of the caller: transcript null until it is transcribed', async () => {
    const client = await served.openText()
    const [committed] = await client.ask(append(loud(100)), commit)
    const { item } = await client.askOne(retrieve(committed!.item_id))
    expect(item.content).toEqual([{ type: 'input_audio', transcript: null, audio: expect.any(String), format: 'pcm16' }])
    expect(Buffer.from(item.content[0].audio, 'base64')).toHaveLength(4800)
  })

  test('of text: the item as it was added', async () => {
    const client = await served.openText()
    const [added] = await client.ask(says('a'))
    expect((await client.askOne(retrieve(added!.item.id))).item).toEqual(added!.item)
  })

  test('of an unknown item', async () => {
    const client = await served.openText()
    expect(errorOf(await client.askOne(retrieve('x')))).toEqual({
      code: 'item_retrieve_invalid_item_id',
      message: "Error retrieving item: the item with id 'x' does not exist.",
      param: null,
      event_id: null,
    })
  })
})

describe('2.7 delete', () => {
  const unknown = (id: string): object => ({
    code: 'item_delete_invalid_item_id',
    message: `Error deleting item: the item with id '${id}' does not exist.`,
    param: null,
    event_id: null,
  })

  test('is answered by deleted; twice is an error; the item cannot be retrieved', async () => {
    const client = await served.openText()
    const [, , deleted, again, gone] = await client.ask(says('a', { id: 'a' }), remove('a'), remove('a'), retrieve('a'))
    expect(deleted).toEqual({ type: 'conversation.item.deleted', event_id: expect.any(String), item_id: 'a' })
    expect(errorOf(again!)).toEqual(unknown('a'))
    expect(errorOf(gone!).code).toBe('item_retrieve_invalid_item_id')
  })

  test('of an unknown item', async () => {
    const client = await served.openText()
    expect(errorOf(await client.askOne(remove('x')))).toEqual(unknown('x'))
  })
})

describe('2.8 truncate', () => {
  const notAudio = { code: null, message: 'Only model output audio messages can be truncated', param: null, event_id: null }

  test('is answered by truncated with the same fields; sound is cut, the transcript gone', async () => {
    const { client, id, sound } = await withTone()
    expect(await client.askOne(truncate(id, 300, { event_id: 'mine' }))).toEqual({
      type: 'conversation.item.truncated',
      event_id: expect.any(String),
      item_id: id,
      content_index: 0,
      audio_end_ms: 300,
    })
    const [part] = (await client.askOne(retrieve(id))).item.content
    expect(part).not.toHaveProperty('transcript')
    expect(Buffer.from(part.audio, 'base64').equals(sound.subarray(0, 300 * 48))).toBe(true)
  })

  test('at the very end of the sound', async () => {
    const { client, id } = await withTone()
    expect((await client.askOne(truncate(id, 1000))).type).toBe('conversation.item.truncated')
  })

  test('beyond the sound made so far', async () => {
    const { client, id } = await withTone()
    expect(errorOf(await client.askOne(truncate(id, 1060)))).toEqual({
      code: 'invalid_value',
      message: 'Audio content of 1000ms is already shorter than 1060ms',
      param: null,
      event_id: null,
    })
  })

  test('again: what was cut counts', async () => {
    const { client, id } = await withTone()
    const [, longer] = await client.ask(truncate(id, 300), truncate(id, 301))
    expect(errorOf(longer!).message).toBe('Audio content of 300ms is already shorter than 301ms')
  })

  test.each(['audio/pcmu', 'audio/pcma'])('%s has 8 bytes per ms', async (type) => {
    const client = await served.open()
    await client.askOne(updateOutput({ format: { type } }))
    const turn = await client.turn(says('tone'), respond())
    const { id } = turn.find((event) => event.type === 'response.done')!.response.output[0]
    expect(errorOf(await client.askOne(truncate(id, 1001))).message).toBe(
      'Audio content of 1000ms is already shorter than 1001ms',
    )
    await client.askOne(truncate(id, 500))
    const [part] = (await client.askOne(retrieve(id))).item.content
    expect(Buffer.from(part.audio, 'base64')).toHaveLength(4000)
    expect(part.format).toBe(type === 'audio/pcmu' ? 'g711_ulaw' : 'g711_alaw')
  })

  test('a user item, a text of the assistant, a function call', async () => {
    const { client } = await withTone()
    const [text] = await client.ask(create({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'x' }] }))
    const call = { type: 'function_call', name: 'f', call_id: 'call_1', arguments: '{}', id: 'call' }
    const [, , ...errors] = await client.ask(create(call), truncate('asked', 0), truncate(text!.item.id, 0), truncate('call', 0))
    expect(errors.map(errorOf)).toEqual([notAudio, notAudio, notAudio])
  })

  test('an item without audio yet', async () => {
    await using local = startLocal()
    const client = await local.open()
    client.send(says('tone'), respond())
    const { item_id } = await client.until('response.content_part.added')
    const [error] = await client.ask(truncate(item_id, 0))
    expect(errorOf(error!)).toEqual(notAudio)
    expect(client.types()).not.toContain('response.output_audio.delta')
  })

  test('an unknown item', async () => {
    const { client } = await withTone()
    expect(errorOf(await client.askOne(truncate('x', 0)))).toEqual({
      code: 'item_truncate_invalid_item_id',
      message: 'Item with item_id not found: x',
      param: null,
      event_id: null,
    })
  })

  test('of the caller sound is refused like text', async () => {
    const client = await served.openText()
    const [committed] = await client.ask(append(loud(200)), commit)
    expect(errorOf(await client.askOne(truncate(committed!.item_id, 100)))).toEqual(notAudio)
  })
})
