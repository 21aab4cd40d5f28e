// The options `limits` and the points of `behavior` that are about connections and items: each must have its effect.

import { describe, expect, test } from 'vitest'
import { append, create, says, update } from './support/client-events.ts'
import { startLocal } from './support/services.ts'
import { errorOf, WireClient } from './support/wire-client.ts'

describe('limits', () => {
  test('sessionMinutes: expires_at, the message, and the end', async () => {
    await using local = startLocal({ limits: { sessionMinutes: 5 }, epoch: 1_750_000_000_000 })
    const client = await local.open()
    expect(client.events[0]!.session.expires_at).toBe(1_750_000_300)
    await local.realtime.clock.advance(299_999)
    expect(local.realtime.session.open).toBe(true)
    await local.realtime.clock.advance(1)
    const message = 'Your session hit the maximum duration of 5 minutes.'
    expect(await client.closed).toEqual({ code: 1001, reason: message })
    expect(errorOf(client.events.at(-1)!)).toMatchObject({ code: 'session_expired', message })
  })

  test.each([
    [1009, {}],
    [4009, { oversizeCloseCode: 4009 }],
  ])('messageBytes: what is longer closes the session with %d', async (code, behavior) => {
    await using local = startLocal({ limits: { messageBytes: 10_000 }, behavior })
    const client = await local.open()
    expect((await client.askOne(update({ instructions: 'x'.repeat(9000) }))).type).toBe('session.updated')
    client.send(update({ instructions: 'x'.repeat(10_001) }))
    expect(await client.closed).toEqual({ code, reason: 'Message too big: the limit is 10000 bytes.' })
    expect(local.realtime.session.open).toBe(false)
    expect(local.realtime.timeline.toString()).toContain('! The app sent a message that is too big')
  })

  test('messageBytes counts bytes, not letters', async () => {
    await using local = startLocal({ limits: { messageBytes: 10_000 } })
    const client = await local.open()
    client.send(update({ instructions: 'é'.repeat(5000) }))
    expect((await client.closed).code).toBe(1009)
  })

  test('messageBytes may be more than the service takes', async () => {
    await using local = startLocal({ limits: { messageBytes: 40 * 1024 * 1024 } })
    const client = await local.open()
    await client.askOne(update({ audio: { input: { turn_detection: null } } }))
    expect(await client.ask(append(Buffer.alloc(20 * 1024 * 1024)))).toEqual([])
  })

  test('an append of more than 15 MiB closes with the code that the author chose', async () => {
    await using local = startLocal({ behavior: { oversizeCloseCode: 4413 } })
    const client = await local.open()
    client.send(append(Buffer.alloc(15 * 1024 * 1024 + 3)))
    expect(await client.closed).toEqual({ code: 4413, reason: 'Message too big: the limit is 20971520 bytes.' })
    expect(local.realtime.timeline.toString()).toContain('! The app sent a message that is too big')
  })

  test('a message beyond all reason is not even read', async () => {
    await using local = startLocal({ limits: { messageBytes: 1000 } })
    const client = await local.open()
    client.socket.on('error', () => {})
    client.send(append(Buffer.alloc(60 * 1024 * 1024)))
    expect((await client.closed).code).toBe(1009)
    expect(local.realtime.session.open).toBe(false)
    expect(local.realtime.timeline.toString()).toMatch(/closed by the service {2}1009 "Message too big/)
  })

  test('tokensPerMinute: told, and enforced', async () => {
    await using local = startLocal({ limits: { tokensPerMinute: 100 }, latency: 'instant' })
    const client = await local.open()
    await client.askOne(update({ output_modalities: ['text'], instructions: 'word '.repeat(200) }))
    const turn = await client.turn(says('short'), { type: 'response.create' })
    expect(turn.at(-2)!.response).toMatchObject({
      status: 'failed',
      status_details: {
        error: {
          type: 'tokens',
          code: 'rate_limit_exceeded',
          message: expect.stringMatching(/^Rate limit reached for gpt-realtime .*Limit 100, Used/),
        },
      },
    })
    expect(turn.at(-1)!.rate_limits[0]).toMatchObject({ name: 'tokens', limit: 100 })
  })

  test('contextTokens: an older message is forgotten, or the response refused', async () => {
    await using local = startLocal({ limits: { contextTokens: 600 }, latency: 'instant' })
    const client = await local.open()
    await client.askOne(update({ output_modalities: ['text'], truncation: 'disabled', instructions: '' }))
    const turn = await client.turn(says('word '.repeat(900)), { type: 'response.create' })
    expect(turn.find(({ type }) => type === 'response.done')!.response.status).toBe('failed')
  })
})

describe('behavior', () => {
  test('conversationCreated: right after session.created, with the id that responses name', async () => {
    await using local = startLocal({ behavior: { conversationCreated: true }, latency: 'instant' })
    const client = await local.open()
    const { conversation } = await client.until('conversation.created')
    expect(client.types()).toEqual(['session.created', 'conversation.created'])
    const turn = await client.turn(says('short'), { type: 'response.create' })
    expect(turn.find(({ type }) => type === 'response.done')!.response.conversation_id).toBe(conversation.id)
  })

  test('conversationCreated: a transcription session has none', async () => {
    await using local = startLocal({ behavior: { conversationCreated: true } })
    const client = await local.open({ query: '?intent=transcription' })
    await client.settle()
    expect(client.types()).toEqual(['session.created'])
  })

  test("duplicateItemIds 'append': the newer one stands in, at the end", async () => {
    await using local = startLocal({ behavior: { duplicateItemIds: 'append' } })
    const client = await local.open()
    await client.ask(says('one', { id: 'a' }), says('two', { id: 'b' }))
    const [added, done] = await client.ask(says('three', { id: 'a' }))
    expect(added).toMatchObject({ type: 'conversation.item.added', previous_item_id: 'b', item: { id: 'a' } })
    expect(done!.type).toBe('conversation.item.done')
    // As seen: the answer points at the item itself when it was the last one.
    expect((await client.ask(says('four', { id: 'a' })))[0]).toMatchObject({ previous_item_id: 'a', item: { id: 'a' } })
    expect(local.realtime.session.conversation.map(({ text }) => text)).toEqual(['two', 'four'])
    expect((await client.ask(says('five', { id: 'b' })))[0]).toMatchObject({ previous_item_id: 'a' })
    expect(local.realtime.session.conversation.map(({ text }) => text)).toEqual(['four', 'five'])
  })

  test("duplicateItemIds 'refuse' is the default", async () => {
    await using local = startLocal()
    const client = await local.open()
    await client.ask(says('one', { id: 'a' }))
    expect(errorOf(await client.askOne(says('two', { id: 'a' })))).toMatchObject({ code: 'item_create_duplicate_item_id' })
  })

  test.each([
    ['a message', says('x', { id: 'x'.repeat(37) }), 'item.id'],
    [
      'an approval',
      create({ id: 'x'.repeat(37), type: 'mcp_approval_response', approval_request_id: 'r', approve: true }),
      'item.id',
    ],
    [
      'an item of `input`',
      {
        type: 'response.create',
        response: { conversation: 'none', input: [{ id: 'x'.repeat(37), type: 'message', role: 'user', content: [] }] },
      },
      'response.input[0].id',
    ],
  ])('maxItemIdLength: %s', async (_what, event, param) => {
    await using local = startLocal({ behavior: { maxItemIdLength: 36 } })
    const client = await local.open()
    expect((await client.ask(says('x', { id: 'x'.repeat(36) })))[0]!.type).toBe('conversation.item.added')
    expect(errorOf(await client.askOne(event))).toMatchObject({
      code: 'string_above_max_length',
      param,
      message: `Invalid '${param}': string too long. Expected a string with maximum length 36, but got a string with length 37 instead.`,
    })
  })

  test('maxItemIdLength is 32 by default', async () => {
    const local = startLocal()
    const client = await WireClient.open('wss://api.openai.com/v1/realtime')
    expect(errorOf(await client.askOne(says('x', { id: 'x'.repeat(33) })))).toMatchObject({ param: 'item.id' })
    await client.close()
    await local[Symbol.asyncDispose]()
  })
})
