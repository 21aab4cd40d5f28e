import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/api.ts'
import { ReplyBook } from '../../src/responses/reply-book.ts'
import { type Selection, selectReply } from '../../src/responses/select.ts'
import {
  assistantText,
  bookOf,
  factsOf,
  functionCall,
  functionOutput,
  functionTool,
  request,
  result,
  said,
  serve,
  userText,
} from './requests.ts'

const rejection = (selection: Selection, name: string) => selection.why.candidates.find((one) => one.name === name)?.rejected

describe('respondOnce', () => {
  test('answers in order, before named replies', () => {
    const book = bookOf({ named: { when: 'you', text: 'x', priority: 100 } })
    book.addOnce('We open at nine.')
    book.addOnce('And close at five.', { name: 'close' })
    const names = ['do you open?', 'do you close?', 'do you?'].map(
      (text, index) => serve(book, said(text, { turn: index + 1 })).name,
    )
    expect(names).toEqual(['once-1', 'close', 'named'])
  })

  test('one that does not fit waits for its turn', () => {
    const book = new ReplyBook()
    book.addOnce({ when: 'bye', text: 'x' }, { name: 'bye' })
    book.addOnce('x', { name: 'next' })
    expect(serve(book, said('hello')).name).toBe('next')
    expect(book.unusedOnce.map((entry) => entry.name)).toEqual(['bye'])
    expect(serve(book, said('bye', { turn: 2 })).name).toBe('bye')
    expect(book.unusedOnce).toEqual([])
  })

  test('chains calls for one user input', () => {
    const book = new ReplyBook()
    book.addOnce({ call: { name: 'a' } }, { name: 'first' })
    book.addOnce({ call: { name: 'b' } }, { name: 'second' })
    book.addOnce('Done.', { name: 'third' })
    const ask = request([userText('go')])
    const names = [serve(book, ask), serve(book, ask), serve(book, ask)].map((one) => one.name)
    expect(names).toEqual(['first', 'second', 'third'])
  })
})

describe('then', () => {
  const order: Reply = {
    when: /order (?:number )?A1/i,
    call: { name: 'find_order' },
    then: ({ result: found }) => `It ships on ${found.day}.`,
  }

  test('answers the output of the call, before anything else', () => {
    const book = bookOf({ order, other: { text: 'x', priority: 100, when: { minTurn: 2 } } })
    const first = request([userText('Where is my order A1?')])
    expect(serve(book, first).name).toBe('order')
    book.addOnce('x')
    const context = [...first.context, functionCall('find_order', {}), functionOutput('{"day":"Monday"}')]
    const second = serve(book, request(context, { results: [result(first, 'find_order', { day: 'Monday' })] }))
    expect([second.name, second.why.rule]).toEqual(['order.then', 'then'])
    expect(second.reply).toBe(typeof order === 'object' && order.then)
  })

  test('follows a then that calls again', () => {
    const book = bookOf({ a: { call: { name: 'one' }, then: { call: { name: 'two' }, then: 'Done.' } } })
    const first = request([userText('go')])
    serve(book, first)
    const second = request(first.context, { results: [result(first, 'one', 'x')] })
    expect(serve(book, second).name).toBe('a.then')
    const third = request(first.context, { results: [result(second, 'two', 'y')] })
    expect(serve(book, third)).toMatchObject({ name: 'a.then.then', reply: 'Done.' })
  })

  test('answers again when an app asks after each of two outputs', () => {
    const book = bookOf({ a: { call: [{ name: 'one' }, { name: 'two' }], then: 'Done.' } })
    const first = request([userText('go')])
    serve(book, first)
    const names = ['one', 'two'].map((name) => serve(book, request(first.context, { results: [result(first, name, 'x')] })).name)
    expect(names).toEqual(['a.then', 'a.then'])
  })

  test('of a config that a function returned is noted by the runtime', () => {
    const book = bookOf({ llm: () => ({ call: { name: 'one' }, then: 'Done.' }) })
    const first = request([userText('go')])
    const selection = serve(book, first)
    book.noteThen(selection, factsOf(first), 'Done.')
    expect(serve(book, request(first.context, { results: [result(first, 'one', 'x')] })).name).toBe('llm.then')
  })

  test('is that of the last of several outputs', () => {
    const book = new ReplyBook()
    const first = request([userText('go')])
    const second = request([userText('go')])
    book.addOnce({ call: { name: 'one' }, then: 'x' }, { name: 'a' })
    book.addOnce({ call: { name: 'two' }, then: 'y' }, { name: 'b' })
    serve(book, first)
    serve(book, second)
    const results = [result(first, 'one', 'x'), result(second, 'two', 'y')]
    expect(serve(book, request(first.context, { results })).name).toBe('b.then')
  })

  test('belongs to its session', () => {
    const book = bookOf({ a: { call: { name: 'one' }, then: 'Done.' }, b: { text: 'x', priority: -1 } })
    const first = request([userText('go')])
    serve(book, first, 'sess_1')
    serve(book, first, 'sess_2')
    book.forgetSession('sess_2')
    const answered = { results: [result(first, 'one', 'x')] }
    expect(serve(book, request(first.context, answered), 'sess_1').name).toBe('a.then')
    expect(serve(book, request(first.context, answered), 'sess_2').name).not.toBe('a.then')
  })
})

