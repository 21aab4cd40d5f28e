// The MCP servers that the service of a test can reach, by label: what they list, and what their tools give. The author's `run` works
// like any real work: time stands still for it, but not while it sleeps on our clock.

import type { McpServer, McpToolScript } from '../api.ts'
import { messageOf } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import { nearName } from '../responses/near-name.ts'
import { checkOptions, type OptionRules, type Place, refuse, rule } from '../responses/option-check.ts'
import type { Effect } from '../session/effects.ts'
import type { McpResult } from '../session/inputs.ts'
import type { ListedTool } from '../session/mcp-tools.ts'
import type { KitClock } from './clock/create-clock.ts'
import type { Connection } from './connection.ts'
import { whileWanted } from './reader-pace.ts'

/** What a session asks of MCP servers. */
export type McpRequest = Extract<Effect, { type: 'list-mcp-tools' | 'call-mcp-tool' | 'stop-mcp-call' }>
type ListRequest = Extract<McpRequest, { type: 'list-mcp-tools' }>
type CallRequest = Extract<McpRequest, { type: 'call-mcp-tool' }>

interface Surroundings {
  readonly clock: Pick<KitClock, 'holdWhile'>
  finding(message: string): void
}

/** As JSON-RPC numbers it: what a real server answers to a tool that it does not have. */
const invalidParams = -32602
const badGateway = 502
const anyArguments = { type: 'object', additionalProperties: true }

export class McpServers {
  readonly #servers = new Map<string, McpServer>()
  /** Calls at work, by their items. */
  readonly #calls = new Map<string, { readonly connection: Connection; readonly stop: AbortController }>()

  constructor(servers: Readonly<Record<string, McpServer>> = {}) {
    for (const [label, server] of Object.entries(servers)) this.add(label, server)
  }

  add(label: string, server: McpServer): void {
    this.#servers.set(label, server)
  }

  find(label: string): McpServer | undefined {
    return this.#servers.get(label)
  }

  /** Answers what a session asks, through its connection. */
  answer(connection: Connection, request: McpRequest, around: Surroundings): void {
    if (request.type === 'list-mcp-tools') this.#list(connection, request, around)
    else if (request.type === 'call-mcp-tool') void this.#call(connection, request, around)
    else this.#calls.get(request.itemId)?.stop.abort()
  }

  /** The session is over: nobody waits for its calls. */
  leave(connection: Connection): void {
    for (const call of this.#calls.values()) if (call.connection === connection) call.stop.abort()
  }

  #list(connection: Connection, { itemId, server: label }: ListRequest, around: Surroundings): void {
    const server = this.#reachable(label)
    if (typeof server === 'string') {
      around.finding(`the tools of MCP server '${label}' could not be listed: ${server}`)
      connection.input({ type: 'mcp-tools', itemId, result: { type: 'failed' } })
      return
    }
    const tools = Object.entries(server.tools).map(([name, tool]) => listedTool(name, tool))
    connection.input({ type: 'mcp-tools', itemId, result: { type: 'listed', tools } })
  }

  async #call(connection: Connection, request: CallRequest, around: Surroundings): Promise<void> {
    const { itemId } = request
    const stop = new AbortController()
    this.#calls.set(itemId, { connection, stop })
    const result = await this.#resultOf(request, around, stop.signal)
    this.#calls.delete(itemId)
    if (!stop.signal.aborted) connection.input({ type: 'mcp-result', itemId, result })
  }

  async #resultOf(request: CallRequest, around: Surroundings, signal: AbortSignal): Promise<McpResult> {
    const { server: label, name, arguments: json } = request
    const server = this.#reachable(label)
    if (typeof server === 'string') {
      around.finding(`MCP server '${label}' could not be called: ${server}`)
      return {
        type: 'failed',
        error: { type: 'http_error', code: badGateway, message: `The MCP server '${label}' could not be reached.` },
      }
    }
    const tool = Object.hasOwn(server.tools, name) ? server.tools[name] : undefined
    if (!tool) return { type: 'failed', error: { type: 'protocol_error', code: invalidParams, message: `Unknown tool: ${name}` } }
    try {
      const run = async (): Promise<{ value: unknown }> => ({ value: await tool.run?.(JSON.parse(json)) })
      const { value } = await around.clock.holdWhile(`the MCP tool '${name}' of '${label}'`, () => whileWanted(signal, run))
      return { type: 'completed', output: outputText(value) }
    } catch (error) {
      return { type: 'failed', error: { type: 'tool_execution_error', message: messageOf(error) } }
    }
  }

  /** The server, or why there is none and how to script it. */
  #reachable(label: string): McpServer | string {
    const server = this.#servers.get(label)
    if (server?.unreachable) return 'it is scripted as `unreachable`.'
    if (server) return server
    const near = nearName(label, [...this.#servers.keys()])
    const mend = near === undefined ? '' : ` Did you mean '${near}'?`
    return (
      `no server of that label is scripted.${mend} Give it to the option \`mcp\`, or call ` +
      `realtime.mcp('${label}', { tools: { name: { run: (args) => … } } }) before the app names it.`
    )
  }
}

/** With a description even where the script has none: @openai/agents-realtime drops a list with a tool that lacks it. */
function listedTool(name: string, { description = '', input_schema = anyArguments, annotations }: McpToolScript): ListedTool {
  return { name, description, input_schema, ...(annotations === undefined ? {} : { annotations }) }
}

/** A text goes out as it is, anything else as JSON. */
function outputText(value: unknown): string {
  if (typeof value === 'string') return value
  // Nothing, or what JSON does not know: a function, a symbol.
  return JSON.stringify(value) ?? ''
}

// ---- what authors give

const flag = rule('true or false', (value) => typeof value === 'boolean')
const toolRules: OptionRules = {
  description: rule('a text', (value) => typeof value === 'string'),
  input_schema: rule('a JSON Schema, an object', isRecord),
  annotations: rule('an object', isRecord),
  run: rule('a function of the arguments', (value) => typeof value === 'function'),
}
const serverRules: OptionRules = {
  tools: { expected: 'an object of tools by name', problem: toolsProblem },
  unreachable: flag,
}
const toolElsewhere = {
  inputSchema: 'Did you mean `input_schema`?',
  parameters: 'Did you mean `input_schema`?',
  handler: 'Did you mean `run`?',
  execute: 'Did you mean `run`?',
}

function toolsProblem(value: unknown, place: Place): string | undefined {
  if (!isRecord(value)) return Array.isArray(value) ? 'Write { name: { run: … } }.' : ''
  for (const [name, tool] of Object.entries(value)) {
    const inner = { ...place, path: `${place.path}.${name}` }
    if (typeof tool === 'function') refuse(inner, tool, 'an object', 'Write { run: … }.')
    if (!isRecord(tool)) refuse(inner, tool, 'an object { description?, input_schema?, annotations?, run? }')
    checkOptions(tool, toolRules, inner, toolElsewhere)
  }
  return undefined
}

/**
 * Checks a server as an author gave it.
 *
 * @throws RealtimeKitError RTK_OPTION that names the field, what it got and what is allowed.
 */
export function checkMcpServer(server: unknown, place: Place): asserts server is McpServer {
  if (!isRecord(server)) refuse(place, server, 'an MCP server { tools }')
  checkOptions(server, serverRules, place)
  if (server.tools === undefined && server.unreachable !== true)
    refuse({ ...place, path: pathTo(place, 'tools') }, undefined, 'an object of tools by name')
}

function pathTo({ path }: Place, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
