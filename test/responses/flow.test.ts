import { describe, expect, test } from 'vitest'
import { flow } from '../../src/responses/flow.ts'
import { createTurn } from '../../src/responses/turn.ts'
import { assistantText, request, userText } from './requests.ts'

const booking = flow(
  {
    ask: [
      { when: ['table', 'reservation'], reply: 'For how many?', to: 'seats' },
      { when: 'cancel', reply: 'Which one?', to: 'cancelling' },
    ],
    seats: [
      { when: /\b(?:\d+|two)\b/, reply: { call: { name: 'book' }, then: 'Done.' }, to: 'end' },
      { when: 'hm', reply: 'How many, please?' },
    ],
    cancelling: [{ reply: 'Cancelled.', to: 'end' }],
    end: [],
  },
  { opening: 'Welcome!' },
)

function say(reply: ReturnType<typeof flow>, ...texts: string[]) {
  const context = texts.flatMap((text) => [userText(text), assistantText('…')]).slice(0, -1)
  return reply(createTurn(request(context), () => undefined, new AbortController().signal))
}

describe('a flow', () => {
  test.each<[string[], unknown]>([
    [[], 'Welcome!'],
    [['A table please'], 'For how many?'],
    [['A table please', 'hm', 'hm'], 'How many, please?'],
    [['A table please', 'hm', 'for two'], { call: { name: 'book' }, then: 'Done.' }],
    [['cancel', 'the last one'], 'Cancelled.'],
  ])('%j', (texts, reply) => {
    expect(say(booking, ...texts)).toEqual(reply)
  })

  test('fails at a wrong turn, with the path and the difference', () => {
    expect(() => say(booking, 'A reservation', 'hm', 'What time is it?')).toThrowErrorMatchingInlineSnapshot(`
      [RealtimeKitError: [RTK_NO_MATCH] user turn 3 leaves the flow (- expected, + said)
          ask → seats  "A reservation"
          seats → seats  "hm"
        in state 'seats':
        - /\\b(?:\\d+|two)\\b/ → end
        - "hm"
        + "What time is it?"]
    `)
  })

  test('fails when the user goes on after the end', () => {
    expect(() => say(booking, 'cancel', 'all', 'and now?')).toThrowErrorMatchingInlineSnapshot(`
      [RealtimeKitError: [RTK_NO_MATCH] user turn 3 leaves the flow (- expected, + said)
          ask → cancelling  "cancel"
          cancelling → end  "all"
        in state 'end':
        - (the end: nothing more)
        + "and now?"]
    `)
  })

  test('needs an opening when the agent speaks first', () => {
    expect(() => say(flow({ a: [] }))).toThrow('[RTK_NO_MATCH] the flow has no `opening`')
  })
})

test.each<[string, Parameters<typeof flow>, string]>([
  [
    'a step to nowhere',
    [{ ask: [{ reply: 'x', to: 'seat' }], seats: [] }],
    "flow: step 1 of 'ask' leads to 'seat', which is no state. Did you mean 'seats'?",
  ],
  ['a state out of reach', [{ ask: [{ reply: 'x' }], seats: [] }], "flow: no step leads to 'seats'"],
  ['no states', [{}], 'flow: it has no states'],
  ['a start that is none', [{ ask: [] }, { start: 'begin' }], "it starts at 'begin', which is no state. There are ask."],
  ['a reply that is none', [{ ask: [{ reply: { txt: 'x' } as never }] }], "reply 'ask[0]': `txt` is no option."],
])('%s is refused where it is written', (_, given, message) => {
  expect(() => flow(...given)).toThrow(message)
})
