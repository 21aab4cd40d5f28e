import { describe, expect, test } from 'vitest'
import type { Item } from '../../src/protocol/items.ts'
import { selectionFacts } from '../../src/responses/selection-facts.ts'
import { createTurn, keysIn } from '../../src/responses/turn.ts'
import { assistantText, functionCall, functionOutput, functionTool, request, userAudio, userText } from './requests.ts'

const { signal } = new AbortController()
const silent = () => undefined

test('a turn has all that a reply may depend on', () => {
  const context = [
    userText('What is the weather?'),
    functionCall('get_weather', { city: 'Paris' }),
    functionOutput('{"temp":21}'),
    functionCall('get_time', {}, 'call_2'),
  ]
  const asked = request(context, {
    metadata: { topic: 'sky' },
    instructions: 'Be brief.',
    tools: [functionTool('get_weather', 'The weather'), { type: 'mcp' }],
    results: [{ callId: 'call_1', name: 'get_weather', output: '{"temp":21}', callResponseId: 'resp_1' }],
  })
  expect(createTurn(asked, silent, signal)).toEqual({
    number: 1,
    text: 'What is the weather?',
    result: { temp: 21 },
    captured: {},
    metadata: { topic: 'sky' },
    instructions: 'Be brief.',
    tools: [{ type: 'function', name: 'get_weather', description: 'The weather' }],
    mcpTools: [],
    toolChoice: 'auto',
    modalities: ['text'],
    session: { id: '', model: '', voice: 'marin' },
    items: context,
    conversation: [{ role: 'user', text: 'What is the weather?' }],
    calls: [
      { name: 'get_weather', arguments: { city: 'Paris' }, result: { temp: 21 } },
      { name: 'get_time', arguments: {} },
    ],
    signal,
  })
})

describe('what the user said', () => {
  test('aloud comes from who knows it, whatever was transcribed', () => {
    const asked = request([userAudio('item_a', 'a tale for two')])
    expect(createTurn(asked, (id) => (id === 'item_a' ? 'A table for two' : undefined), signal).text).toBe('A table for two')
    expect(createTurn(asked, silent, signal).text).toBe('a tale for two')
    expect(createTurn(request([userAudio('item_b')]), silent, signal).text).toBe('')
  })

  test('stays known after it was answered, but selects no more', () => {
    const asked = request([userText('Book a table'), assistantText('One moment.')])
    const turn = createTurn(asked, silent, signal)
    expect([turn.text, selectionFacts('s', asked, turn).text, selectionFacts('s', asked, turn).turn.text]).toEqual([
      'Book a table',
      '',
      '',
    ])
  })

  test('is nothing where nobody spoke', () => {
    expect(createTurn(request([]), silent, signal)).toMatchObject({ number: 0, text: '', conversation: [] })
  })
})

test('what grows with the conversation is not looked at until somebody asks', () => {
  let looks = 0
  const items = [userText('Book a table'), assistantText('One moment.'), userText('For two')]
  const { context: _, ...rest } = request(items)
  const asked = {
    ...rest,
    get context() {
      looks++
      return items
    },
  }
  const turn = createTurn(asked, silent, signal)
  expect([turn.text, selectionFacts('s', asked, turn).text, looks]).toEqual(['For two', 'For two', 0])
  expect([turn.conversation.length, turn.conversation.length, looks]).toEqual([3, 3, 1])
})

test('a turn that was answered already looks at nothing either', () => {
  const items = [userText('Book a table'), assistantText('One moment.')]
  const asked = Object.defineProperty(request(items), 'context', { get: () => expect.unreachable() })
  const { turn } = selectionFacts('s', asked, createTurn(asked, silent, signal))
  expect([turn.text, turn.number, Object.keys(turn)]).toEqual(['', 1, expect.arrayContaining(['text', 'conversation', 'calls'])])
})

test('a result that is no JSON is the text', () => {
  const asked = request([], { results: [{ callId: 'c', name: 'f', output: 'rainy' }] })
  expect(createTurn(asked, silent, signal).result).toBe('rainy')
})

describe('keys', () => {
  test.each([
    ['1', '1'],
    ['42#', '42#'],
    [' 0 ', '0'],
    ['The caller pressed 1.', '1'],
    ['DTMF: *9', '*9'],
    ['Pressed key "5"', '5'],
    ['User entered digits 1234', '1234'],
    ['I pressed the button', undefined],
    ['A table for 2', undefined],
    ['press one', undefined],
    ['pressed 1st', undefined],
  ])('in %j are %j', (text, keys) => {
    expect(keysIn(text)).toBe(keys)
  })

  test('come from the runtime, else from a typed item, never from speech', () => {
    expect(createTurn(request([userText('x')]), silent, signal, { keys: '1' }).keys).toBe('1')
    expect(createTurn(request([userText('The caller pressed 2')]), silent, signal).keys).toBe('2')
    const both = {
      ...userAudio('item_b'),
      content: [
        { type: 'input_audio', transcript: null },
        { type: 'input_text', text: '2' },
      ],
    } as Item
    expect(createTurn(request([both]), silent, signal)).not.toHaveProperty('keys')
    expect(createTurn(request([userAudio('item_a', 'I pressed 2')]), silent, signal)).not.toHaveProperty('keys')
  })
})
