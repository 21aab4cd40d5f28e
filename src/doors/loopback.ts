// The loopback server of one service: for clients that take a URL. It is opened at the first look at one of its URLs.

import { RealtimeKitError } from '../errors.ts'
import { contexts } from '../runtime/context.ts'
import type { Service } from '../runtime/service.ts'
import { type OpenServer, openServer } from '../transports/open-server.ts'
import type { Doorman } from '../transports/transport.ts'
import { restDesk } from './rest-desk.ts'

/** Opens a server whose sockets belong to the service, whoever connects. It must be closed with the service. */
export function openLoopback(service: Service, door: Doorman): OpenServer {
  if (service.context.closed) {
    throw new RealtimeKitError(
      'RTK_TRANSPORT',
      'realtime.url: this service is closed.\nTake the URL while the test runs; each test has a server of its own.',
    )
  }
  const { deflate = false } = service.options
  // The server's own work is nobody's test: it must neither stop a clock nor draw from a seeded Math.random.
  return contexts.outside(() => openServer({ doorman: door, onRequest: restDesk(service, 'server'), deflate }))
}
