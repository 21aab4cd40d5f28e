// A session with an MCP server, for tests of the pure core: its tools, and what the server answers.

import type { McpTool } from '../../src/protocol/session-fields.ts'
import type { McpResult, ReplyPiece } from '../../src/session/inputs.ts'
import type { ListedTool } from '../../src/session/mcp-tools.ts'
import { type DriverOptions, end, SessionDriver } from './session-driver.ts'

export const tool = (name: string, readOnly?: boolean): ListedTool => ({
  name,
  description: `Does ${name}`,
  input_schema: { type: 'object' },
  ...(readOnly !== undefined && { annotations: { readOnlyHint: readOnly } }),
})
export const tools = [tool('forecast', true), tool('alarm', false), tool('plain')]
export const weather: McpTool = { type: 'mcp', server_label: 'weather', server_url: 'https://weather.test/mcp' }
export const freely: McpTool = { ...weather, require_approval: 'never' }
export const done: McpResult = { type: 'completed', output: 'Sunny' }
export const broken: McpResult = { type: 'failed', error: { type: 'tool_execution_error', message: 'no wind' } }
export const call: Extract<ReplyPiece, { type: 'call' }> = { type: 'call', name: 'forecast', arguments: '{"city":"Rome"}' }

export function update(driver: SessionDriver, ...list: McpTool[]) {
  return driver.client({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], tools: list } })
}

export function listed(driver: SessionDriver, all: readonly ListedTool[] = tools) {
  const { itemId } = driver.effectsOf('list-mcp-tools').at(-1)!
  return driver.input({ type: 'mcp-tools', itemId, result: { type: 'listed', tools: all } })
}

/** A session whose server has been listed. */
export function session(definition: McpTool, options: DriverOptions = {}): SessionDriver {
  const driver = new SessionDriver(options)
  update(driver, definition)
  listed(driver)
  return driver
}

export function ask(driver: SessionDriver, ...pieces: ReplyPiece[]) {
  const before = driver.events.length
  driver.client({ type: 'response.create' })
  driver.reply(...pieces, end)
  return driver.events.slice(before)
}

export function answer(driver: SessionDriver, result: McpResult = done) {
  const { itemId } = driver.effectsOf('call-mcp-tool').at(-1)!
  return driver.input({ type: 'mcp-result', itemId, result })
}

export function approve(driver: SessionDriver, yes = true) {
  const request = driver.sent('conversation.item.done').find(({ item }) => item.type === 'mcp_approval_request')!
  const item = { type: 'mcp_approval_response', approval_request_id: request.item.id, approve: yes } as const
  return driver.client({ type: 'conversation.item.create', item })
}
