import { describe, expect, test } from 'vitest'
import { detectIntents } from '../../src/responses/intents.ts'

describe('intents of whole words', () => {
  test.each([
    ['Hello there!', ['greeting']],
    ['Thanks, what now?', ['question', 'gratitude']],
    ["That's wrong", ['complaint', 'denial']],
    ['I have two problems', ['help_request', 'complaint']],
    ['See you tomorrow', ['farewell']],
    ['Ready?', ['question']],
    ['this thing, I know, nothing', []],
    ['show me the whole notice', []],
    ['', []],
  ])('%s → %j', (text, intents) => {
    expect(detectIntents(text)).toEqual(intents)
  })
})

describe('intents of the old system (substrings)', () => {
  test.each([
    ['this thing', ['greeting']],
    ['I know', ['denial']],
    ['nothing', ['greeting', 'denial']],
    ['incorrect', ['confirmation', 'denial']],
    ['show me', ['question']],
    ['I need help with my account', ['help_request']],
  ])('%s → %j', (text, intents) => {
    expect(detectIntents(text, {}, 'legacy')).toEqual(intents)
  })
})

test('further intents, and further words for one of the eight, in any language', () => {
  const more = { booking: ['reservieren', '予約'], greeting: ['guten tag'] }
  expect(detectIntents('Guten Tag, ich möchte reservieren', more)).toEqual(['greeting', 'booking'])
  expect(detectIntents('明日の予約をお願いします', more)).toEqual(['booking'])
})
