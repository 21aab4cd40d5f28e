// What a profile says on the wire, translated at decode and encode: the core speaks GA only.
// `openai` is GA itself. `azure` lists one more event. `beta` is the API that the live service switched off in May 2026.

import { toBetaEvents, toBetaFault } from './beta-replies.ts'
import { fromBetaEvent } from './beta-requests.ts'
import type { Decoded } from './decode.ts'
import { decode, decodeValue, parseJson } from './decode.ts'
import { encode } from './encode.ts'
import { invalidJson } from './faults.ts'
import { isRecord } from './json.ts'
import type { ServerEvent } from './server-events.ts'

export type Profile = 'openai' | 'azure' | 'beta'

/** Frames to events and back. */
export interface Dialect {
  decode(text: string): Decoded
  /** The frames of an event: usually one; none for what the dialect does not know. */
  encode(event: ServerEvent): readonly string[]
}

const openai: Dialect = { decode, encode: (event) => [encode(event)] }

const azure: Dialect = { decode: decodeAzure, encode: openai.encode }

const beta: Dialect = { decode: decodeBeta, encode: (event) => toBetaEvents(event).map((one) => JSON.stringify(one)) }

const dialects: Readonly<Record<Profile, Dialect>> = { openai, azure, beta }

/**
 * How a profile speaks.
 *
 * @example
 * const { decode, encode } = dialectOf('beta')
 */
export function dialectOf(profile: Profile): Dialect {
  return dialects[profile]
}

/** Azure still takes the beta's update of transcription sessions, and lists it. */
function decodeAzure(text: string): Decoded {
  const value = parseJson(text)
  if (isRecord(value) && value.type === 'transcription_session.update') return decodeBeta(text)
  const decoded = decode(text)
  if ('event' in decoded || decoded.fault.param !== 'type') return decoded
  const message = decoded.fault.message.replace("'session.update', ", "'session.update', 'transcription_session.update', ")
  return { fault: { ...decoded.fault, message } }
}

function decodeBeta(text: string): Decoded {
  const value = parseJson(text)
  if (value === undefined) return { fault: invalidJson() }
  const translated = isRecord(value) ? fromBetaEvent(value) : { value }
  if ('fault' in translated) return translated
  const decoded = decodeValue(translated.value)
  return 'event' in decoded ? decoded : { fault: toBetaFault(decoded.fault) }
}
