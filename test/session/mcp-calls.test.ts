// protocol.md 4.10 in the pure session: calls of MCP tools that need no approval.

import { describe, expect, test } from 'vitest'
import type { McpResult } from '../../src/session/inputs.ts'
import { answer, ask, broken, call, freely, listed, session } from './mcp-session.ts'
import { end, SessionDriver, shape, text, typesOf } from './session-driver.ts'

describe('a call without approval', () => {
  const upToCall = [
    'response.created',
    'response.output_item.added',
    'conversation.item.added',
    'response.mcp_call_arguments.delta',
    'response.mcp_call_arguments.done',
    'response.mcp_call.in_progress',
  ]

  test('runs within its response, which waits for it', () => {
    const driver = session(freely)
    expect(shape(ask(driver, call))).toEqual(upToCall)
    expect(driver.effectsOf('call-mcp-tool')).toMatchObject([
      { server: 'weather', name: 'forecast', arguments: '{"city":"Rome"}', itemId: expect.stringMatching(/^mcp_\w{21}$/) },
    ])
    expect(typesOf(answer(driver))).toEqual([
      'response.mcp_call.completed',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
    const item = { type: 'mcp_call', arguments: '{"city":"Rome"}', approval_request_id: null, output: 'Sunny', error: null }
    expect(driver.last('response.done').response).toMatchObject({ status: 'completed', output: [item] })
  })

  test('that fails has its error, and the response completes', () => {
    const driver = session(freely)
    ask(driver, call)
    expect(typesOf(answer(driver, broken)).slice(0, 2)).toEqual(['response.mcp_call.failed', 'conversation.item.done'])
    expect(driver.last('response.done').response).toMatchObject({
      status: 'completed',
      output: [{ output: null, error: { type: 'tool_execution_error', message: 'no wind' } }],
    })
  })

  test('what follows it comes when it is over, no closer together than planned', () => {
    const driver = session(freely, { latency: { createdMs: 0, firstTextMs: 0, textDeltaMs: 10, rateLimitsMs: 0 } })
    driver.client({ type: 'response.create' })
    driver.reply(call, text('It is sunny'), end)
    driver.advance(5000)
    expect(driver.sent('response.output_text.delta')).toEqual([])
    answer(driver)
    driver.advance(15)
    expect(driver.sent('response.output_text.delta').map(({ delta }) => delta)).toEqual(['It', ' is'])
    driver.advance(100)
    expect(driver.last('response.done').response.output.map(({ type }) => type)).toEqual(['mcp_call', 'message'])
  })

  test('its result weighs in the prompt of the next response', () => {
    const inputTokens = (result: McpResult): number => {
      const driver = session(freely)
      ask(driver, call)
      answer(driver, result)
      ask(driver, text('Yes'))
      return driver.last('response.done').response.usage?.input_tokens ?? 0
    }
    expect(inputTokens({ type: 'completed', output: 'abcd'.repeat(50) }) - inputTokens({ type: 'completed', output: '' })).toBe(
      50,
    )
  })

  test('its result is there for the next response, once', () => {
    const driver = session(freely)
    ask(driver, call)
    answer(driver)
    const { responseId } = driver.asked().request
    ask(driver, text('Sunny!'))
    expect(driver.asked().request.results).toEqual([
      { callId: expect.stringMatching(/^mcp_/), name: 'forecast', output: 'Sunny', callResponseId: responseId },
    ])
    ask(driver, text('Again'))
    expect(driver.asked().request.results).toEqual([])
  })

  test('cancelled while it runs: it fails, and a late result changes nothing', () => {
    const driver = session(freely)
    ask(driver, call)
    expect(typesOf(driver.client({ type: 'response.cancel' }))).toEqual([
      'response.mcp_call.failed',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
    expect(driver.last('conversation.item.done').item).toMatchObject({ output: null, error: { type: 'tool_execution_error' } })
    expect(driver.effectsOf('stop-mcp-call')).toEqual([
      { type: 'stop-mcp-call', itemId: driver.effectsOf('call-mcp-tool')[0]!.itemId },
    ])
    expect(answer(driver)).toEqual([])
  })

  test('cancelled while its arguments are written: they end where they are, and nothing runs', () => {
    const driver = session(freely, { latency: { createdMs: 0, firstTextMs: 0, textDeltaMs: 10, rateLimitsMs: 0 } })
    ask(driver, call)
    driver.advance(15)
    const before = driver.events.length
    driver.client({ type: 'response.cancel' })
    expect(typesOf(driver.events.slice(before, before + 3))).toEqual([
      'response.mcp_call_arguments.done',
      'conversation.item.done',
      'response.output_item.done',
    ])
    expect(driver.last('response.mcp_call_arguments.done').arguments).toMatch(/^\{"ci?t?y?/)
    expect(driver.effectsOf('call-mcp-tool')).toEqual([])
  })

  test('cut off by max_output_tokens: incomplete, and nothing runs', () => {
    const driver = session(freely)
    driver.client({ type: 'response.create', response: { max_output_tokens: 2 } })
    driver.reply(call, end)
    expect(driver.last('response.done').response).toMatchObject({
      status: 'incomplete',
      status_details: { reason: 'max_output_tokens' },
      output: [{ type: 'mcp_call', output: null, error: null }],
    })
    expect(driver.effectsOf('call-mcp-tool')).toEqual([])
  })

  test('out of band: the same ladder without the conversation', () => {
    const driver = session(freely)
    const before = driver.events.length
    driver.client({ type: 'response.create', response: { conversation: 'none' } })
    driver.reply(call, end)
    answer(driver)
    const types = typesOf(driver.events.slice(before))
    expect(types.filter((type) => type.startsWith('conversation.'))).toEqual([])
    expect(types).toEqual(expect.arrayContaining(['response.mcp_call.in_progress', 'response.mcp_call.completed']))
  })

  test('goes to the function of the app where both have the name, unless the server is named', () => {
    const driver = new SessionDriver()
    const own = { type: 'function', name: 'forecast' } as const
    driver.client({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools: [own, freely] } })
    listed(driver)
    ask(driver, call)
    expect(driver.last('response.done').response.output).toMatchObject([{ type: 'function_call' }])
    ask(driver, { ...call, server: 'weather' })
    answer(driver)
    expect(driver.last('response.done').response.output).toMatchObject([{ type: 'mcp_call' }])
  })
})
