// The sockets and requests of this process that a service takes when no other one of the kit does: an app may open its own.

import { isForTests } from '../doors/gatekeeper.ts'
import { nodeSurroundings } from '../doors/node-surroundings.ts'
import { RealtimeInstance } from '../doors/realtime-instance.ts'
import { restDesk } from '../doors/rest-desk.ts'
import { isRestUrl } from '../rest/rest-urls.ts'
import { handlersInForce } from '../runtime/link-handlers.ts'
import type { Service } from '../runtime/service.ts'
import { installGate } from '../transports/gate.ts'

/** Begins to intercept; there is no end but that of the process. */
export function interceptFor(service: Service): void {
  if (service.options.intercept === false) return
  const { door } = new RealtimeInstance(service, nodeSurroundings, { enrols: false })
  const desk = restDesk(service, 'gate')
  const handlers = () => handlersInForce(service.options.handlers)
  const claims = (url: URL): boolean =>
    !isForTests() && (service.claims(url) || handlers().some((handler) => handler.match(url, 'gate')))
  installGate({
    covers: (origin) => service.coversOrigin(origin) || handlers().some((handler) => handler.covers(origin)),
    claims: (url) => (claims(url) ? door : undefined),
    claimsRequest: ({ url }) => (isRestUrl(url) && claims(socketUrl(url)) ? desk : undefined),
  })
}

/** The `intercept` option names sockets. */
function socketUrl(url: URL): URL {
  return new URL(url.href.replace(/^http/, 'ws'))
}