describe('a reply with a call', () => {
  const call: Reply = { when: 'book', call: { name: 'check' } }

  test('is eligible once per user input', () => {
    const book = bookOf({ call, other: { text: 'x', priority: -1 } })
    const ask = request([userText('Book a table')])
    expect([serve(book, ask).name, serve(book, ask).name]).toEqual(['call', 'other'])
    expect(serve(book, request([...ask.context, userText('Book it again')])).name).toBe('call')
  })

  test('is eligible for the next user input even after another reply', () => {
    const book = bookOf({ call, other: { when: 'hello', text: 'x' } })
    const names = [
      serve(book, request([userText('Book')])),
      serve(book, said('hello', { turn: 2 })),
      serve(book, said('book', { turn: 2 })),
    ].map((one) => one.name)
    expect(names).toEqual(['call', 'other', 'call'])
  })

  test('may call each time out of band, where no conversation goes on', () => {
    const book = bookOf({ label: { when: { metadata: { a: 'b' } }, call: { name: 'classify' } } })
    const ask = request([userText('Hm')], { metadata: { a: 'b' } })
    const aside = { ...ask, outOfBand: true }
    expect([ask, aside, aside, ask].map((one) => serve(book, one).name)).toEqual(['label', 'label', 'label', ''])
  })

  test('tells what is missing when its output is answered by nothing', () => {
    const book = bookOf({ call })
    const ask = request([userText('Book a table')])
    serve(book, ask)
    const next = serve(book, request(ask.context, { results: [result(ask, 'check', 'x')] }))
    expect(rejection(next, 'call')).toMatch(/give it a `then`/)
  })

  test('of a function that the app does not offer is a finding', () => {
    const asked = said('book', { tools: [functionTool('chek')] })
    expect(selectReply(bookOf({ call }), asked).why.findings).toEqual([
      "reply 'call' calls check, which the app does not offer (offered: chek)",
    ])
    expect(selectReply(bookOf({ call }), said('book', { tools: [functionTool('check')] })).why.findings).toBeUndefined()
  })
})

describe('a filler while a function is at work', () => {
  test('is chosen by its instructions; the call is not made again, and its then still answers', () => {
    const book = bookOf({
      check: { when: 'book', call: { name: 'check_calendar', arguments: { day: 'Friday' } }, then: 'Friday is free.' },
      filler: { when: { instructions: /hold the line/i }, text: 'One moment please.' },
    })
    const first = request([userText('Book a table on Friday')], { instructions: 'You book tables.' })
    const context = [...first.context, functionCall('check_calendar', { day: 'Friday' })]
    const second = request(context, { instructions: 'Ask the caller to hold the line.' })
    const third = request([...context, assistantText('One moment please.'), functionOutput('"free"')], {
      instructions: 'You book tables.',
      results: [result(first, 'check_calendar', 'free')],
    })
    expect([serve(book, first).name, serve(book, second).name, serve(book, third).name]).toEqual([
      'check',
      'filler',
      'check.then',
    ])
  })
})

