// What MCP servers answer: lists of tools and results of calls. Responses that waited for them go on.

import type { McpResult, McpToolsResult } from './inputs.ts'
import { endList, endRun } from './mcp.ts'
import { requestResponse } from './on-response.ts'
import type { Outbox } from './outbox.ts'
import { askWaiting, takeMcpResult } from './response-life.ts'
import type { SessionState } from './state.ts'

export function onMcpTools(state: SessionState, itemId: string, result: McpToolsResult, out: Outbox): SessionState {
  return askWaiting(endList(state, itemId, result, out), out)
}

/** The result of a call, in a response or after its approval. One that nobody waits for any more is dropped. */
export function onMcpResult(state: SessionState, itemId: string, result: McpResult, out: Outbox): SessionState {
  const ended = endRun(state, itemId, result, out)
  return ended ? askWaiting(ended, out) : takeMcpResult(state, itemId, result, out)
}

/** `behavior.mcpFollowUp`: the service answers the result of a call without being asked, unless the app was faster. */
export function onFollowUp(state: SessionState, out: Outbox): SessionState {
  if (state.activeResponseId !== undefined) return state
  return requestResponse(state, { params: {}, askedBy: 'mcp' }, out)
}
