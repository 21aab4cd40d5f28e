// MCP calls within a response: arguments as the model writes them, then the call at work (the response waits for its result), or the
// request for approval in its place. Works on the draft of a response, for one step.

import type { ActiveResponse } from './active-response.ts'
import type { McpResult } from './inputs.ts'
import { awaitApproval, type McpCall, mcpCallItem, outcomeType } from './mcp.ts'
import { type Outbox, push, send } from './outbox.ts'
import { addItem, finishItem, type ResponseDraft } from './response-item.ts'

export type OpenMcpCall = Extract<NonNullable<ActiveResponse['open']>, { type: 'mcp_call' }>

interface Call {
  readonly server: string
  readonly name: string
  readonly needsApproval: boolean
}

/**
 * Begins a call. One that needs approval has arguments of its own, under the id that it will run by, but no item yet: the item in
 * its place is the request, once the arguments are whole. [U]
 */
export function openMcpCall(draft: ResponseDraft, { server, name, needsApproval }: Call, out: Outbox): void {
  const open: OpenMcpCall = { type: 'mcp_call', id: out.ids.id('mcp'), server, name, text: '', needsApproval, running: false }
  draft.response.open = open
  if (!needsApproval) addItem(draft, mcpCallItem(callOf(draft, open)), out)
}

/** The arguments are whole: the server is called, or the app is asked whether it may be. */
export function performMcpCall(draft: ResponseDraft, out: Outbox): void {
  const { open } = draft.response
  if (open?.type !== 'mcp_call') return
  const call = callOf(draft, open)
  endArguments(draft, open, out)
  if (open.needsApproval) {
    requestApproval(draft, call, out)
    return
  }
  send(out, { type: 'response.mcp_call.in_progress', output_index: call.outputIndex, item_id: call.id })
  push(out, { type: 'call-mcp-tool', itemId: call.id, server: call.server, name: call.name, arguments: call.arguments })
  draft.response.open = { ...open, running: true }
  draft.response.waitsSinceMs = out.nowMs
}

/** The call that the response waits for is over. */
export function finishMcpCall(draft: ResponseDraft, result: McpResult, out: Outbox): void {
  const { response } = draft
  const { open } = response
  if (open?.type !== 'mcp_call') return
  send(out, { type: outcomeType(result), output_index: response.output.length, item_id: open.id })
  finishItem(draft, mcpCallItem(callOf(draft, open), null, result), out)
  response.open = undefined
  response.ranMcp = true
  if (response.waitsSinceMs !== undefined) response.lagMs += out.nowMs - response.waitsSinceMs
  response.waitsSinceMs = undefined
}

/** The response ends before the call did. What is at work fails; what was not whole is closed as it is, and never runs. */
export function breakMcpCall(draft: ResponseDraft, open: OpenMcpCall, out: Outbox): void {
  if (open.running) {
    push(out, { type: 'stop-mcp-call', itemId: open.id })
    const error = { type: 'tool_execution_error', message: 'The call was cancelled with its response.' } as const
    finishMcpCall(draft, { type: 'failed', error }, out)
    return
  }
  endArguments(draft, open, out)
  if (!open.needsApproval) finishItem(draft, mcpCallItem(callOf(draft, open)), out)
}

function requestApproval(draft: ResponseDraft, call: McpCall, out: Outbox): void {
  const { server, name, arguments: json } = call
  const item = { id: out.ids.id('mcpr'), type: 'mcp_approval_request', server_label: server, name, arguments: json } as const
  draft.response.open = undefined
  draft.state = awaitApproval(draft.state, item.id, call)
  addItem(draft, item, out)
  finishItem(draft, item, out)
}

function endArguments({ response }: ResponseDraft, open: OpenMcpCall, out: Outbox): void {
  const place = { response_id: response.id, item_id: open.id, output_index: response.output.length }
  send(out, { type: 'response.mcp_call_arguments.done', ...place, arguments: open.text })
}

function callOf({ response }: ResponseDraft, { id, server, name, text }: OpenMcpCall): McpCall {
  const { id: responseId, output, outOfBand } = response
  return { id, server, name, arguments: text, responseId, outputIndex: output.length, outOfBand }
}
