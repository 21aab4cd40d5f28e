import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/api.ts'
import { ReplyBook } from '../../src/responses/reply-book.ts'
import { selectReply } from '../../src/responses/select.ts'
import type { SelectionFacts } from '../../src/responses/selection-facts.ts'
import { bookOf, factsOf, functionTool, request, said, userAudio, userText } from './requests.ts'

describe('a named reply is chosen by what fits', () => {
  test.each<[string, Reply, SelectionFacts, boolean]>([
    ['a phrase that was said', { when: 'hello', text: 'x' }, said('Hello there!'), true],
    ['a phrase inside of a word', { when: 'hi', text: 'x' }, said('This thing'), false],
    ['a pattern', { when: /table for two/i, text: 'x' }, said('A table for two please'), true],
    ['a pattern that is not there', { when: /table for three/i, text: 'x' }, said('A table for two please'), false],
    ['a predicate', { when: ({ text }) => text.length > 3, text: 'x' }, said('long'), true],
    ['a predicate that says no', { when: ({ number }) => number > 1, text: 'x' }, said('long'), false],
    ['no criteria', 'x', said('anything'), true],
    ['any keyword', { when: { keywords: ['refund', 'money'] }, text: 'x' }, said('my money'), true],
    [
      'all keywords missing one',
      { when: { keywords: ['refund', 'money'], requireAll: true }, text: 'x' },
      said('my money'),
      false,
    ],
    ['all keywords', { when: { keywords: ['refund', 'money'], requireAll: true }, text: 'x' }, said('money: refund!'), true],
    ['an excluded keyword', { when: { excludedKeywords: ['stop'] }, text: 'x' }, said('please stop'), false],
    ['an intent', { when: { intents: ['farewell'] }, text: 'x' }, said('Goodbye'), true],
    ['another intent', { when: { intents: ['farewell'] }, text: 'x' }, said('Hello'), false],
    ['the first turn', { when: { maxTurn: 1 }, text: 'x' }, said('one'), true],
    ['after the first turn', { when: { maxTurn: 1 }, text: 'x' }, said('two', { turn: 2 }), false],
    ['before the second turn', { when: { minTurn: 2 }, text: 'x' }, said('one'), false],
    ['keys', { when: { keys: '1' }, text: 'x' }, factsOf(request([userText('1')]), { keys: '1' }), true],
    ['other keys', { when: { keys: '1' }, text: 'x' }, factsOf(request([userText('2')]), { keys: '2' }), false],
    [
      'instructions',
      { when: { instructions: /hold the line/i }, text: 'x' },
      said('?', { instructions: 'Say: Hold the line.' }),
      true,
    ],
    [
      'other instructions',
      { when: { instructions: 'billing' }, text: 'x' },
      said('?', { instructions: 'You do triage.' }),
      false,
    ],
    [
      'metadata',
      { when: { metadata: { topic: 'mood' } }, text: 'x' },
      said('?', { metadata: { topic: 'mood', more: '1' } }),
      true,
    ],
    ['other metadata', { when: { metadata: { topic: 'mood' } }, text: 'x' }, said('?', { metadata: { topic: 'tone' } }), false],
    ['a tool', { when: { tool: 'book' }, text: 'x' }, said('?', { tools: [functionTool('book')] }), true],
    [
      'a tool that may not be used',
      { when: { tool: 'book' }, text: 'x' },
      said('?', { tools: [functionTool('book')], toolChoice: 'none' }),
      false,
    ],
    ['modalities', { when: { modalities: ['audio'] }, text: 'x' }, said('?', { modalities: ['audio'] }), true],
    ['other modalities', { when: { modalities: ['audio'] }, text: 'x' }, said('?'), false],
    [
      'functions offered',
      { when: { requiresFunctionCall: true }, text: 'x' },
      said('?', { tools: [functionTool('book')] }),
      true,
    ],
    ['one of two modalities', { when: { modalities: ['text', 'audio'] }, text: 'x' }, said('?'), false],
    ['no functions offered', { when: { requiresFunctionCall: true }, text: 'x' }, said('?'), false],
    ['a pattern as a bonus only', { when: { patterns: ['error'] }, text: 'x' }, said('fine'), true],
    ['a required pattern', { when: { patterns: ['error'], requirePattern: true }, text: 'x' }, said('fine'), false],
    [
      'a required pattern over the intents',
      { when: { patterns: [/\bfarewell$/], requirePattern: true }, text: 'x' },
      said('Goodbye'),
      true,
    ],
    ['a negative priority', { text: 'x', priority: -5 }, said('anything'), true],
  ])('%s', (_, reply, facts, fits) => {
    expect(selectReply(bookOf({ one: reply }), facts).name).toBe(fits ? 'one' : '')
  })

  test('speech counts by its words', () => {
    const book = bookOf({ weather: { when: 'weather', text: 'Sunny.' } })
    const facts = factsOf(request([userAudio('item_speech', 'What is the weather?')]))
    expect(selectReply(book, facts).name).toBe('weather')
  })
})

describe('among those that fit', () => {
  test('the higher score wins', () => {
    const book = bookOf({ any: 'x', phrase: { when: 'order', text: 'x' }, pattern: { when: /order a1/i, text: 'x' } })
    expect(selectReply(book, said('my order A1')).name).toBe('pattern')
    expect(selectReply(book, said('my order')).name).toBe('phrase')
    expect(selectReply(book, said('hm')).name).toBe('any')
  })

  test('priority counts', () => {
    const book = bookOf({ first: { when: 'order', text: 'x' }, second: { when: 'order', text: 'x', priority: 1 } })
    expect(selectReply(book, said('my order')).name).toBe('second')
  })

  test('at the same score the first added wins, and why says so', () => {
    const { name, why } = selectReply(
      bookOf({ first: { when: 'my', text: 'x' }, second: { when: 'order', text: 'x' } }),
      said('my order'),
    )
    expect([name, why.tie]).toEqual(['first', "level with 'second', but added first"])
  })

  test('at the same score the test goes before its describe block, and that before the file', () => {
    const book = new ReplyBook()
    book.add('file', 'x', { level: 'file' })
    book.add('outer', 'x', { level: 'describe' })
    book.add('inner', 'x', { level: 'describe', depth: 1 })
    expect(selectReply(book, said('?')).name).toBe('inner')
    book.add('test', 'x')
    const { name, why } = selectReply(book, said('?'))
    expect([name, why.tie]).toEqual(['test', "level with 'inner', but added at test level"])
  })

  test('words that the reply shares with the user change nothing', () => {
    const book = bookOf({
      first: { when: 'hello', text: 'What do you want?' },
      second: { when: 'hello', text: 'Hello, welcome!' },
    })
    expect(selectReply(book, said('Hello')).name).toBe('first')
    expect(selectReply(book, said('Hello'), { textBonus: true }).name).toBe('second')
  })
})
