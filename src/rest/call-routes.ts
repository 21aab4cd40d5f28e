// The routes of calls: open one by an SDP offer; accept, reject, refer and hang up one that somebody phoned. What a call does
// is in runtime/calls.ts.

import { aboveMaximum, belowMinimum, invalidType, invalidValue } from '../protocol/field-faults.ts'
import { isAzure, type Secret } from '../runtime/admission.ts'
import type { Call } from '../runtime/calls.ts'
import type { Service } from '../runtime/service.ts'
import type { UpgradeRequest } from '../transports/transport.ts'
import { sessionOfAccept, sessionOfCall } from './call-session.ts'
import { checkFields, contentTypeOf, type MultipartCall, readCallForm, readJson, readText, textField } from './request-body.ts'
import { badRequest, callNotFound, RestFault, unsupportedContentType, wrongCallState } from './rest-fault.ts'
import { answerTo, readOffer } from './sdp-answer.ts'
import { atTopLevel } from './secret-body.ts'

/** SIP's answers that refuse a call; 603 is "Decline". */
const declineCode = 603
const minRejectCode = 300
const maxRejectCode = 699

/** A request to a route of calls. */
export interface CallRequest {
  readonly service: Service
  readonly request: Request
  /** The same request as the runtime's doors know it. */
  readonly upgrade: UpgradeRequest
}

type CallBody = Pick<MultipartCall, 'sdp'> & Partial<MultipartCall>

/** Answers `POST …/calls`, and `POST …/realtime?model=` of the beta: the SDP answer, and where the call is. */
export async function openCall({ service, request, upgrade }: CallRequest, secret: Secret | undefined): Promise<Response> {
  const { sdp, session } = await readCallBody(service, request)
  const { url } = upgrade
  const update = sessionOfCall({ session, secret, model: url.searchParams.get('model'), isAzure: isAzureCall(service, url) })
  const offer = readOffer(sdp)
  const { id } = service.calls.open(update, upgrade)
  const base = url.pathname.replace(/\/realtime(?:\/calls)?$/, '')
  const headers = { 'content-type': 'application/sdp', location: `${base}/realtime/calls/${id}` }
  return new Response(answerTo(offer, id), { status: 201, headers })
}

function isAzureCall({ options }: Service, url: URL): boolean {
  return isAzure(url, options.profile ?? 'openai')
}

async function readCallBody(service: Service, request: Request): Promise<CallBody> {
  const type = contentTypeOf(request)
  if (type === 'application/sdp') return { sdp: await readText(request) }
  if (type === 'multipart/form-data') return readCallForm(request)
  if (type === 'text/plain' && (await readText(request)) === '[object FormData]') service.finding(lostForm)
  throw unsupportedContentType(type, ['application/sdp', 'multipart/form-data'])
}

/** jsdom has a FormData of its own, which Node's `fetch` sends by its name; its `Request` is made to fit by Vitest. */
const lostForm =
  "the body of the call is the text '[object FormData]': Node's fetch does not know the page's FormData. " +
  'Send it by fetch(new Request(url, init)), or run what sends it outside of jsdom'

type Action = (call: Call, request: CallRequest) => Promise<void>

/** What can be done to a call, by the last part of the path. */
export const callActions: Readonly<Record<string, Action>> = { accept, reject, refer, hangup }

/** The call of that id. @throws RestFault 404 */
export function findCall(service: Service, id: string): Call {
  const call = service.calls.find(id)
  if (!call) throw callNotFound(id)
  return call
}

async function accept(call: Call, { service, request, upgrade }: CallRequest): Promise<void> {
  const body = await readJson(request)
  const session = ownFaults(() => sessionOfAccept(body, { isAzure: isAzureCall(service, upgrade.url) }))
  need(call, 'ringing')
  call.accept(session, upgrade)
}

async function reject(call: Call, { request }: CallRequest): Promise<void> {
  const body = await readJson(request)
  checkFields(body, ['status_code'])
  const code = rejectCode(body.status_code)
  need(call, 'ringing')
  call.reject(code)
}

async function refer(call: Call, { request }: CallRequest): Promise<void> {
  const body = await readJson(request)
  checkFields(body, ['target_uri'])
  const target = textField(body, 'target_uri')
  if (!/^(?:tel|sips?):./i.test(target)) throw badRequest(invalidValue('target_uri', target, ['tel:', 'sip:']))
  need(call, 'active')
  if (call.face.kind !== 'sip') throw wrongCallState(call.id, 'a WebRTC call', 'a SIP call')
  call.refer(target)
}

async function hangup(call: Call, { request }: CallRequest): Promise<void> {
  await readText(request)
  if (call.status !== 'ringing') need(call, 'active')
  call.hangUp('app')
}

function need(call: Call, status: Call['status']): void {
  if (call.status !== status) throw wrongCallState(call.id, call.status, `a call that is ${status}`)
}

function rejectCode(value: unknown): number {
  const param = 'status_code'
  if (value === undefined) return declineCode
  if (typeof value !== 'number' || !Number.isInteger(value)) throw badRequest(invalidType(param, 'an integer', value))
  if (value < minRejectCode) throw badRequest(belowMinimum(param, { limit: minRejectCode, value, kind: 'integer' }))
  if (value > maxRejectCode) throw badRequest(aboveMaximum(param, { limit: maxRejectCode, value, kind: 'integer' }))
  return value
}

/** The body is the session: its faults name its fields alone. */
function ownFaults<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof RestFault) throw badRequest(atTopLevel(error.fault))
    throw error
  }
}
