// protocol.md 4.5: the user speaks while the assistant does, before and after response.done.

import { describe, expect, test } from 'vitest'
import { appends, loud, quiet, respond, says, truncate } from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import { orderOf, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const last = (events: readonly WireEvent[], type: string): WireEvent => events.findLast((event) => event.type === type)!
const userTurn = [
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.committed',
  'conversation.item.added',
  'conversation.item.done',
]

describe('4.5 before response.done', () => {
  test('started, the closing events, cancelled as turn_detected; truncate; then the turn of the user', async () => {
    await using local = startLocal()
    const client = await local.open()
    client.send(says('tone'), respond())
    await client.until('response.output_audio.delta')
    client.send(...appends(loud(320)))
    await client.until('input_audio_buffer.speech_started')
    const from = client.events.length - 1
    const startedAt = client.events.findIndex(({ type }) => type === 'input_audio_buffer.speech_started')
    await client.until('rate_limits.updated')
    expect(client.types(startedAt)).toEqual([
      'input_audio_buffer.speech_started',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
    expect(from).toBeGreaterThanOrEqual(startedAt)
    const { response } = last(client.events, 'response.done')
    expect(response).toMatchObject({ status: 'cancelled', status_details: { type: 'cancelled', reason: 'turn_detected' } })
    const [item] = response.output
    expect(item.status).toBe('incomplete')
    expect((await client.askOne(truncate(item.id, 60))).type).toBe('conversation.item.truncated')
    const next = client.events.length
    client.send(...appends(quiet(320)))
    await client.until('response.created')
    expect(client.types(next)).toEqual([...userTurn, 'response.created'])
    expect(client.events[next + 1]).toMatchObject({ previous_item_id: item.id, item_id: client.events[startedAt]!.item_id })
    await client.until('rate_limits.updated')
  })

  test('audio made so far is what truncate may reach: not a ms more', async () => {
    await using local = startLocal()
    const client = await local.open()
    client.send(says('tone'), respond())
    await client.until('response.output_audio.delta')
    client.send(...appends(loud(320)))
    await client.until('response.done')
    const [item] = last(client.events, 'response.done').response.output
    const bytes = client
      .all('response.output_audio.delta')
      .reduce((sum, { delta }) => sum + Buffer.from(delta, 'base64').length, 0)
    const ms = bytes / 48
    expect(ms).toBeLessThan(1000)
    const [beyond, within] = await client.ask(truncate(item.id, Math.ceil(ms) + 60), truncate(item.id, Math.floor(ms)))
    expect(beyond!.error).toMatchObject({
      code: 'invalid_value',
      message: `Audio content of ${Math.floor(ms)}ms is already shorter than ${Math.ceil(ms) + 60}ms`,
    })
    expect(within!.type).toBe('conversation.item.truncated')
  })

  test('while the response was asked for, but not announced', async () => {
    await using local = startLocal()
    const client = await local.open()
    client.send(says('tone'), respond(), ...appends(loud(320)))
    await client.until('response.done')
    expect(orderOf(client.events.slice(3))).toEqual(['input_audio_buffer.speech_started', 'response.created', 'response.done'])
  })
})

describe('4.5 after response.done', () => {
  test('only speech_started: nothing is cancelled, the client truncates by itself', async () => {
    const client = await served.open()
    const turn = await client.turn(says('tone'), respond())
    const [item] = last(turn, 'response.done').response.output
    const answers = await client.ask(...appends(loud(320)), truncate(item.id, 400))
    expect(answers.map(({ type }) => type)).toEqual(['input_audio_buffer.speech_started', 'conversation.item.truncated'])
    const next = await client.turn(...appends(quiet(320)))
    expect(next.map(({ type }) => type).slice(0, 5)).toEqual([...userTurn, 'response.created'])
    expect(next[1]).toMatchObject({ previous_item_id: item.id })
  })
})
