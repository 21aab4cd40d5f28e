// The MCP servers that the service of a test can reach, by label.

import type { McpServer } from '../api.ts'

export class McpServers {
  readonly #servers = new Map<string, McpServer>()

  constructor(servers: Readonly<Record<string, McpServer>> = {}) {
    for (const [label, server] of Object.entries(servers)) this.add(label, server)
  }

  add(label: string, server: McpServer): void {
    this.#servers.set(label, server)
  }

  find(label: string): McpServer | undefined {
    return this.#servers.get(label)
  }
}
