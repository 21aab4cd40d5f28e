// The old system's choices, as recorded from it: legacy matching must make the same ones, with the same scores.

import { describe, expect, test } from 'vitest'
import type { Criteria, ReplyConfig } from '../../src/api.ts'
import { ReplyBook } from '../../src/responses/reply-book.ts'
import { selectReply } from '../../src/responses/select.ts'
import { smartExamples } from '../../src/responses/smart-examples.ts'
import { factsOf, functionTool, request, userText } from './requests.ts'

type Asked = 'text' | 'text+audio' | 'tools' | 'tools, choice none'

const requests = {
  text: { modalities: ['text'] },
  'text+audio': { modalities: ['text', 'audio'] },
  tools: { modalities: ['text', 'audio'], tools: [functionTool('anything')] },
  'tools, choice none': { modalities: ['text'], tools: [functionTool('anything')], toolChoice: 'none' },
} as const

function legacy(inputs: readonly string[], asked: Asked) {
  const book = new ReplyBook('legacy')
  for (const [name, reply] of Object.entries(smartExamples('legacy'))) book.add(name, reply)
  const facts = factsOf(request(inputs.map(userText), requests[asked]))
  const { name, why } = selectReply(book, facts, { matching: 'legacy' })
  const scores = why.candidates.filter((one) => one.rejected === undefined).map((one) => [one.name, one.score] as const)
  return { name, scores: Object.fromEntries(scores) }
}

describe('smart examples in legacy matching', () => {
  test.each<[string[], Asked, string, Record<string, number>]>([
    [[], 'text', 'fallback', { fallback: 1 }],
    [[], 'text+audio', 'audio_only', { audio_only: 10, fallback: 1 }],
    [['Hello there!'], 'text', 'greeting', { greeting: 30, technical_support: 16, fallback: 1 }],
    [['I need help with my account'], 'text', 'help_request', { help_request: 30, technical_support: 19, fallback: 4 }],
    [['I have a complaint about the service'], 'text', 'technical_support', { technical_support: 19, fallback: 4 }],
    [['a', 'I have a complaint about the service'], 'text', 'complaint', { complaint: 36, technical_support: 19, fallback: 4 }],
    [['What is the status of my order?'], 'text', 'question', { question: 30, technical_support: 19, fallback: 1 }],
    [
      ['Thank you for your help'],
      'text',
      'help_request',
      { help_request: 33, gratitude: 25, technical_support: 19, fallback: 4 },
    ],
    [['Goodbye, have a nice day'], 'text', 'farewell', { farewell: 26, technical_support: 19, fallback: 1 }],
    [['This is a technical error'], 'text', 'technical_support', { technical_support: 31, greeting: 30, fallback: 1 }],
    [['zzz'], 'text', 'technical_support', { technical_support: 16, fallback: 1 }],
    [['type zzz'], 'text+audio', 'technical_support', { technical_support: 16, fallback: 1 }],
    [['a', 'b', 'Hello'], 'text', 'technical_support', { technical_support: 16, fallback: 1 }],
    [['zzz'], 'tools', 'function_call', { function_call: 33, audio_only: 10, technical_support: 16, fallback: 1 }],
    [['Hello there!'], 'tools, choice none', 'greeting', { greeting: 30, technical_support: 16, fallback: 1 }],
  ])('%j, %s → %s', (inputs, asked, winner, scores) => {
    expect(legacy(inputs, asked)).toEqual({ name: winner, scores })
  })
})

describe('single scores of the old system', () => {
  const score = (when: Criteria, more: Partial<ReplyConfig>, input: string, asked: Asked) => {
    const book = new ReplyBook('legacy')
    book.add('one', { text: 'zzz', ...more, when })
    const facts = factsOf(request(input === '' ? [] : [userText(input)], requests[asked]))
    const [one] = selectReply(book, facts, { matching: 'legacy' }).why.candidates
    return one?.rejected === undefined ? one?.score : 'rejected'
  }
  test.each<[string, Criteria, Partial<ReplyConfig>, string, Asked, number | 'rejected']>([
    ['priority alone', {}, { priority: 15 }, 'x', 'text', 15],
    ['a keyword', { keywords: ['hello'] }, { priority: 10 }, 'Hello', 'text', 20],
    ['several keywords count once', { keywords: ['hello', 'there'] }, { priority: 10 }, 'Hello there', 'text', 20],
    ['an intent', { intents: ['greeting'] }, { priority: 10 }, 'hey', 'text', 25],
    ['a modality', { modalities: ['text'] }, { priority: 10 }, 'x', 'text', 15],
    ['a modality that is not asked for', { modalities: ['audio'] }, { priority: 10 }, 'x', 'text', 'rejected'],
    ['functions wanted and there', { requiresFunctionCall: true }, { priority: 10 }, 'x', 'tools', 18],
    ['functions unwanted and absent', { requiresFunctionCall: false }, { priority: 10 }, 'x', 'text', 18],
    ['a pattern', { patterns: ['order \\d+'] }, { priority: 10 }, 'Order 12', 'text', 22],
    ['a pattern that is not there is no reason to reject', { patterns: ['order'] }, { priority: 10 }, 'x', 'text', 10],
    ['an invalid pattern is skipped', { patterns: ['(', 'order'] }, { priority: 10 }, 'order', 'text', 22],
    ['the text bonus', {}, { priority: 10, text: 'Hello world response' }, 'Hello world', 'text', 13],
    ['words keep their punctuation for the bonus', {}, { priority: 10, text: 'Hello! Friend.' }, 'hello you', 'text', 10],
    ['no criteria, no bonus: never chosen', {}, {}, 'x', 'text', 'rejected'],
    ['a negative sum is dropped', { keywords: ['x'] }, { priority: -10 }, 'x', 'text', 'rejected'],
  ])('%s', (_, when, more, input, asked, expected) => {
    expect(score(when, more, input, asked)).toBe(expected)
  })

  test('the higher priority wins', () => {
    const book = new ReplyBook('legacy')
    book.add('low', { text: 'a', priority: 10 })
    book.add('high', { text: 'b', priority: 20 })
    expect(selectReply(book, factsOf(request([userText('x')])), { matching: 'legacy' }).name).toBe('high')
  })
})
