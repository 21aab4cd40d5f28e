// MCP servers of a session: their lists of tools, the calls that wait for approval, and those that run once approved.
// Calls within a response are response-mcp.ts. An approved call runs outside of any response: clients (agents-js, OpenAI's own
// examples) ask for the next response only when it is complete, and take no `response.done` in between. [U]

import type { McpCallItem, McpItem, McpListToolsItem } from '../protocol/items.ts'
import type { McpTool, Tool } from '../protocol/session-fields.ts'
import type { ActiveResponse } from './active-response.ts'
import { type Conversation, changeEntry, findEntry, insertItem } from './conversation.ts'
import type { McpToolOffer } from './effects.ts'
import type { McpResult, McpToolsResult } from './inputs.ts'
import { allowedTools, definitionKey, isMcpTool, type ListedTool } from './mcp-tools.ts'
import { type Outbox, push, send } from './outbox.ts'
import type { SessionState } from './state.ts'
import { timerName } from './timers.ts'

/** The tools of one server, as one definition of it allows them; `tools` is undefined until they are listed. */
export interface ToolList {
  readonly itemId: string
  readonly definition: McpTool
  readonly tools: readonly ListedTool[] | undefined
  readonly failed: boolean
}

/** A call as the model made it. */
export interface McpCall {
  /** `mcp_…`: of the item, and of its arguments. */
  readonly id: string
  readonly server: string
  readonly name: string
  readonly arguments: string
  readonly responseId: string
  readonly outputIndex: number
  readonly outOfBand: boolean
}

export interface McpState {
  /** By definition. */
  readonly lists: ReadonlyMap<string, ToolList>
  /** Calls that wait for approval, by the id of the request. */
  readonly approvals: ReadonlyMap<string, McpCall>
  /** Approved calls at work, by their id, with the id of the request. */
  readonly runs: ReadonlyMap<string, McpCall & { readonly requestId: string }>
}

export const noMcp: McpState = { lists: new Map(), approvals: new Map(), runs: new Map() }

// ---- lists

/** Lists the tools of servers that are new, changed, or could not be reached the last time. */
export function listServers(state: SessionState, tools: readonly Tool[], out: Outbox): SessionState {
  let next = state
  for (const definition of tools.filter(isMcpTool)) {
    const known = next.mcp.lists.get(definitionKey(definition))
    if (!known || known.failed) next = beginList(next, definition, out)
  }
  return next
}

/** Forgets the lists of servers that the session does not name any more: named again, they are listed again. Each is ended first. */
export function keepListed(state: SessionState, tools: readonly Tool[]): SessionState {
  const { lists } = state.mcp
  if (lists.size === 0) return state
  const named = new Set(tools.filter(isMcpTool).map(definitionKey))
  return withMcp(state, { lists: new Map([...lists].filter(([key, list]) => named.has(key) || !list.tools)) })
}

/** The answer to `list-mcp-tools`. A list that failed gets no `conversation.item.done`. */
export function endList(state: SessionState, itemId: string, result: McpToolsResult, out: Outbox): SessionState {
  const found = [...state.mcp.lists].find(([, list]) => list.itemId === itemId)
  if (!found) return state
  const [key, list] = found
  if (result.type === 'failed') {
    send(out, { type: 'mcp_list_tools.failed', item_id: itemId })
    return withMcp(state, { lists: new Map(state.mcp.lists).set(key, { ...list, tools: [], failed: true }) })
  }
  const tools = allowedTools(list.definition, result.tools)
  const item = { id: itemId, type: 'mcp_list_tools', server_label: list.definition.server_label, tools } as const
  send(out, { type: 'mcp_list_tools.completed', item_id: itemId })
  const conversation = finishEntry(state.conversation, item, out)
  return withMcp({ ...state, conversation }, { lists: new Map(state.mcp.lists).set(key, { ...list, tools }) })
}

/** The tools of servers that a response offers, in the order of its `tools`. */
export function offeredTools(state: SessionState, tools: readonly Tool[]): McpToolOffer[] {
  return tools.filter(isMcpTool).flatMap((definition) => {
    const listed = state.mcp.lists.get(definitionKey(definition))?.tools ?? []
    return listed.map(({ name, description, input_schema }) => ({
      server: definition.server_label,
      name,
      ...(description ? { description } : {}),
      parameters: input_schema,
    }))
  })
}

function beginList(state: SessionState, definition: McpTool, out: Outbox): SessionState {
  const { server_label } = definition
  const item: McpListToolsItem = { id: out.ids.id('mcpl'), type: 'mcp_list_tools', server_label, tools: [] }
  const list: ToolList = { itemId: item.id, definition, tools: undefined, failed: false }
  const { conversation, responseCount } = state
  const previousId = conversation.lastId
  const added = insertItem(conversation, { item, audio: undefined, responseId: undefined, responseCount }, previousId)
  send(out, { type: 'conversation.item.added', previous_item_id: previousId, item })
  send(out, { type: 'mcp_list_tools.in_progress', item_id: item.id })
  push(out, { type: 'list-mcp-tools', itemId: item.id, server: server_label })
  const lists = new Map(state.mcp.lists).set(definitionKey(definition), list)
  return withMcp({ ...state, conversation: added }, { lists })
}

