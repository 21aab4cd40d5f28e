import { describe, expect, test } from 'vitest'
import { flowFromJson } from '../../src/responses/flow-json.ts'
import { planReply } from '../../src/responses/plan.ts'
import { ReplyBook } from '../../src/responses/reply-book.ts'
import { selectReply } from '../../src/responses/select.ts'
import { compileTemplate, replyFromJson } from '../../src/responses/templates.ts'
import { createTurn, withCaptured } from '../../src/responses/turn.ts'
import { factsOf, functionCall, functionOutput, request, said, userText } from './requests.ts'

const context = [
  userText('Weather?'),
  functionCall('get_weather', { city: 'Paris' }),
  functionOutput('{"temp":21,"days":["wet","dry"]}'),
]
const results = [{ callId: 'call_1', name: 'get_weather', output: '{"temp":21,"days":["wet","dry"]}' }]
const asked = request(context, { metadata: { topic: 'sky' }, instructions: 'Be brief.', results })
const turn = createTurn(asked, () => undefined, new AbortController().signal)
const filled = (source: string) => compileTemplate('one', source)(turn)

describe('a template', () => {
  test.each([
    ['You said {{user.text}}', 'You said Weather?'],
    ['{{ turn.number }}/{{metadata.topic}}/{{instructions}}', '1/sky/Be brief.'],
    ['{{call.get_weather.result.temp}} in {{call.get_weather.arguments.city}}', '21 in Paris'],
    ['{{result.temp}}', '21'],
    ['{{result.days.1}}', 'dry'],
    ['{{result.days}}', '["wet","dry"]'],
    ['{{user.keys | none}}', 'none'],
    ['{{user.transcript}} {{session.voice}}', 'Weather? marin'],
    ['{{captured.city | nowhere}}', 'nowhere'],
    ['{{result.wind|}}.', '.'],
    ['no { placeholder }', 'no { placeholder }'],
  ])('%s → %s', (source, text) => {
    expect(filled(source)).toBe(text)
  })

  test('tells what is there when a value is missing', () => {
    expect(() => filled('{{result.tmp}}')).toThrow(
      "[RTK_REPLY] reply 'one': {{result.tmp}} has no value, no `tmp` in `result` (there is temp, days). Did you mean `temp`?",
    )
    expect(() => filled('{{user.keys}}')).toThrow('Give it a default: {{user.keys | …}}')
    expect(() => filled('{{result.temp.low}}')).toThrow('no `low` in `result.temp` (it is 21)')
  })

  test('is refused at once when it names nothing that there is', () => {
    expect(() => compileTemplate('one', '{{usr.text}}')).toThrow('no such placeholder {{usr.text}}. Did you mean `user`?')
    expect(() => compileTemplate('one', '{{sky}}')).toThrow('They begin with user, turn')
    expect(() => compileTemplate('one', '{{user.name}}')).toThrow(
      'no such placeholder {{user.name}}. `user` has text, transcript, keys.',
    )
    expect(() => compileTemplate('one', 'Hi {{user.text}!')).toThrow('"{{user.text}!" is no placeholder. One is {{user.text}}.')
    expect(() => compileTemplate('one', '{{user.text.long}}')).toThrow('{{user.text.long}}. Nothing follows `user.text`.')
    expect(() => compileTemplate('one', '{{metadata.}}')).toThrow('{{metadata.}}. A name is missing beside a dot.')
    expect(() => filled('{{result.constructor}}')).toThrow('no `constructor` in `result`')
    expect(() => compileTemplate('one', '{{user}}')).toThrow('After `user.` comes text, transcript, keys.')
    expect(() => compileTemplate('one', '{{call.find.output}}')).toThrow('After `call.find.` comes result, arguments.')
    expect(() => compileTemplate('one', '{{instructions.a}}')).toThrow('Nothing follows `instructions`.')
  })
})

