// protocol.md 4.6: transcription has a time of its own. It may come before, during or after the response; clients that retrieve the
// item then see the words; an item that was deleted is never heard of again.

import { RealtimeAgent, RealtimeSession } from '@openai/agents-realtime'
import { describe, expect } from 'vitest'
import { test } from 'vitest-realtime'
import { append, commit, loud, quiet, remove, respond, says, update, updateInput } from './support/client-events.ts'
import { startLocal } from './support/services.ts'
import type { WireClient } from './support/wire-client.ts'

const completed = 'conversation.item.input_audio_transcription.completed'
const delta = 'conversation.item.input_audio_transcription.delta'
const transcribed = (model = 'gpt-4o-transcribe'): object => updateInput({ transcription: { model }, turn_detection: null })

async function open(opening: Promise<WireClient>): Promise<WireClient> {
  const client = await opening
  await client.ask(update({ output_modalities: ['text'] }), transcribed())
  return client
}

/** What came, without runs and without what does not matter here. */
function order(client: WireClient): string[] {
  return client.types().filter((type) => ['response.created', 'response.done', completed].includes(type))
}

describe('the transcript comes', () => {
  test.for([
    [
      'before the response',
      { transcriptionFirstMs: 0, transcriptionDoneMs: 1, createdMs: 50 },
      [completed, 'response.created', 'response.done'],
    ],
    [
      'during the response',
      { transcriptionFirstMs: 20, transcriptionDoneMs: 100 },
      ['response.created', completed, 'response.done'],
    ],
    [
      'after the response',
      { transcriptionFirstMs: 3000, transcriptionDoneMs: 4000 },
      ['response.created', 'response.done', completed],
    ],
  ] as const)('%s', async ([, latency, expected]) => {
    await using local = startLocal({ latency })
    const client = await open(local.open())
    client.send(append(loud(640)), commit, respond())
    await client.until(expected.at(-1)!)
    expect(order(client)).toEqual(expected)
  })

  test('of two items, each when it is ready: the later one may be first', async () => {
    await using local = startLocal({ latency: ({ number }) => ({ transcriptionDoneMs: number === 1 ? 5000 : 1300 }) })
    const client = await open(local.open())
    client.send(append(loud(640)), commit, append(loud(320)), append(quiet(320)), commit)
    await client.until(completed)
    await client.until(completed)
    const committed = client.all('input_audio_buffer.committed').map(({ item_id }) => item_id)
    expect(client.all(completed).map(({ item_id }) => item_id)).toEqual([committed[1], committed[0]])
  })
})

describe('between the commit and the transcript', () => {
  test('an item that is deleted is not heard of again', async () => {
    await using local = startLocal()
    const client = await open(local.open())
    client.send(append(loud(640)), commit)
    const { item_id } = await client.until(delta)
    client.send(remove(item_id))
    await client.until('conversation.item.deleted')
    const from = client.events.length
    await local.realtime.clock.advance(5000)
    await client.settle()
    expect(client.events.slice(from)).toEqual([])
  })

  test('an update that turns transcription off leaves the one under way alone, and there is no next', async () => {
    await using local = startLocal()
    const client = await open(local.open())
    client.send(append(loud(640)), commit, updateInput({ transcription: null }))
    await client.until(completed)
    client.send(append(loud(640)), commit)
    await client.settle()
    await local.realtime.clock.advance(5000)
    await client.settle()
    expect(client.all(completed)).toHaveLength(1)
  })

  test('a session that closes leaves nothing behind', async () => {
    await using local = startLocal()
    const client = await open(local.open())
    client.send(append(loud(640)), commit)
    await client.until(delta)
    await client.close()
    await local.realtime.clock.advance(5000)
    expect(local.realtime.emitted(completed)).toEqual([])
  })

  test('a text in the meantime takes its own turn', async () => {
    await using local = startLocal()
    const client = await open(local.open())
    client.send(append(loud(640)), commit, says('short'), respond())
    await client.until('response.done')
    await client.until(completed)
    expect(order(client)).toEqual(['response.created', 'response.done', completed])
  })
})

test('agents-js retrieves the item after each transcript, and its history has the words', async ({ realtime, caller }) => {
  realtime.respond('any', { text: 'Fine.' })
  const agent = new RealtimeAgent({ name: 'Agent', instructions: 'Answer.' })
  const config = { audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } }
  const session = new RealtimeSession(agent, { transport: 'websocket', model: 'gpt-realtime', tracingDisabled: true, config })
  await session.connect({ apiKey: 'sk-any' })
  caller.attach(session)
  await caller.says('Where is the station?')
  await realtime.settled()
  const { item_id } = realtime.emitted(completed)[0]!
  expect(realtime).toHaveReceived('conversation.item.retrieve', { item_id })
  expect(realtime.emitted('conversation.item.retrieved')[0]?.item).toMatchObject({
    id: item_id,
    content: [{ type: 'input_audio', transcript: 'Where is the station?' }],
  })
  const heard = session.history.find((item) => item.itemId === item_id)
  expect(heard).toMatchObject({ role: 'user', content: [{ type: 'input_audio', transcript: 'Where is the station?' }] })
  session.close()
})
