// Leads the Realtime sockets and requests of this process to the proxy of `vitest-realtime record` or `replay`: for Node programs that
// name the service's own URL. Their sockets to anywhere else stay as they are.

import { isForTests } from '../doors/gatekeeper.ts'
import { isRealtimeUrl, originMatcherOf } from '../runtime/realtime-urls.ts'
import { installGate } from '../transports/gate.ts'
import { relayRequests } from '../transports/relay-requests.ts'
import { relaySockets } from '../transports/relay-socket.ts'

/** Begins; there is no end but that of the process. `proxy`: a ws: URL of which only the origin counts. */
export function registerProxy(proxy: string): void {
  const { host } = new URL(proxy)
  const doorman = relaySockets({ target: ({ url }) => new URL(`ws://${host}${url.pathname}${url.search}`) })
  const desk = relayRequests({ target: (path) => new URL(path, `http://${host}`) })
  const covers = originMatcherOf(true)
  const claims = (url: URL): boolean => !isForTests() && isRealtimeUrl(url)
  installGate({
    covers,
    claims: (url) => (claims(url) ? doorman : undefined),
    claimsRequest: ({ url }) => (claims(url) ? desk : undefined),
  })
}
