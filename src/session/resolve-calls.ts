// Who a call of the model goes to: a function of the app, or a tool of an MCP server, and whether that one needs approval.

import type { McpTool } from '../protocol/session-fields.ts'
import type { ActiveResponse } from './active-response.ts'
import type { ReplyPiece } from './inputs.ts'
import { definitionKey, isMcpTool, type ListedTool, needsApproval } from './mcp-tools.ts'
import type { PlannedPiece } from './response-plan.ts'
import type { SessionState } from './state.ts'

type Call = Extract<ReplyPiece, { type: 'call' }>

/** The pieces with their calls addressed. A call that names no server goes to the app where it offers such a function. */
export function resolveCalls(
  state: SessionState,
  { settings: { tools } }: Pick<ActiveResponse, 'settings'>,
  pieces: readonly ReplyPiece[],
): readonly PlannedPiece[] {
  if (!pieces.some((piece) => piece.type === 'call')) return pieces
  const servers = tools.filter(isMcpTool)
  const functions = new Set(tools.flatMap((tool) => (tool.type === 'function' ? [tool.name] : [])))
  return pieces.map((piece) => {
    const isOurs = piece.type === 'call' && (piece.server !== undefined || !functions.has(piece.name))
    return isOurs ? addressed(state, servers, piece) : piece
  })
}

function addressed(state: SessionState, servers: readonly McpTool[], call: Call): PlannedPiece {
  for (const server of servers) {
    if (call.server !== undefined && call.server !== server.server_label) continue
    const listed = findTool(state, server, call.name)
    // A tool that was not listed is called all the same when its server is named: what comes of it is the server's affair.
    const tool = listed ?? (call.server === undefined ? undefined : { name: call.name, input_schema: {} })
    if (tool) return { ...call, server: server.server_label, needsApproval: needsApproval(server, tool) }
  }
  return call
}

function findTool({ mcp }: SessionState, server: McpTool, name: string): ListedTool | undefined {
  return mcp.lists.get(definitionKey(server))?.tools?.find((tool) => tool.name === name)
}
