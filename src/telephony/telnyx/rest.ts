// The part of the REST interface of Telnyx that an app needs during a call: answer or reject it, start and end the stream, hang up. Calls
// that are over are a 422.

import { jsonObject } from '../../protocol/json.ts'
import type { PlatformAnswer, RestRequest } from '../platform.ts'
import { streamOfCommand } from './call-control.ts'
import type { TelnyxCall } from './telnyx-call.ts'

export const telnyxHost = 'api.telnyx.com'

const actionPath = /^\/v2\/calls\/(?<call>[^/]+)\/actions\/(?<action>answer|reject|hangup|streaming_start|streaming_stop)$/

export function takesTelnyxRest({ pathname }: URL): boolean {
  return actionPath.test(pathname)
}

export function answerTelnyxRest({ method, url, headers, body }: RestRequest, calls: readonly TelnyxCall[]): PlatformAnswer {
  const { call: id = '', action } = actionPath.exec(url.pathname)?.groups ?? {}
  if (!/^Bearer \S/i.test(headers.authorization ?? '')) return problem(401, '10009', 'Authentication failed')
  const call = calls.find(({ callId }) => callId === decodeURIComponent(id))
  if (method !== 'POST' || !call) return problem(404, '10005', 'Resource not found')
  if (call.isOver) return problem(422, '90018', 'Call has already ended')
  const fields = fieldsOf(body)
  if (!fields) return problem(400, '10015', 'The body is no JSON object')
  const stream = streamOfCommand(fields)
  if (action === 'streaming_start' && !stream) return problem(422, '10004', 'stream_url is missing')
  if (action === 'answer') call.answer(stream)
  else if (action === 'streaming_start') call.startStreaming(stream!)
  else if (action === 'reject') call.giveUp(`the app rejected the call: ${String(fields.cause ?? 'no cause was given')}`)
  else if (action === 'hangup') call.hungUpByApp()
  else call.stopStreaming()
  return json(200, { data: { result: 'ok' } })
}

/** Commands without fields may have no body. */
function fieldsOf(body: string): Record<string, unknown> | undefined {
  return body.trim() === '' ? {} : jsonObject(body)
}

function problem(status: number, code: string, title: string): PlatformAnswer {
  return json(status, { errors: [{ code, title, detail: title }] })
}

function json(status: number, body: object): PlatformAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
