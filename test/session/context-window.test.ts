// What a conversation that grew too long loses, and what it does not.

import { describe, expect, test } from 'vitest'
import { defaultSession, type RealtimeSessionObject } from '../../src/protocol/session-config.ts'
import { fitConversation, inputTokensOf } from '../../src/session/context-window.ts'
import {
  type Conversation,
  createConversation,
  insertItem,
  listItems,
  listRemembered,
  removeItem,
} from '../../src/session/conversation.ts'
import { totalTokens } from '../../src/session/token-count.ts'

/** User messages of 1,000 tokens each. */
function conversationOf(...ids: readonly string[]): Conversation {
  return ids.reduce((conversation, id) => {
    const content = [{ type: 'input_text' as const, text: 'x'.repeat(4000) }]
    const item = { id, type: 'message' as const, status: 'completed' as const, role: 'user' as const, content }
    return insertItem(conversation, { item, audio: undefined, responseId: undefined, responseCount: 0 }, conversation.lastId)
  }, createConversation('conv_1'))
}

const session = (truncation: RealtimeSessionObject['truncation']): RealtimeSessionObject => ({
  ...defaultSession({ id: 'sess_1', expiresAt: 0, model: 'gpt-realtime' }),
  truncation,
})
const limit = inputTokensOf('gpt-realtime')
/** Instructions that leave room for so many tokens of conversation. */
const roomFor = (tokens: number): number => limit - tokens
const ids = (conversation: Conversation | undefined): string[] =>
  conversation ? listRemembered(conversation).map(({ id }) => id) : []

describe('fitConversation', () => {
  test('leaves alone what fits, to the token', () => {
    const conversation = conversationOf('a', 'b')
    expect(fitConversation(conversation, session('auto'), roomFor(2000))).toBe(conversation)
    expect(ids(fitConversation(conversation, session('auto'), roomFor(1999)))).toEqual(['b'])
  })

  test('forgets the oldest, never the newest, and keeps all in the conversation', () => {
    const cut = fitConversation(conversationOf('a', 'b', 'c'), session('auto'), limit)
    expect(ids(cut)).toEqual(['c'])
    expect(cut && listItems(cut)).toHaveLength(3)
    expect(cut && totalTokens(cut.tokens)).toBe(1000)
  })

  test('a ratio is of the room after the instructions; post_instructions makes it smaller', () => {
    const half = { type: 'retention_ratio', retention_ratio: 0.5 } as const
    expect(ids(fitConversation(conversationOf('a', 'b', 'c', 'd', 'e'), session(half), roomFor(4000)))).toEqual(['d', 'e'])
    const small = { ...half, token_limits: { post_instructions: 2000 } }
    expect(ids(fitConversation(conversationOf('a', 'b', 'c'), session(small), roomFor(9000)))).toEqual(['c'])
  })

  test('gives nothing when nothing may be dropped', () => {
    expect(fitConversation(conversationOf('a', 'b'), session('disabled'), roomFor(1000))).toBeUndefined()
    expect(ids(fitConversation(conversationOf('a'), session('disabled'), roomFor(1000)))).toEqual(['a'])
  })

  test('what is forgotten weighs nothing, also when it is deleted', () => {
    const cut = fitConversation(conversationOf('a', 'b'), session('auto'), roomFor(1000))
    expect(cut && totalTokens(removeItem(cut, 'a').tokens)).toBe(1000)
    expect(cut && totalTokens(removeItem(cut, 'b').tokens)).toBe(0)
  })

  test('what is put before or among forgotten items is read, and forgotten first the next time', () => {
    const cut = fitConversation(conversationOf('a', 'b', 'c'), session('auto'), roomFor(2000))
    const item = { ...listItems(conversationOf('new'))[0]!, id: 'new' }
    const entry = { item, audio: undefined, responseId: undefined, responseCount: 0 }
    for (const previousId of [null, 'a']) {
      const grown = insertItem(cut!, entry, previousId)
      expect(ids(grown)).toEqual(['new', 'b', 'c'])
      expect(ids(fitConversation(grown, session('auto'), roomFor(2000)))).toEqual(['b', 'c'])
    }
    const less = removeItem(removeItem(cut!, 'b'), 'c')
    expect(ids(less)).toEqual([])
    expect(ids(insertItem(less, entry, less.lastId))).toEqual(['new'])
  })
})
