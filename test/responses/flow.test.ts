import { describe, expect, test } from 'vitest'
import type { FlowDefinition } from '../../src/api.ts'
import { FlowWalks } from '../../src/responses/flow.ts'
import { factsOf, request, result, userText } from './requests.ts'

const booking = {
  opening: 'Welcome!',
  states: {
    ask: [
      { says: ['table', 'reservation'], reply: 'For how many?', to: 'seats' },
      { says: 'cancel', reply: 'Which one?', to: 'cancelling' },
    ],
    seats: [
      { says: /\b(?<seats>\d+|two)\b/, reply: { call: { name: 'book' }, then: 'Done.' }, to: 'name' },
      { says: 'hm', reply: 'How many, please?' },
    ],
    name: [{ says: /name is (?<name>\w+)/, reply: ({ captured }) => `${captured.name}, ${captured.seats}.`, to: 'end' }],
    cancelling: [{ reply: 'Cancelled.', to: 'end' }],
  },
} satisfies FlowDefinition

/** Takes the user's turns one by one, each answered; the last step that was taken, or the error of the turn that left. */
function walk(definition: FlowDefinition, ...texts: string[]) {
  const flow = new FlowWalks('booking', definition)
  const context: ReturnType<typeof userText>[] = []
  let answer: ReturnType<FlowWalks['answer']>
  for (const text of texts) {
    if (text !== '') context.push(userText(text))
    const facts = factsOf(request(text === '' ? [] : context, { turn: context.length }))
    answer = flow.answer(facts)
    const problem = flow.wrongTurn(facts)
    if (problem) return { flow, problem, score: flow.judge(facts) }
    flow.advance(facts)
  }
  return { flow, reply: answer?.reply, captured: answer?.captured }
}

