// A mock connection read by iteration, and events that are sent by hand.

import { createLocalConnection, expect, MockWebSocketConnectionManager, test } from 'vitest-realtime'
import { next, textResponse, user } from '../capabilities/support/socket-talk.ts'

test('iteration follows a whole answer without any other wait, and ends on close', async () => {
  await using socket = createLocalConnection()
  for (const event of [user('Hello'), textResponse]) await socket.send(event)
  const types: string[] = []
  for await (const message of socket) {
    const { type } = JSON.parse(message)
    types.push(type)
    if (type === 'rate_limits.updated') void socket.close(1000, 'done')
  }
  expect(types.at(0)).toBe('session.created')
  expect(types).toContain('response.done')
  expect([socket.closeCode, String(socket)]).toEqual([1000, `[MockWebSocketConnection ${socket.connectionId} closed]`])
  const again: string[] = []
  for await (const message of socket) again.push(message)
  expect(again).toEqual([])
})

test('transcripts by hand have the ids of the response in progress', async () => {
  await using socket = createLocalConnection()
  const { client } = socket
  for (const event of [user('Hello'), textResponse]) await socket.send(event)
  const { response } = await next(socket, 'response.created')
  client.sendTranscriptDelta('Hello', true)
  const place = { response_id: response.id, output_index: 0, content_index: 0 }
  expect(await next(socket, 'response.output_audio_transcript.delta')).toMatchObject({ ...place, delta: 'Hello' })
  expect(await next(socket, 'response.output_audio_transcript.done')).toMatchObject({ ...place, transcript: 'Hello' })
  client.sendInputTranscriptDelta('item_1', 'Good day', true)
  expect(await next(socket, 'conversation.item.input_audio_transcription.completed')).toMatchObject({
    item_id: 'item_1',
    transcript: 'Good day',
  })
})

test('connections of a manager do not share a session', async () => {
  await using manager = new MockWebSocketConnectionManager()
  const [one, two] = [await manager.createConnection(), await manager.createConnection()]
  await one.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Only mine.' } })
  expect((await next(one, 'session.updated')).session.instructions).toBe('Only mine.')
  expect((await next(two, 'session.created')).session.instructions).not.toBe('Only mine.')
  expect(one.connectionId).not.toBe(two.connectionId)
})
