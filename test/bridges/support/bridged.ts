// A server of bridges for one test, and the bridges that its calls got.

import type { Server } from 'node:http'
import type { BridgeServerOptions } from '../../../src/bridges/bridge-config.ts'
import { createBridgeServer } from '../../../src/bridges/bridge-server.ts'
import type { RealtimeBridge } from '../../../src/bridges/realtime-bridge.ts'

export interface Bridged {
  readonly server: Server
  /** In the order of their first event. */
  readonly bridges: RealtimeBridge[]
  /** The only one so far. */
  bridge(): RealtimeBridge
  readonly log: string[]
}

export function bridged(options: BridgeServerOptions = {}): Bridged {
  const bridges: RealtimeBridge[] = []
  const log: string[] = []
  const server = createBridgeServer({
    insecure: true,
    log: (level, line) => log.push(`${level} ${line}`),
    ...options,
    onEvent(event, bridge) {
      if (!bridges.includes(bridge)) bridges.push(bridge)
      options.onEvent?.(event, bridge)
    },
  })
  return {
    server,
    bridges,
    log,
    bridge() {
      const [only] = bridges
      if (!only || bridges.length > 1) throw new Error(`There are ${bridges.length} bridges.`)
      return only
    },
  }
}
