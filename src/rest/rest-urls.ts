// Which URLs are the REST side of Realtime. Loads nothing: interception asks at every HTTP request.

import { isRealtimeUrl } from '../runtime/realtime-urls.ts'

/** Everything below the base that the service has: `/v1`, `/openai/v1`, a proxy's. */
const routePattern =
  /\/realtime(?:\/(?:client_secrets|translations\/client_secrets|sessions|transcription_sessions|calls(?:\/[^/]+\/(?:accept|reject|refer|hangup))?))?$/

/** The part of a path that names one of our routes: `/realtime/calls` of `/openai/v1/realtime/calls`. */
export function routeOf(pathname: string): string | undefined {
  return routePattern.exec(pathname)?.[0]
}

/**
 * Whether an HTTP request to this URL is for the Realtime service: on the real hosts all that lies below their Realtime path,
 * elsewhere the routes that we have.
 */
export function isRestUrl(url: URL): boolean {
  return isRealtimeUrl(url) || routeOf(url.pathname) !== undefined
}
