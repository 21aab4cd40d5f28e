// What the `mcp` tools of a session allow: which tools of a server are listed, which calls need approval, which tool a name means.
// Pure rules over the tool's definition and the server's list; who lists and calls is mcp.ts.

import type { McpListToolsItem } from '../protocol/items.ts'
import type { McpTool, Tool } from '../protocol/session-fields.ts'

/** A tool as the server lists it. */
export type ListedTool = McpListToolsItem['tools'][number]

/** Some tools of a server, by name or by what they do. */
interface ToolFilter {
  readonly tool_names?: readonly string[]
  readonly read_only?: boolean
}

/** The tools of a server that the session lets the model see: `allowed_tools`, a list of names or a filter. */
export function allowedTools({ allowed_tools: allowed }: McpTool, tools: readonly ListedTool[]): ListedTool[] {
  if (!allowed) return [...tools]
  const filter: ToolFilter = Array.isArray(allowed) ? { tool_names: allowed } : allowed
  return tools.filter((tool) => passes(filter, tool))
}

/** Whether a call waits for the app's approval: by default each does; of two filters that fit, `never` wins. */
export function needsApproval({ require_approval: rule }: McpTool, tool: ListedTool): boolean {
  if (!rule || rule === 'always') return true
  if (rule === 'never') return false
  return !(rule.never && passes(rule.never, tool))
}

/** What tells one definition from another: `authorization` is not kept, so a new token alone lists nothing again. */
export function definitionKey({ authorization: _, ...definition }: McpTool): string {
  return JSON.stringify(definition)
}

export function isMcpTool(tool: Tool): tool is McpTool {
  return tool.type === 'mcp'
}

function passes({ tool_names, read_only }: ToolFilter, tool: ListedTool): boolean {
  if (tool_names && !tool_names.includes(tool.name)) return false
  return read_only === undefined || isReadOnly(tool) === read_only
}

/** As the server says of itself: `readOnlyHint` of MCP. */
function isReadOnly({ annotations }: ListedTool): boolean {
  return (
    typeof annotations === 'object' && annotations !== null && 'readOnlyHint' in annotations && annotations.readOnlyHint === true
  )
}
