// What a new session is told of a conversation, and what a transcript says of it.

import { expect, test } from 'vitest'
import { ConversationHistory } from '../../src/bridges/conversation-history.ts'

const answer = { id: 'a', type: 'message', role: 'assistant', content: [{ type: 'output_audio', transcript: '' }] }

test('an answer that was cut stays as long as it was heard, however often a new session is told', () => {
  const history = new ConversationHistory()
  history.item(answer, 0)
  history.said('a', 'one two three four five six seven eight')
  history.truncated('a', { heardMs: 1000, givenMs: 2000 })
  const wanted = [{ item: { id: 'a', content: [{ type: 'output_text', text: 'one two three four' }] } }]
  for (let session = 0; session < 3; session++) {
    const told = history.events
    expect(told).toMatchObject(wanted)
    // The service tells what it took.
    for (const { item } of told) history.item(item, 5000)
  }
  expect(history.transcript).toEqual([{ itemId: 'a', who: 'agent', text: 'one two three four', atMs: 0, heardMs: 1000 }])
})

test('words that nobody knows are told to nobody', () => {
  const history = new ConversationHistory()
  history.item(answer, 0)
  expect([history.events, history.transcript]).toEqual([[], []])
})