describe('a reply of a JSON config', () => {
  const choose = (json: unknown, text: string) => {
    const book = new ReplyBook()
    book.add('one', replyFromJson('one', json))
    return selectReply(book, said(text)).name
  }

  test('has patterns', () => {
    expect([
      choose({ when: '/^weather/i', text: 'x' }, 'Weather?'),
      choose({ when: '/^weather/i', text: 'x' }, 'The weather'),
    ]).toEqual(['one', ''])
    expect(choose({ when: { says: '/sky/' }, text: 'x' }, 'sky')).toBe('one')
    expect(choose({ when: { patterns: ['/sky/'], requirePattern: true }, text: 'x' }, 'SKY')).toBe('')
    expect(choose({ when: 'and/or', text: 'x' }, 'and or')).toBe('one')
    expect(choose({ when: { keywords: ['/and/or', 'sky'] }, text: 'x' }, 'sky')).toBe('one')
  })

  test('has no patterns among phrases, where they would be taken by the letter', () => {
    const inFlow = { states: { ask: [{ says: ['table', '/reserv\\w+/i'], reply: 'When?', to: 'end' }] } }
    expect(() => flowFromJson('booking', inFlow)).toThrow(
      "[RTK_REPLY] reply 'booking.ask[0]': \"/reserv\\\\w+/i\" is a pattern among phrases. A pattern stands alone: one step for each, or one '/table|reserv.*/i' for all.",
    )
    for (const field of ['keywords', 'excludedKeywords'])
      expect(() => replyFromJson('one', { when: { [field]: ['sky', '/clouds?/'] }, text: 'x' })).toThrow(
        '[RTK_REPLY] reply \'one\': "/clouds?/" is a pattern among phrases. Patterns belong into `says` or `patterns`.',
      )
  })

  test('has templates, in its then as well', () => {
    const reply = replyFromJson('one', { call: { name: 'f' }, then: '{{result.temp}} degrees' })
    expect(reply).toMatchObject({ then: { text: expect.any(Function) } })
    expect(replyFromJson('one', 'plain')).toBe('plain')
  })

  test('has templates in several texts and in its preamble', () => {
    const reply = replyFromJson('one', {
      preamble: 'You said {{user.text}}.',
      text: ['Plain.', 'Turn {{turn.number}}.'],
      call: { name: 'f', server: 'weather' },
    })
    if (typeof reply !== 'object' || typeof reply.text !== 'function' || typeof reply.preamble !== 'function') {
      throw new Error('templates are functions of the turn')
    }
    expect(reply.preamble(turn)).toBe('You said Weather?.')
    expect(reply.text(turn)).toEqual(['Plain.', 'Turn 1.'])
    expect(replyFromJson('one', { text: ['One', 'Two'], preamble: 'Well.' })).toEqual({ text: ['One', 'Two'], preamble: 'Well.' })
  })

  test('knows what its pattern catches, in text, arguments and then', () => {
    const json = {
      when: '/for (?<seats>\\d+) on (\\w+)/i',
      call: {
        name: 'book',
        arguments: { seats: '{{captured.seats}}', list: ['{{result.days.0 | none}}'], temp: '{{result.temp}}', n: 1 },
      },
      then: 'For {{captured.seats}} on {{captured.2}}.',
    }
    const book = new ReplyBook()
    book.add('book', replyFromJson('book', json))
    const facts = said('A table for 4 on Friday')
    const selection = selectReply(book, facts)
    expect(selection.captured).toEqual({ seats: '4', 1: '4', 2: 'Friday' })
    const planned = planReply('book', selection.reply, withCaptured(turn, selection.captured))
    expect(planned).toMatchObject({
      steps: [{ type: 'call', arguments: '{"seats":"4","list":["wet"],"temp":21,"n":1}' }, {}],
    })
    book.record(selection, facts)
    const then = selectReply(book, factsOf(request(context, { results: [{ ...results[0]!, callResponseId: facts.responseId }] })))
    expect(planReply('x', then.reply, withCaptured(turn, then.captured))).toMatchObject({
      steps: [{ text: 'For 4 on Friday.' }, {}],
    })
    expect(() => replyFromJson('one', { when: '/for (?<seats>\\d+)/', text: '{{captured.seat}}' })).toThrow(
      'Did you mean `seats`?',
    )
    expect(() => replyFromJson('one', { when: 'table', text: '{{captured.seats}}' })).toThrow(
      'no such placeholder {{captured.seats}}.',
    )
    expect(() => replyFromJson('one', { call: { name: 'f', arguments: { a: { b: '{{usr.text}}' } } } })).toThrow(
      'Did you mean `user`?',
    )
  })

  test('is checked as any other', () => {
    expect(() => replyFromJson('one', { txt: 'x' })).toThrow('Did you mean `text`?')
    expect(() => replyFromJson('one', { text: 'x', when: '/(/' })).toThrow('"/(/" is no valid regular expression')
    expect(() => replyFromJson('one', 5)).toThrow('must be a text, a config or a function')
  })
})
