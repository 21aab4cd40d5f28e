// Bodies of requests: their type, their size, and JSON that may be anything. What the fields mean is the routes' business.

import { parseJson } from '../protocol/decode.ts'
import { fault } from '../protocol/faults.ts'
import { invalidType, missingRequiredParameter, unknownParameter } from '../protocol/field-faults.ts'
import { isRecord } from '../protocol/json.ts'
import { badRequest, bodyTooLarge, invalidJsonBody, unsupportedContentType } from './rest-fault.ts'

/** Ours: room for a long prompt with many tools. */
export const maxBodyBytes = 4 * 1024 * 1024

/** `text/plain` of `text/plain;charset=UTF-8`; empty without the header. */
export function contentTypeOf(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
}

/** @throws RestFault 413 */
async function readBytes(request: Request): Promise<ArrayBuffer> {
  if (Number(request.headers.get('content-length')) > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
  const bytes = await request.arrayBuffer()
  if (bytes.byteLength > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
  return bytes
}

/** @throws RestFault 413 */
export async function readText(request: Request): Promise<string> {
  return new TextDecoder().decode(await readBytes(request))
}

/**
 * A JSON object; an empty body is an empty one.
 *
 * @throws RestFault 400 for another content type, bad JSON, or a value that is no object
 */
export async function readJson(request: Request): Promise<Record<string, unknown>> {
  const text = await readText(request)
  if (text.trim() === '') return {}
  const type = contentTypeOf(request)
  if (!/^application\/(?:.+\+)?json$/.test(type)) throw unsupportedContentType(type, ['application/json'])
  return jsonObject(text)
}

/** @throws RestFault 400 */
function jsonObject(text: string): Record<string, unknown> {
  const value = parseJson(text)
  if (value === undefined) throw invalidJsonBody()
  if (isRecord(value)) return value
  throw badRequest(fault('invalid_type', 'Invalid body: expected a JSON object.'))
}

/** @throws RestFault 400 for a field that is none of `known` */
export function checkFields(body: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const extra = Object.keys(body).find((name) => !known.includes(name))
  if (extra !== undefined) throw badRequest(unknownParameter(extra))
}

export interface MultipartCall {
  readonly sdp: string
  readonly session: Record<string, unknown> | undefined
}

/**
 * The parts of a call that is asked for as a form.
 *
 * @throws RestFault 400, 413
 */
export async function readCallForm(request: Request): Promise<MultipartCall> {
  const headers = { 'content-type': request.headers.get('content-type') ?? '' }
  const body = new Response(await readBytes(request), { headers })
  const form = await body.formData().catch(() => {
    throw badRequest(fault(null, 'Could not parse multipart form.'))
  })
  const extra = [...form.keys()].find((name) => name !== 'sdp' && name !== 'session')
  if (extra !== undefined) throw badRequest(unknownParameter(extra))
  const sdp = await partText(form.get('sdp'))
  if (sdp === undefined) throw badRequest(missingRequiredParameter('sdp'))
  const session = await partText(form.get('session'))
  return { sdp, session: session === undefined ? undefined : jsonObject(session) }
}

/** Clients send parts as fields or as files. */
async function partText(part: FormDataEntryValue | null): Promise<string | undefined> {
  if (part === null || typeof part === 'string') return part ?? undefined
  return part.text()
}

/** A field that must be a text. */
export function textField(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name]
  if (value === undefined) throw badRequest(missingRequiredParameter(name))
  if (typeof value === 'string') return value
  throw badRequest(invalidType(name, 'a string', value))
}
