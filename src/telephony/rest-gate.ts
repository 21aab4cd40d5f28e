// Answers the REST interfaces of platforms in this process, for the test whose code asks; all else goes where it went before.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { currentContext } from '../runtime/context.ts'
import type { Service } from '../runtime/service.ts'
import { installGate } from '../transports/gate.ts'
import type { PlatformPeer, PlatformRest } from './platform.ts'

/** Takes requests to the platform's host from now on; gives the way back. */
export function serveRest(service: Service, rest: PlatformRest, calls: () => readonly PlatformPeer[]): () => void {
  const gate = installGate({
    covers: ({ hostname }) => hostname === rest.host,
    claims: () => undefined,
    claimsRequest({ url }) {
      const isOurs = url.hostname === rest.host && rest.takes(url) && currentContext() === service.context
      return isOurs ? (request, response) => void answer(request, response, { url, service, rest, calls }) : undefined
    },
  })
  return () => gate.uninstall()
}

interface Desk {
  readonly url: URL
  readonly service: Service
  readonly rest: PlatformRest
  readonly calls: () => readonly PlatformPeer[]
}

async function answer(request: IncomingMessage, response: ServerResponse, { url, service, rest, calls }: Desk): Promise<void> {
  let body = ''
  request.setEncoding('utf8')
  for await (const piece of request) body += piece
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(', ')]))
  const given = service.run(() => rest.answer({ method: request.method ?? 'GET', url, headers, body }, calls()))
  response.writeHead(given.status, { ...given.headers, 'content-length': Buffer.byteLength(given.body) })
  response.end(given.body)
}
