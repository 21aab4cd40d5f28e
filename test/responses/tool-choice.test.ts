// What `tool_choice` and the offered tools do to the choice of a reply: who may not call is not chosen to, and what the real model
// would not do is a finding.

import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/api.ts'
import { defaultBrain } from '../../src/responses/default-brain.ts'
import { selectReply } from '../../src/responses/select.ts'
import { createTurn } from '../../src/responses/turn.ts'
import type { ReplyRequest } from '../../src/session/effects.ts'
import { bookOf, functionTool, request, said, userText } from './requests.ts'

const tools = [functionTool('get_weather', 'Tells the weather'), functionTool('get_time')]
const mcpTools = [
  { server: 'sky', name: 'forecast', description: 'Tells the forecast', parameters: {} },
  { server: 'sky', name: 'moon', parameters: {} },
]
const calls: Reply = { when: 'weather', call: { name: 'get_weather' } }
const speaks: Reply = { when: 'weather', text: 'Sunny.' }

function choose(replies: Record<string, Reply>, more: Partial<ReplyRequest>) {
  const { name, why } = selectReply(bookOf(replies), said('The weather?', { tools, mcpTools, ...more }))
  return { name, why }
}

describe("tool_choice 'none'", () => {
  test('a reply that calls is not eligible, and the table says why', () => {
    const { name, why } = choose({ calls, speaks }, { toolChoice: 'none' })
    expect(name).toBe('speaks')
    expect(why.candidates[0]).toMatchObject({ name: 'calls', rejected: expect.stringContaining("`tool_choice` is 'none'") })
  })

  test('nor is one in the queue: it stays for a response that may call', () => {
    const book = bookOf({ speaks })
    book.addOnce(calls)
    expect(selectReply(book, said('The weather?', { tools, toolChoice: 'none' })).name).toBe('speaks')
    expect(selectReply(book, said('The weather?', { tools })).name).toBe('once-1')
  })
})

describe('what the real model would not do is a finding', () => {
  const demanded = { type: 'function', name: 'get_time' }
  const ofServer = { type: 'mcp', server_label: 'sky' }
  test.each<[string, Reply, unknown, readonly string[] | undefined]>([
    ['speech where a call is required', speaks, 'required', ["reply 'one' calls nothing, but `tool_choice` is 'required'"]],
    ['a call where one is required', calls, 'required', undefined],
    ['another function than demanded', calls, demanded, ["reply 'one' does not call get_time, which `tool_choice` demands"]],
    ['the function demanded', { call: [{ name: 'get_weather' }, { name: 'get_time' }] }, demanded, undefined],
    ['no call of the server demanded', speaks, ofServer, ["reply 'one' does not call sky, which `tool_choice` demands"]],
    ['a call of the server demanded', { call: { name: 'moon', server: 'sky' } }, ofServer, undefined],
    [
      'another tool of the server',
      { call: { name: 'moon', server: 'sky' } },
      { ...ofServer, name: 'forecast' },
      ["reply 'one' does not call sky/forecast, which `tool_choice` demands"],
    ],
    [
      'a tool that a server has not',
      { call: { name: 'tide', server: 'sky' } },
      'auto',
      ["reply 'one' calls sky/tide, which the app does not offer (offered: get_weather, get_time, forecast, moon)"],
    ],
    ['a tool of a server, by its name alone', { call: { name: 'forecast' } }, 'auto', undefined],
  ])('%s', (_, one, toolChoice, findings) => {
    expect(choose({ one }, { toolChoice }).why.findings).toEqual(findings)
  })
})

describe('the default brain obeys', () => {
  const brain = (words: string, more: Partial<ReplyRequest>): unknown => {
    const asked = request([userText(words)], { tools, mcpTools, ...more })
    const { reply } = defaultBrain(
      asked,
      createTurn(asked, () => undefined, new AbortController().signal),
    )
    return typeof reply === 'object' && !('then' in reply) && reply.call ? reply.call : 'speaks'
  }

  test.each<[string, unknown, unknown]>([
    ['What is the forecast?', 'auto', { name: 'forecast', server: 'sky' }],
    ['What is the forecast?', 'none', 'speaks'],
    ['Hello', 'auto', 'speaks'],
    ['Hello', 'required', { name: 'get_weather' }],
    ['Hello', { type: 'function', name: 'get_time' }, { name: 'get_time' }],
    ['Hello', { type: 'mcp', server_label: 'sky' }, { name: 'forecast', server: 'sky' }],
    ['Hello', { type: 'mcp', server_label: 'sky', name: 'moon' }, { name: 'moon', server: 'sky' }],
    ['Hello', { type: 'mcp', server_label: 'sea' }, 'speaks'],
  ])('"%s" with %j', (words, toolChoice, expected) => {
    const call = brain(words, { toolChoice })
    if (typeof expected === 'string') expect(call).toBe(expected)
    else expect(call).toMatchObject(expected as object)
  })

  test('a tool that was called for these words is not called again, whatever the app said to it', () => {
    expect(brain('What is the forecast?', { calledSinceUser: ['forecast'] })).toBe('speaks')
  })
})
