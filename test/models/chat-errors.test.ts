import { describe, expect, test } from 'vitest'
import { chatModel } from 'vitest-realtime'
import type { Reply, Turn } from '../../src/api.ts'
import { startChatServer } from './chat-server.ts'

const turn = {
  number: 1,
  text: 'Hi',
  captured: {},
  metadata: {},
  instructions: '',
  tools: [],
  mcpTools: [],
  toolChoice: 'auto',
  modalities: ['text'],
  session: { id: 's', model: 'm', voice: 'v' },
  conversation: [],
  calls: [],
  items: [],
  signal: new AbortController().signal,
} satisfies Turn

async function pieces(reply: Reply): Promise<unknown[]> {
  if (typeof reply !== 'function') throw new Error('chatModel gives a function')
  const got: unknown[] = []
  for await (const piece of reply(turn) as AsyncIterable<unknown>) got.push(piece)
  return got
}

describe('a chat model', () => {
  test.each<[object, string]>([
    [{ model: 'x' }, '`baseURL` must be the URL'],
    [{ baseURL: 'http://127.0.0.1:1/v1' }, '`model` must be the name of a model'],
    [{ baseURL: 'http://127.0.0.1:1/v1', model: 'x', key: 'y' }, '`key` is no option.\n  allowed: baseURL, model, apiKey'],
    [{ baseURL: 'the server', model: 'x' }, "`baseURL` must be a URL such as http://127.0.0.1:11434/v1, got 'the server'"],
    [{ baseURL: 'http://127.0.0.1:1/v1', model: 'x', tools: 'yes' }, '`tools` must be true or false'],
    [{ baseURL: 'http://127.0.0.1:1/v1', model: 'x', request: 'hot' }, '`request` must be an object'],
    [{ client: {}, model: 'x' }, '`client` must be a client with `chat.completions.create`'],
  ])('%j is refused where it is written', (options, message) => {
    expect(() => chatModel(options as never)).toThrow(message)
  })

  test('says which endpoint failed, and how', async () => {
    await using server = await startChatServer(() => [])
    const reply = chatModel({ baseURL: server.baseURL, model: 'missing' })
    await expect(pieces(reply)).rejects.toThrow(
      `[RTK_REPLY] chatModel 'missing' at ${server.baseURL} failed: 404 model not found`,
    )
    await expect(pieces(chatModel({ baseURL: 'http://127.0.0.1:1/v1', model: 'x' }))).rejects.toThrow(
      'at http://127.0.0.1:1/v1 failed',
    )
  })

  test('does not take another page for an answer', async () => {
    await using server = await startChatServer(() => [])
    const reply = chatModel({ baseURL: server.baseURL, model: 'x' })
    await expect(pieces(reply)).rejects.toThrow('failed: what it sent is no stream of a chat completion')
  })

  test('refuses arguments that are no JSON object', async () => {
    await using server = await startChatServer(() => [
      { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"a"' } }] },
    ])
    await expect(pieces(chatModel({ baseURL: server.baseURL, model: 'x' }))).rejects.toThrow(
      'the model called f with arguments that are no',
    )
  })
})