describe('a flow', () => {
  test.each<[string[], unknown]>([
    [[''], 'Welcome!'],
    [['A table please'], 'For how many?'],
    [['', 'A table please'], 'For how many?'],
    [['A table please', 'hm', 'hm'], 'How many, please?'],
    [['A table please', 'hm', 'for two'], { call: { name: 'book' }, then: 'Done.' }],
    [['cancel', 'the last one'], 'Cancelled.'],
  ])('%j', (texts, reply) => {
    expect(walk(booking, ...texts).reply).toEqual(reply)
  })

  test('keeps what patterns caught for later steps', () => {
    const { flow, captured } = walk(booking, 'a table', 'for two', 'my name is Ada')
    expect(captured).toEqual({ seats: 'two', name: 'Ada', 1: 'Ada' })
    expect(flow.path).toEqual([
      'ask → seats  says "a table"',
      'seats → name  says "for two"',
      'name → end  says "my name is Ada"',
    ])
    expect([flow.state, flow.finished]).toEqual(['end', true])
  })

  test('fails at a wrong turn, with the path, the difference and the nearest step', () => {
    expect(walk(booking, 'A reservation', 'hm', 'I want to cancel').problem).toMatchInlineSnapshot(`
      [RealtimeKitError: [RTK_FLOW] flow 'booking': turn 3 leaves it.
        path so far:
          ask → seats    says "A reservation"
          seats → seats  says "hm"
        in state 'seats' (- expected, + came):
          - says /\\b(?<seats>\\d+|two)\\b/ → name
          - says "hm" → seats
          + says "I want to cancel"
        It would fit in state 'ask': was a turn left out, or is one too many?]
    `)
    expect(walk(booking, 'Tables').problem?.message).toContain('Nearest: says "table" or "reservation".')
  })

  test('fails when the user goes on after the end', () => {
    const { problem } = walk(booking, 'cancel', 'all', 'and now?')
    expect(problem?.message).toContain('- (the end: nothing more)\n    + says "and now?"')
  })

  test('answers a retry of the app with the same words, and stays', () => {
    const flow = new FlowWalks('booking', booking)
    const facts = factsOf(request([userText('a table')]))
    flow.advance(facts)
    expect(flow.answer(facts)?.reply).toBe('For how many?')
    flow.advance(facts)
    expect(flow.path).toHaveLength(1)
  })

  test('takes keys and silence, each for what it is', () => {
    const menu: FlowDefinition = {
      states: {
        menu: [
          { keys: '1', reply: 'Sales.', to: 'end' },
          { keys: /^(?<order>\d+)#$/, reply: 'Order.', to: 'end' },
          { silence: true, reply: 'Are you there?' },
        ],
      },
    }
    const press = (keys: string | undefined) => {
      const flow = new FlowWalks('menu', menu)
      return flow.answer(factsOf(request(keys === undefined ? [] : [userText('x')]), keys === undefined ? {} : { keys }))
    }
    expect(press('1')?.reply).toBe('Sales.')
    expect(press('42#')).toMatchObject({ reply: 'Order.', captured: { order: '42' } })
    expect(press(undefined)?.reply).toBe('Are you there?')
    expect(press('9')).toBeUndefined()
  })

  test('goes on at an event of the app, and answers the next response', () => {
    const flow = new FlowWalks('order', {
      states: {
        start: [{ event: { type: 'session.update', session: { instructions: 'Sell.' } }, to: 'ready' }],
        ready: [{ event: 'input_audio_buffer.clear', reply: 'Cleared.', to: 'end' }],
      },
    })
    flow.noteEvent('sess_1', { type: 'session.update', session: { instructions: 'Wait.' } } as never)
    expect(flow.state).toBe('start')
    flow.noteEvent('sess_1', { type: 'session.update', session: { instructions: 'Sell.', voice: 'x' } } as never)
    flow.noteEvent('sess_1', { type: 'input_audio_buffer.clear' })
    const facts = factsOf(request([]))
    expect(flow.answer(facts)?.reply).toBe('Cleared.')
    flow.advance(facts)
    expect([flow.answer(facts), flow.path]).toEqual([
      undefined,
      ['start → ready  event session.update', 'ready → end  event input_audio_buffer.clear'],
    ])
  })

  test('keeps each session apart', () => {
    const flow = new FlowWalks('booking', booking)
    flow.advance(factsOf(request([userText('a table')]), {}, 'sess_a'))
    expect(flow.answer(factsOf(request([userText('cancel')]), {}, 'sess_b'))?.reply).toBe('Which one?')
  })

  test('leaves outputs of calls and out-of-band responses to others', () => {
    const flow = new FlowWalks('booking', booking)
    const asked = request([userText('a table')])
    expect(flow.judge(factsOf({ ...asked, outOfBand: true })).rejected).toBe('flow: the response is out of band')
    expect(flow.judge(factsOf({ ...asked, results: [result(asked, 'book', 'ok')] })).rejected).toContain('the output of book')
    expect(flow.wrongTurn(factsOf({ ...asked, outOfBand: true }))).toBeUndefined()
  })
})

describe('the end of a test', () => {
  test('tells of a conversation that stopped in the middle', () => {
    expect(walk(booking, 'a table').flow.problem()).toMatchInlineSnapshot(`
      [RealtimeKitError: [RTK_FLOW] flow 'booking' stopped in the middle, in state 'seats'.
        path so far:
          ask → seats  says "a table"
        it still waits for:
          - says /\\b(?<seats>\\d+|two)\\b/ → name
          - says "hm" → seats
      Play it to an end, or set \`unfinished: 'allow'\`.]
    `)
  })

  test('tells of one that never began, and is content otherwise', () => {
    expect(walk(booking).flow.problem()?.message).toContain("flow 'booking' never began. It waits for:")
    expect(walk(booking, 'cancel', 'all').flow.problem()).toBeUndefined()
    expect(walk({ ...booking, unfinished: 'allow' }, 'a table').flow.problem()).toBeUndefined()
    expect(walk({ states: { loop: [{ reply: 'Again.' }] } }, 'x').flow.problem()).toBeUndefined()
  })

  test('knows how much of the graph was walked', () => {
    const { flow } = walk(booking, 'cancel', 'all')
    expect(flow.coverage).toEqual({
      states: { visited: 3, all: 5 },
      steps: { taken: 2, all: 6 },
      missing: [
        'ask: says "table" or "reservation" → seats',
        'seats: says /\\b(?<seats>\\d+|two)\\b/ → name',
        'seats: says "hm"',
        'name: says /name is (?<name>\\w+)/ → end',
      ],
    })
    expect(flow.story).toContain(
      "Flow 'booking': 2 of 6 steps taken, 3 of 5 states visited.\n  path so far:\n    ask → cancelling",
    )
  })
})

test.each<[string, unknown, string]>([
  [
    'a step to nowhere',
    { states: { ask: [{ reply: 'x', to: 'seat' }], seats: [] } },
    "leads to 'seat', which is no state. Did you mean 'seats'?",
  ],
  ['a state out of reach', { states: { ask: [{ reply: 'x' }], seats: [] } }, "flow 'x': no step leads to 'seats'"],
  [
    'states that no way leads to an end from',
    {
      states: {
        ask: [
          { reply: 'x', to: 'end' },
          { keys: '1', reply: 'x', to: 'hold' },
        ],
        hold: [
          { says: 'y', reply: 'z' },
          { says: 'w', reply: 'z', to: 'music' },
        ],
        music: [{ reply: 'x', to: 'hold' }],
      },
    },
    "flow 'x': no end can be reached from 'hold', 'music'. Give a step there `to: 'end'`, or a way back",
  ],
  ['no states', { states: {} }, "flow 'x': it has no states"],
  [
    'a start that is none',
    { states: { ask: [] }, start: 'begin' },
    "it starts at 'begin', which is no state. There are ask, end.",
  ],
  ['a reply that is none', { states: { ask: [{ reply: { txt: 'x' } }] } }, "reply 'x.ask[0]': `txt` is no option."],
  ['a step without a reply', { states: { ask: [{ says: 'x' }] } }, '`ask[0].reply` must be a reply, got undefined'],
  ['two expectations in one', { states: { ask: [{ says: 'x', keys: '1', reply: 'y' }] } }, 'must be one of says and keys'],
  [
    'a step behind one that takes all',
    { states: { ask: [{ reply: 'x' }, { says: 'y', reply: 'z' }] } },
    'is never taken: anything comes before it',
  ],
  [
    'a phrase behind one that it has in it',
    {
      states: {
        ask: [
          { says: ['menu', 'card'], reply: 'x' },
          { says: 'The menu, please', reply: 'z' },
        ],
      },
    },
    'step 2 of \'ask\' (says "The menu, please") is never taken: says "menu" or "card" comes before it',
  ],
  [
    'an event that apps do not send',
    { states: { ask: [{ event: 'response.cancelled', reply: 'x' }] } },
    '`ask[0].event` must be the type of a client event, or an object with its type and fields, got "response.cancelled"\n  Did you mean \'response.cancel\'?',
  ],
  [
    'a start that is an end already',
    { states: { ask: [] } },
    "flow 'x': it starts at 'ask', which has no steps: nothing could ever happen. Give it a step, or an `opening`",
  ],
  ['an unknown field', { states: { ask: [{ when: 'x', reply: 'y' }] } }, '`when` is no option of `ask[0]`. Did you mean `says`?'],
  ['what is no flow', 'x', "flow 'x': must be a flow { states, start?, opening? }"],
])('%s is refused where it is written', (_, given, message) => {
  expect(() => new FlowWalks('x', given as never)).toThrow(message)
})
