// protocol.md 1.4 and 1.5: greeting, pings, frames, limits, the end of a session, identifiers.

import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { append, commit, retrieve, says, update, updateInput } from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import { errorOf, type WireClient } from './support/wire-client.ts'

const served = useServed()

describe('1.4 greeting', () => {
  test('the first frame is session.created; conversation.created is not sent', async () => {
    const client = await served.open()
    await client.settle()
    expect(client.types()).toEqual(['session.created'])
  })

  test('expires_at is 60 minutes after the opening', async () => {
    await using local = startLocal({ epoch: 1_750_000_000_000 })
    const client = await local.open()
    expect(client.events[0]!.session.expires_at).toBe(1_750_003_600)
  })
})

describe('1.4 frames', () => {
  test('a binary frame is an error, and the session goes on', async () => {
    const client = await served.open()
    expect(errorOf(await client.askOne(Buffer.from('{"type":"response.cancel"}')))).toEqual({
      code: 'invalid_event',
      message: 'Expected a text WebSocket message; binary frames are not supported.',
      param: null,
      event_id: null,
    })
  })

  test.each(['{', 'hello', '', '{"type":"response.cancel",}'])('%j is no JSON', async (text) => {
    const client = await served.open()
    const error = errorOf(await client.askOne(text))
    expect(error).toMatchObject({ code: 'invalid_json', param: null, event_id: null })
    expect(error.message).toMatch(/^Invalid event: failed to parse JSON value\. /)
  })

  test('four bad inputs in a row leave the session working', async () => {
    const client = await served.openText()
    const answers = await client.ask({ type: 'nope' }, update({ bogus_field: 1 }), '{', Buffer.from('x'))
    expect(answers.map((answer) => errorOf(answer).code)).toEqual([
      'invalid_value',
      'unknown_parameter',
      'invalid_json',
      'invalid_event',
    ])
    const turn = await client.turn(says('short'), { type: 'response.create' })
    expect(turn.at(-2)).toMatchObject({ type: 'response.done', response: { status: 'completed' } })
  })

  test('a client that closes with 1000 gets 1000 back', async () => {
    const client = await served.open()
    client.socket.close(1000)
    expect((await client.closed).code).toBe(1000)
  })

  test('an item of megabytes comes back in one frame', async () => {
    const client = await served.openText()
    const sound = Buffer.alloc(48_000 * 60, 7)
    client.send(append(sound), commit)
    const { item_id } = await client.until('input_audio_buffer.committed')
    client.send(retrieve(item_id))
    const { item } = await client.until('conversation.item.retrieved')
    expect(client.texts.at(-1)!.length).toBeGreaterThan(3_400_000)
    expect(Buffer.from(item.content[0].audio, 'base64').equals(sound)).toBe(true)
  })
})

const mebibyte = 1024 * 1024

describe('1.4 an append holds at most 15 MiB', () => {
  test('15 MiB are taken', async () => {
    const client = await served.openText()
    expect(await client.ask(append(Buffer.alloc(15 * mebibyte)))).toEqual([])
  })

  test.each([15 * mebibyte + 1, 40 * mebibyte])('[U] %d bytes close the session with 1009', async (bytes) => {
    const client = await served.openText()
    client.send(append(Buffer.alloc(bytes)))
    expect((await client.closed).code).toBe(1009)
  })
})

describe('1.4 pings', () => {
  test('one every 20.26 s, of 4 bytes, and nothing else while idle', async () => {
    await using local = startLocal()
    const client = await local.open()
    await local.realtime.clock.advance(20_259)
    await client.settle()
    expect(client.pings).toHaveLength(0)
    await local.realtime.clock.advance(1)
    await client.settle()
    expect(client.pings.map((payload) => payload.byteLength)).toEqual([4])
    await local.realtime.clock.advance(2 * 20_260)
    await client.settle()
    expect(client.pings).toHaveLength(3)
    expect(client.types()).toEqual(['session.created'])
    expect(await client.askOne(update({}))).toMatchObject({ type: 'session.updated' })
  })

  test('time does not move for them', async () => {
    await using local = startLocal()
    const client = await local.open()
    await local.realtime.settled()
    await client.settle()
    expect(local.realtime.clock.now()).toBeLessThan(20_260)
  })

  test('they end with the session', async () => {
    await using local = startLocal()
    const client = await local.open()
    await client.close()
    await local.realtime.clock.advance(50_000)
    expect(client.pings).toEqual([])
  })

  test('in real time they come by themselves', async () => {
    await using local = startLocal({ timing: { scale: 400 } })
    const client = await local.open()
    await once(client.socket, 'ping')
    expect(local.realtime.clock.now()).toBeGreaterThanOrEqual(20_260)
  })
})

describe('1.4 expiry', () => {
  const message = 'Your session hit the maximum duration of 60 minutes.'

  test('after 60 minutes: error session_expired, then 1001 with its message as reason', async () => {
    await using local = startLocal()
    const client = await local.open()
    await local.realtime.clock.advance(3_599_999)
    expect(local.realtime.session.open).toBe(true)
    await local.realtime.clock.advance(1)
    expect(await client.closed).toEqual({ code: 1001, reason: message })
    expect(client.types()).toEqual(['session.created', 'error'])
    expect(errorOf(client.events.at(-1)!)).toEqual({ code: 'session_expired', message, param: null, event_id: null })
  })
})

describe('1.5 identifiers', () => {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

  test('a prefix and 21 base62 digits, the first five of them seconds; all are unique', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('call one'), { type: 'response.create' })
    const { response } = turn.find(({ type }) => type === 'response.done')!
    const { id: sessionId } = client.events[0]!.session
    const ids = [
      sessionId,
      response.id,
      response.conversation_id,
      response.output[0].id,
      ...client.events.map((event) => event.event_id),
    ]
    for (const id of ids) expect(id).toMatch(/^(?:sess|resp|conv|item|event)_[0-9A-Za-z]{21}$/)
    expect(ids.slice(0, 4).map((id) => id.split('_')[0])).toEqual(['sess', 'resp', 'conv', 'item'])
    expect(response.output[0].call_id).toMatch(/^call_[0-9A-Za-z]{16}$/)
    const second = (id: string): number =>
      [...id.split('_')[1]!.slice(0, 5)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)
    expect(second(response.id) - second(sessionId)).toBeGreaterThanOrEqual(0)
    expect(second(sessionId) + 1_576_800_000).toBeGreaterThan(1_700_000_000)
  })
})

test('1.4 sixty connections at once each have their own session', async () => {
  const clients = await Promise.all(Array.from({ length: 60 }, () => served.openText()))
  const turn = async (client: WireClient, index: number): Promise<unknown> => {
    const events = await client.turn(says(`number ${index}`), { type: 'response.create' })
    return events.find(({ type }) => type === 'response.output_text.done')!.text
  }
  const texts = await Promise.all(clients.map(turn))
  expect(texts).toEqual(clients.map((_, index) => `You said number ${index}.`))
  expect(new Set(clients.map((client) => client.events[0]!.session.id)).size).toBe(60)
})

test('1.4 input format and pings aside, nothing is sent while nobody does anything', async () => {
  await using local = startLocal()
  const client = await local.open()
  await client.askOne(updateInput({ format: { type: 'audio/pcmu' } }))
  await local.realtime.clock.advance(72_000)
  expect(client.types()).toEqual(['session.created', 'session.updated'])
})
