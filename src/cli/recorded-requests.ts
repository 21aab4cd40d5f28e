// The requests of a recording, answered as they were, each once: the one with the same body, else the next one of the same path. Those of
// Realtime itself are answered by a service, as what they give (keys, calls) must hold now.

import type { IncomingMessage, RequestListener } from 'node:http'
import { RealtimeKitError } from '../errors.ts'
import { apiError } from '../protocol/api-error.ts'
import { jsonOrText } from '../protocol/json.ts'
import type { Recording } from '../recording/recording.ts'
import { Redactor } from '../recording/redactor.ts'
import { stableJson } from '../recording/stable-json.ts'
import { isRestUrl } from '../rest/rest-urls.ts'
import { isEvent, type Note } from '../runtime/timeline.ts'
import { respond } from '../transports/http-answer.ts'

type Passed = Extract<Note, { type: 'rest' }>

interface Asked {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

export function recordedRequests(
  { entries }: Recording,
  { otherwise, tell }: { otherwise: RequestListener; tell(problem: Error): void },
): RequestListener {
  const left = entries.flatMap((entry) => (!isEvent(entry) && entry.note.type === 'rest' ? [entry.note] : []))
  const redactor = new Redactor()
  const clean = (value: unknown): string => stableJson(redactor.value(value ?? ''))
  const take = ({ method, path, body }: Asked): Passed | undefined => {
    const fitting = left.filter((one) => one.method === method && pathOf(one.path) === pathOf(path))
    // Requests that are under way at the same time come in any order.
    const same = fitting.find((one) => clean(one.request) === clean(body))
    const taken = same ?? fitting[0]
    if (taken) left.splice(left.indexOf(taken), 1)
    return taken
  }
  return async (request, response) => {
    const { method = 'GET', url: path = '/' } = request
    if (isRestUrl(urlOf(path))) return otherwise(request, response)
    const passed = take({ method, path, body: await bodyOf(request) })
    if (passed) return respond(response, { status: passed.status, body: passed.response ?? '' })
    const what = `${method} ${pathOf(path)} is not recorded${left.length > 0 ? '' : ', nor is any other request'}.`
    tell(new RealtimeKitError('RTK_RECORDING', what))
    respond(response, { status: 404, body: apiError(what, 'not_recorded') })
  }
}

/** Longer ones are not recorded. */
const maxBodyBytes = 1024 * 1024

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes <= maxBodyBytes) chunks.push(chunk)
    }
  } catch {
    // A client that has left is answered by nobody.
  }
  const value = jsonOrText(Buffer.concat(chunks).toString())
  return typeof value === 'string' || bytes > maxBodyBytes ? undefined : value
}

/** Without the query. */
function pathOf(path: string): string {
  return urlOf(path).pathname
}

/** Two slashes at the beginning are a path of clients whose base URL ends with one, and no host. */
function urlOf(path: string): URL {
  return new URL(path.startsWith('/') ? `http://127.0.0.1${path}` : path, 'http://127.0.0.1')
}
