import { describe, expect, test } from 'vitest'
import { checkReply, checkReturned } from '../../src/responses/validate-reply.ts'

function complaint(reply: unknown): string {
  try {
    checkReply('greeting', reply)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'fine'
}

const pcm = { samples: new Int16Array(10), rateHz: 24000 }

describe('what a reply may be', () => {
  test.each<[string, unknown]>([
    ['a text', 'Hello!'],
    ['an empty text', ''],
    ['a function', () => 'x'],
    [
      'a text with everything',
      { text: 'x', audio: pcm, when: 'hello', times: 2, priority: -1, delayMs: 50, finish: 'completed' },
    ],
    ['a text that depends on the turn', { text: () => 'x' }],
    ['a sound file', { audio: 'hello.wav' }],
    ['a call', { call: { name: 'f' }, then: { call: { name: 'g', arguments: {} }, then: () => 'x' } }],
    ['several texts', { text: ['a', 'b'] }],
    ['a preamble', { preamble: 'Let me look.', call: { name: 'f', server: 'weather' } }],
    ['a preamble alone', { preamble: () => 'Let me look.' }],
    ['several calls', { call: [{ name: 'f' }, { name: 'g' }] }],
    ['only an end', { finish: 'content_filter' }],
    ['an option left undefined', { text: 'x', when: undefined }],
    ['a pattern', { text: 'x', when: /hello/ }],
    ['a predicate', { text: 'x', when: () => true }],
    [
      'all criteria',
      {
        text: 'x',
        when: {
          says: /a/,
          keywords: ['a'],
          excludedKeywords: ['b'],
          intents: ['own'],
          minTurn: 1,
          maxTurn: 1,
          keys: '42#',
          instructions: 'a',
          metadata: { a: 'b' },
          outOfBand: false,
          tool: 'f',
          modalities: ['text', 'audio'],
          requiresFunctionCall: true,
          patterns: ['a', /b/],
          requirePattern: true,
          requireAll: true,
        },
      },
    ],
  ])('%s', (_, reply) => {
    expect(complaint(reply)).toBe('fine')
  })
})

describe('what it may not be', () => {
  test.each<[string, unknown, string]>([
    ['a number', 5, "reply 'greeting': must be a text, a config or a function, got 5"],
    ['a promise', Promise.resolve('x'), 'got a Promise\n  Did you forget `await`?'],
    [
      'a slip of the pen',
      { text: 'x', wehn: 'hello' },
      "reply 'greeting': `wehn` is no option. Did you mean `when`?\n  allowed: text, preamble, audio, call, delayMs, finish, then, when, times, priority",
    ],
    ['another spelling', { text: 'x', delay_ms: 5 }, 'Did you mean `delayMs`?'],
    [
      'a criterion outside of when',
      { text: 'x', keywords: ['a'] },
      '`keywords` is no option. It belongs into `when: { keywords: … }`.',
    ],
    ['an option of the old system', { text: 'x', function_call: {} }, 'Did you mean `call`?'],
    [
      'no texts',
      { text: [] },
      '`text` must be a text, several texts, or a function of the turn that gives them, got an empty array',
    ],
    ['sound beside several texts', { text: ['a', 'b'], audio: 'a.wav' }, '`audio` must be beside one text, got "a.wav"'],
    [
      'a label for a server',
      { call: { name: 'f', server_label: 'x' } },
      '`server_label` is no option of `call`. Did you mean `server`?',
    ],
    [
      'a text of another type',
      { text: 5 },
      '`text` must be a text, several texts, or a function of the turn that gives them, got 5',
    ],
    [
      'sound that is still on its way',
      { audio: Promise.resolve(pcm) },
      '`audio` must be sound (`await speech(…)`, any Pcm) or the path of a WAV file, got a Promise\n  Did you forget `await`?',
    ],
    [
      'a call by name only',
      { call: 'book' },
      '`call` must be a call { name, arguments? } or several, got "book"\n  Write { name: "book" }.',
    ],
    ['a call without a name', { call: { arguments: {} } }, '`name` is missing.'],
    [
      'arguments as JSON',
      { call: { name: 'f', arguments: '{}' } },
      '`call.arguments` must be an object, or a function of the turn, got "{}"\n  Give the object, not its JSON.',
    ],
    [
      'a slip within one of several calls',
      { call: [{ name: 'f' }, { name: 'g', args: {} }] },
      '`args` is no option of `call[1]`. Did you mean `arguments`?',
    ],
    ['no calls', { call: [] }, 'got an empty array'],
    [
      'a finish that is none',
      { text: 'x', finish: 'complete' },
      "`finish` must be one of 'completed', 'max_output_tokens', 'content_filter', got \"complete\"\n  Did you mean 'completed'?",
    ],
    ['a negative delay', { text: 'x', delayMs: -1 }, '`delayMs` must be milliseconds, 0 or more, got -1'],
    ['times that are no count', { text: 'x', times: 0 }, '`times` must be a whole number, 1 or more, got 0'],
    [
      'nothing to do',
      { when: 'hello' },
      'must be a reply that does something, got an object with when\n  Give it `text`, `audio` or `call`.',
    ],
    ['a then without a call', { text: 'x', then: 'y' }, '`then` must be beside `call`, got "y"'],
    [
      'a then with criteria',
      { call: { name: 'f' }, then: { text: 'x', when: 'a' } },
      '`when` is no option of `then`. A `then` answers the call it stands beside',
    ],
    [
      'a slip deep in thens',
      { call: { name: 'f' }, then: { call: { name: 'g' }, then: { txt: 'x' } } },
      '`txt` is no option of `then.then`. Did you mean `text`?',
    ],
    [
      'an empty phrase',
      { text: 'x', when: ' ' },
      '`when` must be a phrase, a RegExp, a predicate or criteria, got " "\n  An empty phrase matches nothing',
    ],
    [
      'phrases as when',
      { text: 'x', when: ['a', 'b'] },
      'got an array of 2, first "a"\n  For any of several phrases write `when: { keywords: […] }`.',
    ],
    ['a slip in when', { text: 'x', when: { keyword: ['a'] } }, '`keyword` is no option of `when`. Did you mean `keywords`?'],
    [
      'an option of the reply in when',
      { text: 'x', when: { priority: 1 } },
      '`priority` is no option of `when`. It belongs beside `when`, not into it.',
    ],
    [
      'one keyword',
      { text: 'x', when: { keywords: 'a' } },
      '`when.keywords` must be an array of words or phrases, got "a"\n  Write ["a"].',
    ],
    [
      'a turn that is no count',
      { text: 'x', when: { minTurn: 1.5 } },
      '`when.minTurn` must be a whole number, 0 or more, got 1.5',
    ],
    [
      'turns that never come',
      { text: 'x', when: { minTurn: 3, maxTurn: 2 } },
      '`when.minTurn` must be at most `maxTurn` (2), got 3\n  No turn would ever match.',
    ],
    ['keys as a number', { text: 'x', when: { keys: 1 } }, "got 1\n  Write '1'."],
    ['metadata that are no strings', { text: 'x', when: { metadata: { a: 1 } } }, '`when.metadata` must be an object of strings'],
    ['a modality that is none', { text: 'x', when: { modalities: ['txt'] } }, "Did you mean 'text'?"],
    ['a pattern that is none', { text: 'x', when: { patterns: ['('] } }, '"(" is no valid regular expression.'],
    ['requireAll alone', { text: 'x', when: { requireAll: true } }, '`when.requireAll` must be beside `keywords`'],
  ])('%s', (_, reply, expected) => {
    expect(complaint(reply)).toContain(expected)
    expect(complaint(reply)).toMatch(/^\[RTK_REPLY\] /)
  })
})

test('what a function returned has nothing left to choose', () => {
  expect(() => checkReturned('llm', { text: 'x', when: 'a' })).toThrow(
    /what the function of reply 'llm' returned: `when` is no option\. The reply was chosen already/,
  )
  expect(() => checkReturned('llm', undefined)).toThrow(/must be a text, a config or a function, got undefined/)
})

test('a then may lead to itself', () => {
  const again: Record<string, unknown> = { call: { name: 'f' } }
  again.then = again
  expect(complaint(again)).toBe('fine')
})