describe('out-of-band responses', () => {
  const mood: Reply = { when: { metadata: { topic: 'mood' } }, text: '{"mood":"angry"}' }
  const asked = request([userText('This is terrible')], { outOfBand: true, metadata: { topic: 'mood' } })

  test('take only replies that ask for them', () => {
    const book = bookOf({ chat: { when: { maxTurn: 1 }, text: 'Sorry to hear that.', priority: 100 }, mood })
    expect(serve(book, request([userText('This is terrible')])).name).toBe('chat')
    const selection = serve(book, asked)
    expect(selection.name).toBe('mood')
    expect(rejection(selection, 'chat')).toMatch(/out of band/)
  })

  test('are asked for by outOfBand too, which bars the reply from the conversation', () => {
    const book = bookOf({ aside: { when: { outOfBand: true }, text: 'x' } })
    expect(serve(book, asked).name).toBe('aside')
    expect(serve(book, request([userText('hi')])).name).toBe('')
  })

  test('and not by outOfBand: false beside metadata', () => {
    expect(serve(bookOf({ chat: { when: { outOfBand: false, metadata: { topic: 'mood' } }, text: 'x' } }), asked).name).toBe('')
  })

  test('use up no respondOnce, but one that asks for them', () => {
    const book = bookOf({ mood })
    book.addOnce('for the conversation', { name: 'next' })
    expect(serve(book, asked).name).toBe('mood')
    book.addOnce({ ...(mood as object), text: 'x' }, { name: 'once' })
    expect(serve(book, asked).name).toBe('once')
    expect(book.unusedOnce.map((entry) => entry.name)).toEqual(['next'])
  })
})

describe('words that were answered before', () => {
  test('select nothing again', () => {
    const book = bookOf({ greeting: { when: 'hello', text: 'Hi!' }, nudge: { when: { instructions: /still there/ }, text: 'x' } })
    const context = [userText('hello'), assistantText('Hi!')]
    expect(serve(book, request(context, { instructions: 'Ask if they are still there' })).name).toBe('nudge')
  })

  test('are hidden from predicates as well', () => {
    const book = bookOf({ greeting: { when: ({ text }) => text.includes('hello'), text: 'Hi!' } })
    expect(serve(book, request([userText('hello'), assistantText('Hi!')])).name).toBe('')
  })
})

describe('times', () => {
  test('bounds how often a reply is chosen', () => {
    const book = bookOf({ twice: { text: 'x', times: 2 }, then: { text: 'y', priority: -1 } })
    const names = [1, 2, 3].map((turn) => serve(book, said('?', { turn })).name)
    expect(names).toEqual(['twice', 'twice', 'then'])
  })
})

describe('what fits no reply', () => {
  const book = bookOf({ bye: { when: 'bye', text: 'x' } })

  test('is unmatched', () => {
    const { name, reply, why } = selectReply(book, said('hello'))
    expect([name, reply, why.rule]).toEqual(['', undefined, 'unmatched'])
  })

  test('gets the fallback where there is one', () => {
    const { name, reply, why } = selectReply(book, said('hello'), {
      unmatched: () => ({ name: 'fallback', reply: 'Pardon?', rule: 'fallback' }),
    })
    expect([name, reply, why.rule]).toEqual(['fallback', 'Pardon?', 'fallback'])
  })
})

test('a predicate that throws, or is asynchronous, is the error of its reply', () => {
  const throwing = bookOf({
    bad: {
      when: () => {
        throw new TypeError('no such field')
      },
      text: 'x',
    },
  })
  expect(() => selectReply(throwing, said('hello'))).toThrow("[RTK_REPLY] reply 'bad': its `when` threw TypeError: no such field")
  const late = bookOf({ late: { when: (async () => true) as never, text: 'x' } })
  expect(() => selectReply(late, said('hello'))).toThrow(/gave a Promise/)
})

test('choosing changes nothing', () => {
  const book = new ReplyBook()
  book.addOnce('x')
  const names = [1, 2, 3].map(() => selectReply(book, said('hello')).name)
  expect(names).toEqual(['once-1', 'once-1', 'once-1'])
})
