// The part of the REST interface of Vonage that an app needs during a call: hang up.

import { jsonObject } from '../../protocol/json.ts'
import type { PlatformAnswer, RestRequest } from '../platform.ts'
import type { VonageCall } from './vonage-call.ts'

export const vonageHost = 'api.nexmo.com'

const callPath = /^\/v1\/calls\/(?<call>[^/]+)$/

export function takesVonageRest({ pathname }: URL): boolean {
  return callPath.test(pathname)
}

export function answerVonageRest({ method, url, headers, body }: RestRequest, calls: readonly VonageCall[]): PlatformAnswer {
  if (!/^Bearer \S/i.test(headers.authorization ?? '')) return problem(401, 'Unauthorized')
  const call = calls.find(({ callId }) => callId === callPath.exec(url.pathname)?.groups?.call)
  if (!call || call.isOver) return problem(404, 'Not Found')
  if (method !== 'PUT' || jsonObject(body)?.action !== 'hangup') return problem(400, 'Bad Request')
  call.hungUpByApp()
  return { status: 204, headers: {}, body: '' }
}

function problem(status: number, title: string): PlatformAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ title, detail: title }) }
}
