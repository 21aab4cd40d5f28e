import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/api.ts'
import type { MatchingMode } from '../../src/responses/matching.ts'
import { ReplyBook } from '../../src/responses/reply-book.ts'
import type { ReplyOptions } from '../../src/responses/reply-entry.ts'

function reason(replies: readonly [string, Reply, ReplyOptions?][], mode: MatchingMode = 'words') {
  const book = new ReplyBook(mode)
  return replies.map(([name, reply, options]) => book.unreachable(book.add(name, reply, options))).at(-1)
}

describe('a reply that can never be chosen', () => {
  test.each<[string, readonly [string, Reply, ReplyOptions?][], string]>([
    [
      'the second without criteria',
      [
        ['any', 'x'],
        ['other', 'y'],
      ],
      "'any' fits every turn, and comes first",
    ],
    [
      'criteria below a priority',
      [
        ['any', { text: 'x', priority: 20 }],
        ['other', { when: 'hi', text: 'y' }],
      ],
      "'any' fits every turn, and has the higher priority",
    ],
    [
      'the same criteria again',
      [
        ['one', { when: /hi/, text: 'x' }],
        ['two', { when: /hi/, text: 'y' }],
      ],
      "'one' fits whatever this fits, and comes first",
    ],
    [
      'the same criteria, less priority',
      [
        ['one', { when: { maxTurn: 1, says: 'hi' }, text: 'x', priority: 1 }],
        ['two', { when: { says: 'hi', maxTurn: 1 }, text: 'y' }],
      ],
      'has the higher priority',
    ],
  ])('%s', (_, replies, told) => {
    expect(reason(replies)).toContain(told)
  })

  test('in legacy matching is one that scores nothing', () => {
    expect(reason([['x', { text: 'x', when: { maxTurn: 2 }, priority: -5 }]], 'legacy')).toContain('a score above 0')
    expect(reason([['x', { text: 'x', priority: 1 }]], 'legacy')).toBeUndefined()
  })

  test.each<[string, readonly [string, Reply, ReplyOptions?][]]>([
    [
      'better criteria',
      [
        ['any', 'x'],
        ['other', { when: 'hi', text: 'y' }],
      ],
    ],
    [
      'others that run out',
      [
        ['any', { text: 'x', times: 1 }],
        ['other', 'y'],
      ],
    ],
    [
      'others that call once a turn',
      [
        ['any', { call: { name: 'f' } }],
        ['other', 'y'],
      ],
    ],
    [
      'a nearer level',
      [
        ['any', 'x', { level: 'file' }],
        ['other', 'y', { level: 'test' }],
      ],
    ],
    [
      'a reply of its own name, which it replaces',
      [
        ['any', 'x'],
        ['any', 'y'],
      ],
    ],
    [
      'other pattern flags',
      [
        ['one', { when: /hi/, text: 'x' }],
        ['two', { when: /hi/i, text: 'y' }],
      ],
    ],
    [
      'other predicates',
      [
        ['one', { when: () => true, text: 'x' }],
        ['two', { when: () => true, text: 'y' }],
      ],
    ],
    [
      'out-of-band responses',
      [
        ['any', { text: 'x', priority: 50 }],
        ['two', { when: { outOfBand: true }, text: 'y' }],
      ],
    ],
  ])('not: %s', (_, replies) => {
    expect(reason(replies)).toBeUndefined()
  })
})
