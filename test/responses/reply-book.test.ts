import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/api.ts'
import { loopLimits, ReplyBook } from '../../src/responses/reply-book.ts'
import type { ReplyScope } from '../../src/responses/reply-entry.ts'
import { selectReply } from '../../src/responses/select.ts'
import { factsOf, request, result, said, userText } from './requests.ts'

const names = (book: ReplyBook, sessionId = 'sess_1') => book.namedFor(sessionId).map((entry) => entry.name)
const texts = (book: ReplyBook, sessionId = 'sess_1') => book.namedFor(sessionId).map((entry) => entry.reply)

describe('names', () => {
  test('the same name replaces, in its place', () => {
    const book = new ReplyBook()
    book.add('a', 'old')
    book.add('b', 'x')
    book.add('a', 'new')
    expect(texts(book)).toEqual(['new', 'x'])
  })

  test('a nearer level hides the same name, until it is removed', () => {
    const book = new ReplyBook()
    book.add('a', 'file', { level: 'file' })
    const near = book.add('a', 'test')
    book.add('b', 'file', { level: 'file' })
    expect(texts(book)).toEqual(['test', 'file'])
    book.remove(near)
    book.remove(near)
    expect(texts(book)).toEqual(['file', 'file'])
  })

  test('a reply for some sessions hides the one for all, there only', () => {
    const book = new ReplyBook()
    const billing: ReplyScope = { title: 'for({ … })', covers: (id) => id === 'sess_billing' }
    book.add('a', 'billing', { scope: billing })
    book.add('a', 'all')
    expect([texts(book, 'sess_billing'), texts(book, 'sess_other')]).toEqual([['billing'], ['all']])
  })

  test('but a nearer level hides it as well', () => {
    const book = new ReplyBook()
    book.add('a', 'some', { level: 'file', scope: { title: '', covers: () => true } })
    book.add('a', 'test')
    expect(texts(book)).toEqual(['test'])
    book.add('a', 'some in the test', { scope: { title: '', covers: () => true } })
    expect(texts(book)).toEqual(['some in the test'])
  })

  test('once replies are for their sessions too', () => {
    const book = new ReplyBook()
    book.addOnce('x', { scope: { title: '', covers: (id) => id === 'sess_2' } })
    expect([book.onceFor('sess_1').length, book.onceFor('sess_2').length]).toEqual([0, 1])
  })

  test('a nameless or missing reply is refused', () => {
    const book = new ReplyBook()
    expect(() => book.add('', 'x')).toThrow(/needs a name/)
    expect(() => book.add('text only', undefined as unknown as Reply)).toThrow(/respondOnce\(reply\)/)
    expect(names(book)).toEqual([])
  })
})

test("counts what was used, and keeps the author's line", () => {
  const book = new ReplyBook()
  const entry = book.addOnce('x', { where: 'a.test.ts:3' })
  const facts = said('hello')
  book.record(selectReply(book, facts), facts)
  expect([entry.used, entry.where, book.onceFor('sess_1')]).toEqual([1, 'a.test.ts:3', []])
})

describe('a loop', () => {
  const run = (book: ReplyBook, asked: ReturnType<typeof request>, times: number) => {
    const facts = factsOf(asked)
    return Array.from({ length: times }, () => book.record(selectReply(book, facts), facts))
  }
  const book = (reply: Reply) => {
    const made = new ReplyBook()
    made.add('echo', reply)
    return made
  }

  test('is the same reply three times without user input', () => {
    expect(run(book('x'), request([userText('hi')]), 3)).toEqual([undefined, undefined, { name: 'echo', count: 3, turn: 1 }])
  })

  test('is none when the user said something in between', () => {
    const made = book('x')
    const loops = [1, 2, 3, 4].map((turn) => run(made, request([userText('hi')], { turn }), 1)[0])
    expect(loops).toEqual([undefined, undefined, undefined, undefined])
  })

  test('is none when the reply says how often', () => {
    expect(run(book({ text: 'x', times: 3 }), request([]), 3)).toEqual([undefined, undefined, undefined])
  })

  test('is none for once replies of one name', () => {
    const made = new ReplyBook()
    for (const text of ['a', 'b', 'c']) made.addOnce(text, { name: 'same' })
    expect(run(made, request([]), 3)).toEqual([undefined, undefined, undefined])
  })

  test('is none out of band', () => {
    const aside = { text: 'x', when: { outOfBand: true } }
    expect(run(book(aside), request([], { outOfBand: true }), 4).every((loop) => loop === undefined)).toBe(true)
  })

  test('is none in another session', () => {
    const made = book('x')
    const loops = ['a', 'b', 'c'].map((sessionId) => {
      const facts = factsOf(request([]), {}, sessionId)
      return made.record(selectReply(made, facts), facts)
    })
    expect(loops).toEqual([undefined, undefined, undefined])
  })

  test('may take longer while a model works through results of functions, but not for ever', () => {
    const asked = request([userText('hi')])
    const working = request(asked.context, { results: [result(asked, 'step', 'x')] })
    const loops = run(
      book(() => ({ call: { name: 'step' } })),
      working,
      loopLimits.withResults,
    )
    expect(loops.findIndex((loop) => loop !== undefined)).toBe(loopLimits.withResults - 1)
  })

  test('of one `then` that leads to itself ends too', () => {
    const made = new ReplyBook()
    const again: { call: { name: string }; then?: Reply } = { call: { name: 'step' } }
    again.then = again
    made.add('poll', again)
    let last = request([userText('hi')])
    const loops = Array.from({ length: loopLimits.withResults + 1 }, () => {
      const facts = factsOf(last)
      const loop = made.record(selectReply(made, facts), facts)
      last = request(last.context, { results: [result(last, 'step', 'x')] })
      return loop
    })
    expect(loops.findIndex((loop) => loop !== undefined)).toBe(loopLimits.withResults)
  })
})
