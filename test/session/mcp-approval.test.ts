// protocol.md 4.10 in the pure session: calls that the app approves or denies, and who asks for the answer.

import { describe, expect, test } from 'vitest'
import { answer, approve, ask, call, freely, session, weather } from './mcp-session.ts'
import { end, shape, text, typesOf } from './session-driver.ts'

describe('a call with approval', () => {
  test('asks instead, and the response is over', () => {
    const driver = session(weather)
    expect(shape(ask(driver, call))).toEqual([
      'response.created',
      'response.mcp_call_arguments.delta',
      'response.mcp_call_arguments.done',
      'response.output_item.added',
      'conversation.item.added',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
    expect(driver.last('response.done').response.output).toEqual([
      {
        id: expect.stringMatching(/^mcpr_\w{21}$/),
        type: 'mcp_approval_request',
        server_label: 'weather',
        name: 'forecast',
        arguments: '{"city":"Rome"}',
      },
    ])
    expect(driver.effectsOf('call-mcp-tool')).toEqual([])
  })

  test('approved, it runs outside of any response, under the id of its arguments', () => {
    const driver = session(weather)
    ask(driver, call)
    const { item_id: id } = driver.last('response.mcp_call_arguments.done')
    expect(typesOf(approve(driver))).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.added',
      'response.mcp_call.in_progress',
    ])
    expect(typesOf(answer(driver))).toEqual(['response.mcp_call.completed', 'conversation.item.done'])
    const [request] = driver.last('response.done').response.output
    expect(driver.last('conversation.item.done').item).toMatchObject({ id, approval_request_id: request?.id, output: 'Sunny' })
    ask(driver, text('Sunny!'))
    expect(driver.asked().request.results).toMatchObject([{ name: 'forecast', output: 'Sunny' }])
  })

  test('a response that is asked for while it runs waits for the result', () => {
    const driver = session(weather)
    ask(driver, call)
    approve(driver)
    const asked = driver.effectsOf('ask-reply').length
    expect(typesOf(driver.client({ type: 'response.create' }))).toEqual(['response.created'])
    expect(driver.effectsOf('ask-reply')).toHaveLength(asked)
    answer(driver)
    expect(driver.asked().request.results).toMatchObject([{ name: 'forecast', output: 'Sunny' }])
  })

  test('a response that is asked for while it runs, and created when it is over, has the result', () => {
    const driver = session(weather, { latency: { createdMs: 10, firstTextMs: 0, textDeltaMs: 0, rateLimitsMs: 0 } })
    driver.client({ type: 'response.create' })
    driver.advance(10)
    driver.reply(call, end)
    approve(driver)
    const asked = driver.effectsOf('ask-reply').length
    driver.client({ type: 'response.create' })
    answer(driver)
    expect(driver.effectsOf('ask-reply')).toHaveLength(asked)
    driver.advance(10)
    expect(driver.effectsOf('ask-reply')).toHaveLength(asked + 1)
    expect(driver.asked().request.results).toMatchObject([{ name: 'forecast', output: 'Sunny' }])
  })

  test('a response that is cancelled while it waits was never asked for', () => {
    const driver = session(weather)
    ask(driver, call)
    approve(driver)
    const asked = driver.effectsOf('ask-reply').length
    driver.client({ type: 'response.create' })
    expect(typesOf(driver.client({ type: 'response.cancel' }))).toEqual(['response.done', 'rate_limits.updated'])
    answer(driver)
    expect(driver.effectsOf('ask-reply')).toHaveLength(asked)
    expect(driver.effectsOf('stop-reply')).toEqual([])
  })

  test('denied, it never runs, and the next response has no result', () => {
    const driver = session(weather)
    ask(driver, call)
    expect(typesOf(approve(driver, false))).toEqual(['conversation.item.added', 'conversation.item.done'])
    expect(driver.effectsOf('call-mcp-tool')).toEqual([])
    ask(driver, text('As you wish.'))
    expect(driver.asked().request.results).toEqual([])
  })

  test('answered twice, or for no request: an error', () => {
    const driver = session(weather)
    ask(driver, call)
    approve(driver)
    const { error } = { error: approve(driver)[0] }
    expect(error).toMatchObject({ type: 'error', error: { code: 'invalid_value', param: 'item.approval_request_id' } })
    expect(driver.effectsOf('call-mcp-tool')).toHaveLength(1)
  })
})

describe('behavior.mcpFollowUp: the service answers by itself', () => {
  test('after a call in a response', () => {
    const driver = session(freely, { behavior: { mcpFollowUp: true } })
    ask(driver, call)
    answer(driver)
    driver.advance(0)
    expect(driver.asked().request).toMatchObject({ askedBy: 'mcp', results: [{ output: 'Sunny' }] })
  })

  test('after an approved call', () => {
    const driver = session(weather, { behavior: { mcpFollowUp: true } })
    ask(driver, call)
    driver.advance(0)
    expect(driver.sent('response.created')).toHaveLength(1)
    approve(driver)
    answer(driver)
    driver.advance(0)
    expect(driver.asked().request).toMatchObject({ askedBy: 'mcp', results: [{ output: 'Sunny' }] })
  })
})
