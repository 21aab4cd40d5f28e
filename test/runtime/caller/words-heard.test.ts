// After an interruption the conversation holds the words of the cut answer that were heard, as the live model knows its own sound.

import { describe } from 'vitest'
import { chatModel, expect, type Turn, test } from 'vitest-realtime'
import { startChatServer } from '../../models/chat-server.ts'
import { startClient, startSession, truncateWhereHeard } from './support/apps.ts'

const opening = 'Hello! How can I help you today? We are open until ten in the evening, and on Sundays from noon until four.'
const heard = /^Hello! How can I help you today\? We are open\b/

describe('an answer that was cut', () => {
  test('has the words that were heard: in the turn, the session and the matcher, but not on the wire', async ({
    realtime,
    caller,
  }) => {
    let seen: Turn['conversation'] = []
    realtime.respond('opening', { when: 'hello', text: opening })
    realtime.respond('booked', (turn) => {
      seen = turn.conversation
      return 'Done.'
    })
    caller.attach(await startSession())
    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 3000 })
    await realtime.settled()

    const cut = seen[1]?.text ?? ''
    expect(seen).toEqual([
      { role: 'user', text: 'Hello there' },
      { role: 'assistant', text: expect.stringMatching(heard) },
      { role: 'user', text: 'A table for two please' },
    ])
    expect(opening.startsWith(cut)).toBe(true)
    expect(cut).not.toContain('Sundays')
    expect(caller.heard.text).toBe(`${cut} Done.`)
    expect(realtime.session.conversation[1]).toEqual({ role: 'assistant', text: cut })
    expect(realtime).toHaveConversation([
      { role: 'user', text: 'Hello there' },
      { role: 'assistant', text: cut },
      { role: 'user', text: 'A table for two please' },
      { role: 'assistant', text: 'Done.' },
    ])
  })

  test('a chat model is told what was heard', async ({ realtime, caller }) => {
    await using server = await startChatServer(({ body }) => [{ content: body.messages.length > 2 ? 'Done.' : opening }])
    realtime.respond('model', chatModel({ baseURL: server.baseURL, model: 'tiny' }))
    const client = await startClient()
    truncateWhereHeard(client)
    caller.attach(client)
    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 3000 })
    await realtime.settled()
    expect(server.requests.at(-1)?.body.messages.filter(({ role }) => role !== 'system')).toEqual([
      { role: 'user', content: 'Hello there' },
      { role: 'assistant', content: expect.stringMatching(heard) },
      { role: 'user', content: 'A table for two please' },
    ])
  })

  test('has none where none was heard', async ({ realtime, caller }) => {
    realtime.respond('opening', { when: 'hello', text: opening })
    const client = await startClient()
    caller.attach(client)
    await caller.says('Hello there')
    await caller.hears('today')
    const [added] = realtime.emitted('response.output_item.added')
    client.send({ type: 'conversation.item.truncate', item_id: added?.item.id ?? '', content_index: 0, audio_end_ms: 0 })
    await realtime.settled()
    expect(realtime.session.conversation[1]).toEqual({ role: 'assistant', text: '' })
  })
})
