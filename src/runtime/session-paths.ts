// Upgrades to URLs at which nothing opens: answered with plain HTTP, as any other request to a path that is not there.

import { apiError } from '../protocol/api-error.ts'
import type { UpgradeAnswer, UpgradeRequest } from '../transports/transport.ts'
import { diagnosePath } from './diagnosis-connect.ts'
import { pathKind } from './realtime-urls.ts'
import type { Service } from './service.ts'

/** The answer to an upgrade whose path opens no session. A URL that the author named himself is welcome whatever its path. */
export function pathRefusal(service: Service, request: UpgradeRequest): UpgradeAnswer | undefined {
  const { profile = 'openai' } = service.options
  const kind = pathKind(request.url)
  if (kind === 'session' || (kind === 'preview' && profile === 'beta') || isNamed(service, request)) return undefined
  service.report(diagnosePath(request.url, kind))
  const { pathname } = request.url
  // Azure has words of its own for what is gone.
  const body =
    kind === 'preview' ? apiError('Resource not found', '404') : apiError(`Invalid URL (GET ${pathname})`, 'unknown_url')
  return { status: 404, body }
}

function isNamed(service: Service, request: UpgradeRequest): boolean {
  const isListed = Array.isArray(service.options.intercept) && service.claims(request.url)
  return request.isNamed === true || (request.transport !== 'server' && isListed)
}
