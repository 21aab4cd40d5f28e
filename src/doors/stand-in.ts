// The service behind an attached msw server: it takes the sockets that the server's handlers match while no test has a service
// that decides about them. Opened at the first such socket; closed with the server.

import type { RealtimeOptions } from '../api.ts'
import { type HandlerSource, type LinkHandler, linkHandlersIn } from '../runtime/link-handlers.ts'
import { Service } from '../runtime/service.ts'
import { installGate } from '../transports/gate.ts'
import { isForTests } from './gatekeeper.ts'
import { nodeSurroundings } from './node-surroundings.ts'
import { RealtimeInstance } from './realtime-instance.ts'

export interface StandInSettings {
  readonly source: HandlerSource
  readonly options: RealtimeOptions
}

export interface StandIn {
  /** Ends its sessions with 1000 and stops intercepting. */
  close(): void
}

/** Begins to intercept what the handlers match. Also puts the kit's global WebSocket over whatever was put over it before. */
export function openStandIn({ source, options }: StandInSettings): StandIn {
  let realtime: RealtimeInstance | undefined
  const handlers = (): readonly LinkHandler[] => linkHandlersIn([...(options.handlers ?? []), ...source.list()])
  const open = (): RealtimeInstance => (realtime ??= createRealtime(options, handlers))
  const gate = installGate({
    covers: (origin) => handlers().some((handler) => handler.covers(origin)),
    claims: (url) =>
      !isForTests() && handlers().some((handler) => handler.match(url, 'gate')) ? (request) => open().door(request) : undefined,
  })
  return {
    close() {
      gate.uninstall()
      void realtime?.close()
    },
  }
}

function createRealtime(options: RealtimeOptions, handlers: () => readonly LinkHandler[]): RealtimeInstance {
  const service = new Service({ name: 'the attached msw server', options: { timing: 'real', ...options }, keeps: 'open' })
  // No test's verdict will tell of it.
  service.onProblem((problem) => console.error(problem.message))
  return new RealtimeInstance(service, nodeSurroundings, { enrols: false, handlers })
}
