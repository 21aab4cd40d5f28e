// Puts the fetch app of src/rest behind Node's requests. Bodies are read and answers written here, by plain streams: the
// adapter's own ways set timers, which a test may have faked.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { maxBodyBytes } from '../rest/request-body.ts'
import { restApp } from '../rest/rest-app.ts'
import type { Service } from '../runtime/service.ts'
import type { UpgradeRequest } from '../transports/transport.ts'

/** Where the adapter looks for a body that was read already. */
type Incoming = IncomingMessage & { rawBody?: Buffer }

export function mountRest(service: Service, transport: UpgradeRequest['transport']): RequestListener {
  const app = restApp(service, transport)
  const listener = getRequestListener(
    async (request, { outgoing }) => {
      await write(outgoing as ServerResponse, await app.fetch(request))
      return RESPONSE_ALREADY_SENT
    },
    { hostname: 'localhost', overrideGlobalObjects: false, autoCleanupIncoming: false },
  )
  return async (incoming: Incoming, outgoing) => {
    const body = await readBody(incoming)
    if (!body) return
    incoming.rawBody = body
    await listener(incoming, outgoing)
  }
}

/** The body, or enough of it to see that it is too large; undefined when the client left before its end. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      // Read to its end all the same: a client that still sends would not see the answer.
      if (bytes <= maxBodyBytes) chunks.push(chunk)
      bytes += chunk.length
    }
  } catch {
    return undefined
  }
  return Buffer.concat(chunks)
}

async function write(outgoing: ServerResponse, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer())
  // A pooled connection would carry the next request of another test.
  const headers = { ...Object.fromEntries(answer.headers), 'content-length': body.length, connection: 'close' }
  outgoing.writeHead(answer.status, headers)
  outgoing.end(body)
}
