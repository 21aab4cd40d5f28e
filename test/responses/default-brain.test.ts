import { describe, expect, test } from 'vitest'
import { defaultBrain } from '../../src/responses/default-brain.ts'
import { createTurn } from '../../src/responses/turn.ts'
import type { ReplyRequest } from '../../src/session/effects.ts'
import { assistantText, functionCall, functionOutput, functionTool, request, result, userAudio, userText } from './requests.ts'

const weather = functionTool('get_weather', 'Get the current weather for a city', {
  type: 'object',
  properties: { location: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  required: ['location'],
})
const order = functionTool('findOrder', 'Look up a parcel', {
  type: 'object',
  properties: { order_id: { type: 'string' } },
  required: ['order_id'],
})
const tools = [weather, order]

const answer = (asked: ReplyRequest) =>
  defaultBrain(
    asked,
    createTurn(asked, () => undefined, new AbortController().signal),
  )

describe('the default brain', () => {
  test.each<[string, unknown]>([
    ['What is the weather in Paris?', { name: 'get_weather', arguments: { location: 'Paris' } }],
    [
      'weather for New York in fahrenheit please',
      { name: 'get_weather', arguments: { location: 'New York', unit: 'fahrenheit' } },
    ],
    ['Which city is sunny?', { name: 'get_weather', arguments: { location: 'example' } }],
    ['Where is my order A17?', { name: 'findOrder', arguments: { order_id: 'A17' } }],
    ['I wait for two parcels', { name: 'findOrder', arguments: { order_id: 'example' } }],
  ])('calls the function that the user names: %s', (text, call) => {
    expect(answer(request([userText(text)], { tools }))).toEqual({ name: 'default-call', rule: 'default-brain', reply: { call } })
  })

  test('understands speech as well', () => {
    expect(answer(request([userAudio('item_1', 'How is the weather?')], { tools })).name).toBe('default-call')
  })

  test.each([
    ['a greeting', 'Hello there', {}],
    ['a word that any description has', 'I want to get a look at it', {}],
    ['no functions offered', 'What is the weather?', { tools: [] }],
    ['a tool choice of none', 'What is the weather?', { toolChoice: 'none' }],
    ['tools that are no functions', 'weather', { tools: [{ type: 'mcp', name: 'weather' }] }],
  ])('does not call for %s', (_, text, more) => {
    expect(answer(request([userText(text)], { tools, ...more })).name).not.toBe('default-call')
  })

  test('does not call again when the result is there', () => {
    const context = [userText('What is the weather in Paris?'), functionCall('get_weather', {}), functionOutput('{"temp":21}')]
    expect(answer(request(context, { tools })).name).toBe('question')
  })

  test('calls again when the user asks again', () => {
    const context = [
      userText('weather?'),
      functionCall('get_weather', {}),
      functionOutput('21'),
      assistantText('21.'),
      userText('The weather in Rome?'),
    ]
    expect(answer(request(context, { tools })).reply).toEqual({ call: { name: 'get_weather', arguments: { location: 'Rome' } } })
  })

  test('obeys a tool choice', () => {
    const ask = (toolChoice: unknown) => answer(request([userText('Hello')], { tools, toolChoice })).reply
    expect(ask('required')).toMatchObject({ call: { name: 'get_weather' } })
    expect(ask({ type: 'function', name: 'findOrder' })).toMatchObject({ call: { name: 'findOrder' } })
  })

  test('waits for the result of the call that it had to make', () => {
    const context = [userText('Hello'), functionCall('get_weather', {})]
    expect(answer(request(context, { tools, toolChoice: 'required' })).name).toBe('greeting')
  })

  test.each<[unknown, string]>([
    [
      { temp: 21, sky: 'clear', next_days: [{ maxTemp: 19 }, { maxTemp: 23 }] },
      'Here is what I found: temp 21, sky clear, next days max temp 19, max temp 23.',
    ],
    ['Sunny and warm.', 'Here is what I found: Sunny and warm.'],
    [true, 'Here is what I found: true.'],
    [null, 'That is done.'],
  ])('says what a function returned: %j', (output, sentence) => {
    const first = request([userText('weather?')])
    expect(answer(request(first.context, { tools, results: [result(first, 'get_weather', output)] }))).toMatchObject({
      name: 'default-result',
      reply: sentence,
    })
  })

  test('else answers as the smart examples do, out of band as well, and tells their scores', () => {
    const { name, reply, candidates } = answer(request([userText('Goodbye')]))
    expect([name, reply]).toEqual(['farewell', expect.objectContaining({ text: expect.stringContaining('Bye') })])
    expect(candidates?.map((one) => one.name)).toContain('fallback')
    expect(answer(request([userText('Goodbye')], { outOfBand: true })).name).toBe('farewell')
    expect(answer(request([])).name).toBe('fallback')
  })
})
