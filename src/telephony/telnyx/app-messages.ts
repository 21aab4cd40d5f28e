// What an app may send on a media stream of Telnyx: sound, marks, clear; and what the platform answers to all else.

import { z } from 'zod'
import { decodeBase64 } from '../../../audio/base64.ts'

export type AppMessage =
  | { readonly event: 'media'; readonly bytes: Uint8Array }
  | { readonly event: 'mark'; readonly name: string }
  | { readonly event: 'clear' }

export type FaultTitle = 'malformed_frame' | 'invalid_media' | 'rate_limit_reached'

/** By title: code of the finding, and code of the `error` to the app, of which only the first is confirmed. */
export const faultCodes: Readonly<Record<FaultTitle, { readonly finding: number; readonly wire: number }>> = {
  malformed_frame: { finding: 7203, wire: 100_002 },
  invalid_media: { finding: 7204, wire: 100_003 },
  rate_limit_reached: { finding: 7205, wire: 100_005 },
}

export interface StreamFault {
  readonly title: FaultTitle
  readonly detail: string
  readonly path?: string
}

const shapes = {
  media: z.object({ media: z.object({ payload: z.string() }) }),
  mark: z.object({ mark: z.object({ name: z.string() }) }),
  clear: z.object({}),
} as const

export type ReadMessage =
  | { readonly kind: 'message'; readonly message: AppMessage; readonly raw: unknown }
  | { readonly kind: 'fault'; readonly fault: StreamFault; readonly raw?: unknown }

export function readAppMessage(data: string | Uint8Array): ReadMessage {
  if (typeof data !== 'string') return malformed(`a binary frame of ${data.length} bytes, where JSON text is due`)
  let raw: unknown
  try {
    raw = JSON.parse(data)
  } catch {
    return malformed('not JSON')
  }
  const event = typeof raw === 'object' && raw !== null && 'event' in raw ? raw.event : undefined
  if (typeof event !== 'string' || !isKnown(event))
    return malformed(`the event ${JSON.stringify(event)} is none of media, mark, clear`, 'event', raw)
  const issue = shapes[event].safeParse(raw).error?.issues[0]
  if (issue) return malformed(`${event}: ${issue.message}`, issue.path.join('.'), raw)
  const fields = raw as { media: { payload: string }; mark: { name: string } }
  if (event === 'clear') return { kind: 'message', message: { event }, raw }
  if (event === 'mark') return { kind: 'message', message: { event, name: fields.mark.name }, raw }
  const bytes = decodeBase64(fields.media.payload)
  if (bytes) return { kind: 'message', message: { event, bytes }, raw }
  return {
    kind: 'fault',
    fault: { title: 'invalid_media', detail: 'the payload is not base64', path: 'media.payload' },
    raw,
  }
}

function isKnown(event: string): event is keyof typeof shapes {
  return Object.hasOwn(shapes, event)
}

function malformed(detail: string, path?: string, raw?: unknown): ReadMessage {
  const fault: StreamFault = { title: 'malformed_frame', detail, ...(path !== undefined && { path }) }
  return { kind: 'fault', fault, ...(raw !== undefined && { raw }) }
}
