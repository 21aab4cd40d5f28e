// The part of the REST interface of Telnyx that an app needs during a call: hang up, end the stream. Calls that are over are a 422.

import type { PlatformAnswer, RestRequest } from '../platform.ts'
import type { TelnyxCall } from './telnyx-call.ts'

export const telnyxHost = 'api.telnyx.com'

const actionPath = /^\/v2\/calls\/(?<call>[^/]+)\/actions\/(?<action>hangup|streaming_stop)$/

export function takesTelnyxRest({ pathname }: URL): boolean {
  return actionPath.test(pathname)
}

export function answerTelnyxRest({ method, url, headers }: RestRequest, calls: readonly TelnyxCall[]): PlatformAnswer {
  const { call: id = '', action } = actionPath.exec(url.pathname)?.groups ?? {}
  if (!/^Bearer \S/i.test(headers.authorization ?? '')) return problem(401, '10009', 'Authentication failed')
  const call = calls.find(({ callId }) => callId === decodeURIComponent(id))
  if (method !== 'POST' || !call) return problem(404, '10005', 'Resource not found')
  if (call.isOver) return problem(422, '90018', 'Call has already ended')
  if (action === 'hangup') call.hungUpByApp()
  else call.stopStreaming()
  return json(200, { data: { result: 'ok' } })
}

function problem(status: number, code: string, title: string): PlatformAnswer {
  return json(status, { errors: [{ code, title, detail: title }] })
}

function json(status: number, body: object): PlatformAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}
