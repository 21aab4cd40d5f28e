import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/api.ts'
import { formatWhy, loopError, noMatchError, unusedOnceError } from '../../src/responses/explain.ts'
import { ReplyBook } from '../../src/responses/reply-book.ts'
import { selectReply } from '../../src/responses/select.ts'
import type { SelectionFacts } from '../../src/responses/selection-facts.ts'
import { factsOf, request, result, said, userText } from './requests.ts'

function why(replies: Record<string, Reply>, facts: SelectionFacts) {
  const book = new ReplyBook()
  for (const [name, reply] of Object.entries(replies)) book.add(name, reply)
  return selectReply(book, facts).why
}

const support: Record<string, Reply> = {
  refund: { when: /refund|money back/, text: 'x' },
  order: { when: 'my orders', text: 'x' },
  third: { when: { says: 'where', minTurn: 3 }, text: 'x' },
}

describe('the table of a selection', () => {
  test('chosen first, then eligible ones by score, then the rejected ones, the nearest first', () => {
    const replies = { ...support, any: 'x', greeting: { when: { keywords: ['hello', 'where'] }, text: 'x', priority: 2 } }
    expect(formatWhy(why(replies, said('Where is my order?')))).toMatchInlineSnapshot(`
      "'greeting' answers turn 1, user: "Where is my order?"
        > greeting  12  keywords "where" +10, priority +2
          any        0  no criteria
          third      -  minTurn: this is turn 1, it begins at 3  (met: says "where" +10)
          order      -  says: "my orders" is not in "Where is my order?"
          refund     -  says: /refund|money back/ is not in "Where is my order?""
    `)
  })

  test('marks the one that a test expected', () => {
    const replies = { ...support, greeting: { when: 'where', text: 'x' } }
    expect(formatWhy(why(replies, said('Where is my order?')), { expected: 'refund' })).toMatchInlineSnapshot(`
      "'greeting' answers turn 1, user: "Where is my order?"
        > greeting  10  says "where" +10
          refund     -  says: /refund|money back/ is not in "Where is my order?"  <<<<<
          third      -  minTurn: this is turn 1, it begins at 3  (met: says "where" +10)
          order      -  says: "my orders" is not in "Where is my order?""
    `)
  })

  test('says why it won at the same score', () => {
    expect(formatWhy(why({ one: 'x', two: 'y' }, said('hm')))).toMatchInlineSnapshot(`
      "'one' answers turn 1, user: "hm"
        > one  0  no criteria
          two  0  no criteria
        'one' is level with 'two', but added first."
    `)
  })

  test('of a once reply', () => {
    const book = new ReplyBook()
    book.addOnce({ when: 'bye', text: 'x' }, { name: 'bye' })
    book.addOnce('x')
    expect(formatWhy(selectReply(book, said('hello')).why)).toMatchInlineSnapshot(`
      "'once-2' answers turn 1, user: "hello": \`respondOnce\` comes before named replies
        > once-2  0  no criteria
          bye     -  says: "bye" is not in "hello""
    `)
  })

  test('of a then', () => {
    const book = new ReplyBook()
    book.add('a', { call: { name: 'find' }, then: 'Done.' })
    const first = request([userText('go')])
    const facts = factsOf(first)
    book.record(selectReply(book, facts), facts)
    const next = factsOf(request(first.context, { results: [result(first, 'find', 'x')] }))
    expect(formatWhy(selectReply(book, next).why)).toMatchInlineSnapshot(
      `"'a.then' answers turn 1, the output of find: the \`then\` of a call comes first"`,
    )
  })
})

