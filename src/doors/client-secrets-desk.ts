// The one REST call of the Realtime API that apps make before they connect: `POST …/realtime/client_secrets`. HTTP only; what
// is given out is decided in runtime/client-secrets.ts.

import type { IncomingMessage, RequestListener } from 'node:http'
import { apiError } from '../protocol/api-error.ts'
import { createClientSecret, readSecretBody } from '../runtime/client-secrets.ts'
import type { Service } from '../runtime/service.ts'
import { type HttpAnswer, respond, respondNotFound } from '../transports/http-answer.ts'

/** Whether this request asks for an ephemeral key. */
export function asksForSecret({ url, method }: { readonly url: URL; readonly method: string }): boolean {
  return method === 'POST' && url.pathname.endsWith('/realtime/client_secrets')
}

/** Answers requests for ephemeral keys; 404 to all others. Each runs as part of the service's test. */
export function clientSecretsDesk(service: Service): RequestListener {
  return (request, response) => {
    const { method = '', url = '/', headers } = request
    if (!asksForSecret({ url: new URL(url, 'http://localhost'), method })) return respondNotFound(request, response)
    const key = /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? headers['api-key']?.toString()
    void service.run(async () => {
      const answer = refusalOfKey(service, key) ?? giveSecret(service, await readJson(request))
      // A pooled connection would carry the next request of another test.
      respond(response, { ...answer, headers: { connection: 'close' } })
    })
  }
}

function refusalOfKey({ options }: Service, key: string | undefined): HttpAnswer | undefined {
  if (!key) {
    return { status: 401, body: apiError('Missing bearer or basic authentication in header', null) }
  }
  if (options.keys === undefined || options.keys.includes(key)) return undefined
  return { status: 401, body: apiError(`Incorrect API key provided: ${key.slice(0, 8)}***.`, 'invalid_api_key') }
}

function giveSecret(service: Service, body: unknown): HttpAnswer {
  const read = readSecretBody(body)
  const made = 'fault' in read ? read : createClientSecret(service.secretMaker, read)
  if ('secret' in made) return { status: 200, body: made.secret }
  const { type, code, message, param } = made.fault
  return { status: 400, body: { error: { message, type, param, code } } }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || '{}')
  } catch {
    return undefined
  }
}
