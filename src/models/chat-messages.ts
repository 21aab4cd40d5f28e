// A Realtime conversation as the messages and tools of a chat completion. Pure.

import type { Turn } from '../api.ts'
import { isRecord } from '../protocol/json.ts'

export interface ChatToolCall {
  readonly id: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: string }
}

export type ChatMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly content: string | null; readonly tool_calls?: readonly ChatToolCall[] }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string }

export interface ChatTool {
  readonly type: 'function'
  readonly function: { readonly name: string; readonly description?: string; readonly parameters?: unknown }
}

/**
 * The messages of a turn: the instructions, then its items in order. Neighbouring calls are one message, followed by their outputs; a
 * call that has no output yet is left out, as chat endpoints refuse one.
 *
 * @example chatMessages(turn, 'Be brief.') // [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hello' }]
 */
export function chatMessages(turn: Turn, system: string): ChatMessage[] {
  const messages: ChatMessage[] = system === '' ? [] : [{ role: 'system', content: system }]
  const outputs = outputsOf(turn.items)
  let calls: { readonly call: ChatToolCall; readonly output: string }[] = []
  let texts = 0
  const flush = (): void => {
    if (calls.length === 0) return
    messages.push({ role: 'assistant', content: null, tool_calls: calls.map(({ call }) => call) })
    for (const { call, output } of calls) messages.push({ role: 'tool', tool_call_id: call.id, content: output })
    calls = []
  }
  for (const item of turn.items) {
    const call = callOf(item, outputs)
    if (call) calls.push(call)
    if (!isRecord(item) || item.type !== 'message') continue
    flush()
    // The turn knows the words of what was said aloud.
    const content = turn.conversation[texts++]?.text ?? ''
    if (content !== '') messages.push({ role: roleOf(item.role), content })
  }
  flush()
  return messages
}

/**
 * The functions of the app and the tools of its MCP servers, as chat endpoints take them. They know no servers: of several tools of one
 * name the first is offered, the app's function before all, as a call by that name means it.
 */
export function chatTools({ tools, mcpTools }: Turn): ChatTool[] {
  const byName = new Map([...tools, ...mcpTools].toReversed().map((tool) => [tool.name, tool]))
  return [...byName.values()].toReversed().map(({ name, description, parameters }) => ({
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parameters }),
    },
  }))
}

/** `tool_choice` of the app, where a chat endpoint knows it. */
export function chatToolChoice({ toolChoice }: Turn): unknown {
  if (!isRecord(toolChoice)) return toolChoice
  const { type, name } = toolChoice
  const isNamed = type === 'function' || (type === 'mcp' && typeof name === 'string')
  return isNamed ? { type: 'function', function: { name } } : 'auto'
}

function outputsOf(items: readonly unknown[]): ReadonlyMap<unknown, string> {
  return new Map(
    items.flatMap((item) =>
      isRecord(item) && item.type === 'function_call_output' ? [[item.call_id, String(item.output)]] : [],
    ),
  )
}

/** A call that was answered, of a function or of a tool of an MCP server. */
function callOf(item: unknown, outputs: ReadonlyMap<unknown, string>): { call: ChatToolCall; output: string } | undefined {
  if (!isRecord(item)) return undefined
  const { type, name, arguments: args } = item
  if (type !== 'function_call' && type !== 'mcp_call') return undefined
  const id = String(type === 'function_call' ? item.call_id : item.id)
  const output = type === 'function_call' ? outputs.get(item.call_id) : (item.output ?? undefined)
  if (typeof output !== 'string') return undefined
  return { call: { id, type: 'function', function: { name: String(name), arguments: String(args) } }, output }
}

function roleOf(role: unknown): 'system' | 'user' | 'assistant' {
  return role === 'assistant' || role === 'system' ? role : 'user'
}
