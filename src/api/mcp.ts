// Public types of MCP servers: what the service finds when it calls one for the app.

/** A tool of an MCP server. */
export interface McpToolScript {
  description?: string
  /** JSON Schema of the arguments. Default: an object with any fields. */
  input_schema?: object
  annotations?: object
  /**
   * What a call gives: a text, or a value that is sent as JSON. What it throws fails the call with `tool_execution_error`.
   * Default: an empty text.
   */
  run?: (args: any) => unknown
}

/** What stands behind the `server_label` of an MCP tool. */
export interface McpServer {
  tools: Record<string, McpToolScript>
  /** The service cannot reach it: listing its tools fails. */
  unreachable?: boolean
}
