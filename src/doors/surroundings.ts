// What a service needs of the place where it runs: Node (node-surroundings.ts) or a page (page-surroundings.ts).

import type { LinkHandler } from '../runtime/link-handlers.ts'
import type { Service } from '../runtime/service.ts'
import type { OpenServer } from '../transports/open-server.ts'
import type { Doorman } from '../transports/transport.ts'

/** A service that takes the sockets of its test. */
export interface Resident {
  readonly service: Service
  readonly door: Doorman
  /** Handlers of vitest-realtime/msw in force: their URLs are the service's too. */
  handlers(): readonly LinkHandler[]
}

export interface Surroundings {
  /** Lets this service take the sockets of its test; gives the way out. */
  enrol(resident: Resident): () => void
  /** Re-enters the test in servers of the app; gives the way off. */
  enterServers(): () => void
  /** A server for clients that take a URL. */
  openLoopback(service: Service, door: Doorman): OpenServer
}
