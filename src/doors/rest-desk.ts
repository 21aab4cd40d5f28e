// The REST side of a service as a listener of Node's HTTP servers. The routes and what they need are loaded at the first request.

import type { RequestListener } from 'node:http'
import { loadBeside } from '../builtins.ts'
import type { Service } from '../runtime/service.ts'
import type { UpgradeRequest } from '../transports/transport.ts'

type Mount = typeof import('./rest-mount.ts')

let loaded: Mount | undefined

function loadMount(): Mount {
  loaded ??= loadBeside(import.meta.url, './rest-mount') as Mount
  return loaded
}

const desks = new WeakMap<Service, Partial<Record<UpgradeRequest['transport'], RequestListener>>>()

/** Answers the requests of Realtime's REST API, and 404 to all others. Each runs as part of the service's test. */
export function restDesk(service: Service, transport: UpgradeRequest['transport']): RequestListener {
  return (request, response) => {
    const mounted = desks.get(service) ?? {}
    desks.set(service, mounted)
    mounted[transport] ??= loadMount().mountRest(service, transport)
    mounted[transport](request, response)
  }
}
