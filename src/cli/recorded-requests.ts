// The requests of a recording, answered as they were, each once and in order; those of Realtime itself are answered by a service,
// as what they give (keys, calls) must hold now.

import type { RequestListener } from 'node:http'
import { RealtimeKitError } from '../errors.ts'
import { apiError } from '../protocol/api-error.ts'
import type { Recording } from '../recording/recording.ts'
import { isRestUrl } from '../rest/rest-urls.ts'
import { isEvent, type Note } from '../runtime/timeline.ts'
import { respond } from '../transports/http-answer.ts'

type Passed = Extract<Note, { type: 'rest' }>

export function recordedRequests(
  { entries }: Recording,
  { otherwise, tell }: { otherwise: RequestListener; tell(problem: Error): void },
): RequestListener {
  const left = entries.flatMap((entry) => (!isEvent(entry) && entry.note.type === 'rest' ? [entry.note] : []))
  const take = (method: string, path: string): Passed | undefined => {
    const place = left.findIndex((one) => one.method === method && pathOf(one.path) === pathOf(path))
    return place < 0 ? undefined : left.splice(place, 1)[0]
  }
  return (request, response) => {
    const { method = 'GET', url: path = '/' } = request
    if (isRestUrl(new URL(path, 'http://127.0.0.1'))) return otherwise(request, response)
    const passed = take(method, path)
    request.resume()
    if (passed) return respond(response, { status: passed.status, body: passed.response ?? '' })
    const what = `${method} ${pathOf(path)} is not recorded${left.length > 0 ? '' : ', nor is any other request'}.`
    tell(new RealtimeKitError('RTK_RECORDING', what))
    respond(response, { status: 404, body: apiError(what, 'not_recorded') })
  }
}

/** Without the query. */
function pathOf(path: string): string {
  return new URL(path, 'http://127.0.0.1').pathname
}
