// protocol.md 4.10 in the pure session: lists of tools, and what their filters say. Calls: mcp-calls.test.ts, mcp-approval.test.ts.

import { describe, expect, test } from 'vitest'
import type { McpTool } from '../../src/protocol/session-fields.ts'
import { allowedTools, needsApproval } from '../../src/session/mcp-tools.ts'
import { listed, session, tools, update, weather } from './mcp-session.ts'
import { SessionDriver, typesOf } from './session-driver.ts'

describe('tools are listed', () => {
  test('after session.updated, with what the server has', () => {
    const driver = new SessionDriver()
    expect(typesOf(update(driver, weather))).toEqual(['session.updated', 'conversation.item.added', 'mcp_list_tools.in_progress'])
    expect(driver.last('conversation.item.added').item).toMatchObject({
      id: expect.stringMatching(/^mcpl_\w{21}$/),
      type: 'mcp_list_tools',
      server_label: 'weather',
      tools: [],
    })
    expect(typesOf(listed(driver))).toEqual(['mcp_list_tools.completed', 'conversation.item.done'])
    expect(driver.last('conversation.item.done').item).toMatchObject({ tools })
  })

  test('once for each definition: again only when it changes, or after it was gone', () => {
    const driver = session(weather)
    const count = (): number => driver.effectsOf('list-mcp-tools').length
    update(driver, weather)
    update(driver, { ...weather, authorization: 'another' })
    expect(count()).toBe(1)
    update(driver, { ...weather, allowed_tools: ['alarm'] })
    expect(count()).toBe(2)
    expect(listed(driver).at(-1)).toMatchObject({ item: { tools: [{ name: 'alarm' }] } })
    update(driver)
    update(driver, weather)
    expect(count()).toBe(3)
  })

  test('also when the session names others by the time it answers', () => {
    const driver = new SessionDriver()
    update(driver, weather)
    update(driver)
    expect(typesOf(listed(driver))).toEqual(['mcp_list_tools.completed', 'conversation.item.done'])
  })

  test('the token of a server is never told', () => {
    const driver = new SessionDriver()
    update(driver, { ...weather, authorization: 'secret' })
    expect(driver.last('session.updated').session).toMatchObject({ tools: [weather] })
    expect(JSON.stringify(driver.events)).not.toContain('secret')
  })

  test('a list that fails says no more, and is tried again by the next update', () => {
    const driver = new SessionDriver()
    update(driver, weather)
    const { itemId } = driver.effectsOf('list-mcp-tools')[0]!
    expect(typesOf(driver.input({ type: 'mcp-tools', itemId, result: { type: 'failed' } }))).toEqual(['mcp_list_tools.failed'])
    update(driver, weather)
    expect(driver.effectsOf('list-mcp-tools')).toHaveLength(2)
  })

  test('for one response only, before its reply is asked for', () => {
    const driver = new SessionDriver()
    driver.client({ type: 'response.create', response: { output_modalities: ['text'], tools: [weather] } })
    expect(driver.effectsOf('ask-reply')).toEqual([])
    listed(driver)
    expect(driver.asked().request.mcpTools.map(({ server, name }) => [server, name])).toEqual([
      ['weather', 'forecast'],
      ['weather', 'alarm'],
      ['weather', 'plain'],
    ])
  })

  test('for one response only, listed before it is even created', () => {
    const driver = new SessionDriver({ latency: { createdMs: 10 } })
    driver.client({ type: 'response.create', response: { output_modalities: ['text'], tools: [weather] } })
    listed(driver)
    expect(driver.effectsOf('ask-reply')).toEqual([])
    driver.advance(10)
    expect(driver.effectsOf('ask-reply')).toHaveLength(1)
    expect(driver.asked().request.mcpTools.map(({ name }) => name)).toEqual(['forecast', 'alarm', 'plain'])
  })
})

test.each<[string, McpTool['allowed_tools'], string[]]>([
  ['nothing', undefined, ['forecast', 'alarm', 'plain']],
  ['null', null, ['forecast', 'alarm', 'plain']],
  ['a list', ['alarm', 'other'], ['alarm']],
  ['an empty list', [], []],
  ['names', { tool_names: ['plain'] }, ['plain']],
  ['what only reads', { read_only: true }, ['forecast']],
  ['what does not only read', { read_only: false }, ['alarm', 'plain']],
  ['both', { tool_names: ['alarm', 'forecast'], read_only: true }, ['forecast']],
])('allowed_tools: %s', (_, allowed_tools, names) => {
  const definition = { ...weather, ...(allowed_tools === undefined ? {} : { allowed_tools }) }
  expect(allowedTools(definition, tools).map(({ name }) => name)).toEqual(names)
})

test.each<[string, McpTool['require_approval'], string[]]>([
  ['nothing', undefined, ['forecast', 'alarm', 'plain']],
  ['null', null, ['forecast', 'alarm', 'plain']],
  ['always', 'always', ['forecast', 'alarm', 'plain']],
  ['never', 'never', []],
  ['never for names', { never: { tool_names: ['alarm'] } }, ['forecast', 'plain']],
  ['never for what only reads', { never: { read_only: true } }, ['alarm', 'plain']],
  ['both filters', { always: { tool_names: ['alarm'] }, never: { tool_names: ['plain'] } }, ['forecast', 'alarm']],
])('require_approval: %s', (_, require_approval, names) => {
  const definition = { ...weather, ...(require_approval === undefined ? {} : { require_approval }) }
  expect(tools.filter((one) => needsApproval(definition, one)).map(({ name }) => name)).toEqual(names)
})
