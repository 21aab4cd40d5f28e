// What an app may send to Twilio on a media stream: three events. Whatever else comes is told as Twilio tells it, and left alone.

import * as z from 'zod'
import { decodeBase64 } from '../../../audio/base64.ts'
import type { PhoneFinding } from '../../api/phone.ts'
import { messageOf } from '../../errors.ts'

export type AppMessage =
  | { readonly event: 'media'; readonly bytes: Uint8Array }
  | { readonly event: 'mark'; readonly name: string }
  | { readonly event: 'clear' }

type Complaint = Omit<PhoneFinding, 'atMs'>

export interface ReadMessage {
  /** As it was sent, where it could be read at all. */
  readonly raw?: unknown
  /** Absent where Twilio would ignore it. */
  readonly message?: AppMessage
  readonly complaint?: Complaint
}

const undecodable = 31_950
const invalid = 31_951

const streamSid = z.string()
const shapes = {
  media: z.strictObject({ event: z.string(), streamSid, media: z.strictObject({ payload: z.string() }) }),
  mark: z.strictObject({ event: z.string(), streamSid, mark: z.strictObject({ name: z.string().min(1) }) }),
  clear: z.strictObject({ event: z.string(), streamSid }),
} as const

export function readAppMessage(data: string | Uint8Array, ownStreamSid: string): ReadMessage {
  if (typeof data !== 'string')
    return complain(undecodable, `a binary frame of ${data.length} bytes: Twilio takes JSON text only`)
  let raw: unknown
  try {
    raw = JSON.parse(data)
  } catch (error) {
    return complain(invalid, `not JSON: ${messageOf(error)}`)
  }
  return { raw, ...read(raw, ownStreamSid) }
}

function read(raw: unknown, ownStreamSid: string): ReadMessage {
  const event = typeof raw === 'object' && raw !== null && 'event' in raw ? raw.event : undefined
  if (!isKnown(event)) return unknownEvent(raw, event)
  const parsed = shapes[event].safeParse(raw)
  const problems = parsed.success ? [] : parsed.error.issues
  const wrong = problems.find((issue) => issue.code !== 'unrecognized_keys')
  if (wrong) {
    const path = wrong.path.join('.')
    return complain(invalid, `'${event}' needs ${path}: ${wrong.message}${hintFor(path)}`, path)
  }
  const fields = raw as { streamSid: string; media: { payload: string }; mark: { name: string } }
  if (fields.streamSid !== ownStreamSid)
    return complain(invalid, `'${event}' is for the stream ${fields.streamSid}, this one is ${ownStreamSid}`, 'streamSid')
  const extra = problems.find((issue) => issue.code === 'unrecognized_keys')
  const said = extra && complain(invalid, `'${event}' has fields that are not expected: ${extra.keys.join(', ')}`, extra.keys[0])
  if (event === 'media') return { ...said, ...readMedia(fields.media.payload) }
  if (event === 'mark') return { ...said, message: { event, name: fields.mark.name } }
  return { ...said, message: { event } }
}

function isKnown(event: unknown): event is keyof typeof shapes {
  return typeof event === 'string' && Object.hasOwn(shapes, event)
}

function unknownEvent(raw: unknown, event: unknown): ReadMessage {
  const known = Object.keys(shapes).join(', ')
  if (event !== undefined)
    return complain(invalid, `the event ${JSON.stringify(event)} is none that Twilio takes: ${known}`, 'event')
  const type =
    typeof raw === 'object' && raw !== null && 'type' in raw
      ? ` It has a type, ${JSON.stringify(raw.type)}: was it meant for the model?`
      : ''
  return complain(invalid, `a message without 'event': Twilio takes ${known}.${type}`, 'event')
}

function hintFor(path: string): string {
  if (path === 'streamSid') return '. It is in the `start` message: nothing can be sent before that.'
  if (path === 'mark.name') return '. Without a name nobody knows which mark comes back.'
  return ''
}

function readMedia(payload: string): ReadMessage {
  const bytes = decodeBase64(payload)
  if (!bytes) return complain(undecodable, 'media.payload is no base64', 'media.payload')
  return { message: { event: 'media', bytes } }
}

function complain(code: number, message: string, path?: string): ReadMessage {
  return { complaint: { code, level: 'warning', message, ...(path === undefined ? {} : { path }) } }
}