describe('a turn that nothing fits', () => {
  test('shows the nearest reply and why it was not it', () => {
    expect(noMatchError(why(support, said('Where is my order?'))).message).toMatchInlineSnapshot(`
      "[RTK_NO_MATCH] no reply fits turn 1, user: "Where is my order?"
          third   -  minTurn: this is turn 1, it begins at 3  (met: says "where" +10)  <<<<<
          order   -  says: "my orders" is not in "Where is my order?"
          refund  -  says: /refund|money back/ is not in "Where is my order?"
      Add a reply, loosen its \`when\`, or answer everything with \`onUnmatched: 'fallback'\`."
    `)
  })

  test('tells of all that speaks against a reply', () => {
    const replies: Record<string, Reply> = {
      booking: {
        when: {
          tool: 'book',
          modalities: ['audio'],
          metadata: { a: 'b' },
          instructions: 'polite',
          keys: '1',
          intents: ['farewell'],
        },
        text: 'x',
      },
      shy: { when: ({ number }) => number > 9, text: 'x' },
      used: { when: { excludedKeywords: ['hello'] }, text: 'x' },
    }
    expect(noMatchError(why(replies, said('Hello', { instructions: 'Be rude.' }))).message).toMatchInlineSnapshot(`
      "[RTK_NO_MATCH] no reply fits turn 1, user: "Hello"
          shy      -  predicate: false for this turn  <<<<<
          used     -  excludedKeywords: "hello" was said
          booking  -  intents: not farewell, detected greeting; keys: not 1, no keys were pressed; instructions: "polite" is not in "Be rude."; metadata: a is not given, not "b"; tool: not book, the response offers no function; modalities: not audio, asked for text
      Add a reply, loosen its \`when\`, or answer everything with \`onUnmatched: 'fallback'\`."
    `)
  })

  test('tells of words that are there only within others', () => {
    const replies: Record<string, Reply> = {
      any: { when: { keywords: ['hour', 'close'] }, text: 'x' },
      all: { when: { keywords: ['opening', 'hour', 'shop'], requireAll: true }, text: 'x' },
      phrase: { when: 'your hour', text: 'x' },
    }
    expect(noMatchError(why(replies, said('What are your hours in the shop?'))).message).toMatchInlineSnapshot(`
      "[RTK_NO_MATCH] no reply fits turn 1, user: "What are your hours in the shop?"
          phrase  -  says: "your hour" is not in "What are your hours in the shop?" as a whole word  <<<<<
          all     -  keywords: "opening", "hour" are not in "What are your hours in the shop?" (whole words count: "hour" is only within "hours")
          any     -  keywords: any of "hour", "close" is not in "What are your hours in the shop?" (whole words count: "hour" is only within "hours")
      Add a reply, loosen its \`when\`, or answer everything with \`onUnmatched: 'fallback'\`."
    `)
  })

  test('of an app that asks without any reply', () => {
    expect(noMatchError(why({}, factsOf(request([])))).message).toMatchInlineSnapshot(`
      "[RTK_NO_MATCH] no reply fits turn 0, nothing new from the user
      No reply was added: call \`realtime.respond(name, reply)\` before the app asks."
    `)
  })

  test('out of band, says how to ask for it', () => {
    expect(
      noMatchError(why({ chat: 'x' }, said('Hello', { outOfBand: true, metadata: { topic: 'mood' } }))).message,
    ).toMatchInlineSnapshot(`
      "[RTK_NO_MATCH] no reply fits an out-of-band response with metadata {"topic":"mood"}
          chat  -  the response is out of band, and takes only replies with \`outOfBand: true\` or \`metadata\` in their \`when\`  <<<<<
      Add a reply, loosen its \`when\`, or answer everything with \`onUnmatched: 'fallback'\`."
    `)
  })

  test('is no endless line', () => {
    const { message } = noMatchError(why(support, said('word '.repeat(100))))
    expect(Math.max(...message.split('\n').map((line) => line.length))).toBeLessThan(180)
  })
})

test('why is plain data, for timelines and recordings', () => {
  const facts = said('Where is my order?')
  const explained = why({ order: { when: { keywords: ['order'] }, text: 'x' } }, facts)
  expect(JSON.parse(JSON.stringify(explained))).toEqual({
    chosen: 'order',
    rule: 'named',
    asked: { turn: 1, text: 'Where is my order?', outOfBand: false, results: [] },
    candidates: [
      {
        name: 'order',
        phrases: ['order'],
        score: 10,
        parts: [{ criterion: 'keywords', met: true, points: 10, detail: '"order"' }],
      },
    ],
  })
})

test('a loop is told with its mend', () => {
  expect(loopError({ name: 'echo', count: 3, turn: 2 }).message).toMatchInlineSnapshot(`
    "[RTK_LOOP] reply 'echo' was chosen 3 times since user input 2.
    The app seems to answer its own answers (a \`response.create\` after each \`response.done\`?).
    If it should repeat itself, say how often: give the reply \`times\`."
  `)
})

test('unused once replies are listed with their lines', () => {
  const book = new ReplyBook()
  book.addOnce('We open at nine.', { where: 'hours.test.ts:12' })
  book.addOnce('And close at five.', { name: 'close', where: 'hours.test.ts:13' })
  book.addOnce({ call: [{ name: 'f' }, { name: 'g' }] })
  const facts = said('open?')
  book.record(selectReply(book, facts), facts)
  expect(unusedOnceError(book.entries)?.message).toMatchInlineSnapshot(`
    "[RTK_UNUSED_REPLY] 2 of 3 \`respondOnce\` replies were never used
      used    once-1  "We open at nine."  hours.test.ts:12
      unused  close   "And close at five."  hours.test.ts:13
      unused  once-3  calls f, g
    Remove it, or find out why the app asked for fewer responses."
  `)
  expect(unusedOnceError([])).toBeUndefined()
})

test.each<[unknown, string, string]>([
  ['hi', 'This is it', 'says: "hi" is not in "This is it" as a whole word'],
  [/Table/, 'a table', 'says: /Table/ is not in "a table" (it is in another case: add the flag `i`)'],
  [/chair/, 'a table', 'says: /chair/ is not in "a table"  <<<<<'],
])('%s in %j is told with what was overlooked', (when, text, told) => {
  const replies = { greet: { when: when as never, text: 'x' }, other: 'y' }
  expect(formatWhy(why(replies, said(text)), { expected: 'greet' })).toContain(told)
})

test('a reply for other sessions is not called unknown', () => {
  const book = new ReplyBook()
  book.add('paid', 'It is paid.', { scope: { title: 'realtime.for({ model: "x" })', covers: () => false } })
  const facts = said('Is it paid?')
  const told = '\'paid\' was added to realtime.for({ model: "x" }), which does not take in this session.'
  expect(noMatchError(selectReply(book, facts).why).message).toContain('Replies were added to realtime.for({ model: "x" }) only')
  book.add('other', 'Other.')
  expect(formatWhy(selectReply(book, facts).why, { expected: 'paid' })).toContain(told)
})