// ---- approved calls

/** The model asked for a call that needs approval: it waits under the id of its request. */
export function awaitApproval(state: SessionState, requestId: string, call: McpCall): SessionState {
  return withMcp(state, { approvals: new Map(state.mcp.approvals).set(requestId, call) })
}

/** The client has answered a request: approved calls run, others are dropped. */
export function answerApproval(state: SessionState, requestId: string, approve: boolean, out: Outbox): SessionState {
  const call = state.mcp.approvals.get(requestId)
  if (!call) return state
  const approvals = new Map(state.mcp.approvals)
  approvals.delete(requestId)
  const decided = withMcp(state, { approvals })
  return approve ? beginRun(decided, { ...call, requestId }, out) : decided
}

function beginRun(state: SessionState, call: McpCall & { readonly requestId: string }, out: Outbox): SessionState {
  const next = call.outOfBand ? state : addCallItem(state, call, out)
  send(out, { type: 'response.mcp_call.in_progress', output_index: call.outputIndex, item_id: call.id })
  push(out, { type: 'call-mcp-tool', itemId: call.id, server: call.server, name: call.name, arguments: call.arguments })
  return withMcp(next, { runs: new Map(state.mcp.runs).set(call.id, call) })
}

function addCallItem(state: SessionState, call: McpCall & { readonly requestId: string }, out: Outbox): SessionState {
  const { conversation, responseCount } = state
  const previousId = conversation.lastId
  const item = mcpCallItem(call, call.requestId)
  send(out, { type: 'conversation.item.added', previous_item_id: previousId, item })
  const entry = { item, audio: undefined, responseId: call.responseId, responseCount }
  return { ...state, conversation: insertItem(conversation, entry, previousId) }
}

/** The result of an approved call; undefined when none of that id runs. */
export function endRun(state: SessionState, itemId: string, result: McpResult, out: Outbox): SessionState | undefined {
  const call = state.mcp.runs.get(itemId)
  if (!call) return undefined
  const runs = new Map(state.mcp.runs)
  runs.delete(itemId)
  send(out, { type: outcomeType(result), output_index: call.outputIndex, item_id: itemId })
  const item = mcpCallItem(call, call.requestId, result)
  const ended = withMcp({ ...state, conversation: finishEntry(state.conversation, item, out) }, { runs })
  if (runs.size === 0 && !call.outOfBand) followUp(state, out)
  return ended
}

/** Where the service goes on by itself after a call, it does so in a moment: when what runs now has ended. */
export function followUp(state: SessionState, out: Outbox): void {
  if (!state.settings.behavior.mcpFollowUp) return
  push(out, { type: 'schedule', timer: timerName.followUp, atMs: out.nowMs, deadline: 'service' })
}

/** Whether a response must wait before its reply can be chosen: its tools are being listed, or an approved call runs. */
export function isAtWork({ mcp }: SessionState, response: Pick<ActiveResponse, 'settings' | 'outOfBand'>): boolean {
  if (!response.outOfBand && mcp.runs.size > 0) return true
  return mcp.lists.size > 0 && response.settings.tools.some((tool) => isMcpTool(tool) && isBeingListed(mcp, tool))
}

function isBeingListed({ lists }: McpState, definition: McpTool): boolean {
  const list = lists.get(definitionKey(definition))
  return list !== undefined && list.tools === undefined
}

// ---- items

/** The item is whole. The client may have deleted it meanwhile, and put another in its place. */
function finishEntry(conversation: Conversation, item: McpItem, out: Outbox): Conversation {
  const entry = findEntry(conversation, item.id)
  if (entry?.item.type !== item.type) return conversation
  send(out, { type: 'conversation.item.done', previous_item_id: entry.previousId, item })
  return changeEntry(conversation, item.id, { item })
}

export function outcomeType(result: McpResult): 'response.mcp_call.completed' | 'response.mcp_call.failed' {
  return result.type === 'completed' ? 'response.mcp_call.completed' : 'response.mcp_call.failed'
}

export function mcpCallItem(
  { id, server, name, arguments: json }: Pick<McpCall, 'id' | 'server' | 'name' | 'arguments'>,
  requestId: string | null = null,
  result?: McpResult,
): McpCallItem {
  const output = result?.type === 'completed' ? result.output : null
  const error = result?.type === 'failed' ? result.error : null
  return { id, type: 'mcp_call', server_label: server, name, arguments: json, approval_request_id: requestId, output, error }
}

function withMcp(state: SessionState, change: Partial<McpState>): SessionState {
  return { ...state, mcp: { ...state.mcp, ...change } }
}
