// What a profile says on the wire, translated at decode and encode: the core speaks GA only.
// `openai` is GA itself. `azure` lists one more event. `beta` is the API that the live service switched off in May 2026.

import { betaDialect, decodeBeta } from './beta-dialect.ts'
import type { Decoded } from './decode.ts'
import { decode, parseJson } from './decode.ts'
import { encode } from './encode.ts'
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

/** What a dialect may have to tell by itself. */
export interface DialectFacts {
  /** Default 15,000,000. */
  readonly tokensPerMinute?: number | undefined
}

/**
 * How a profile speaks in one session.
 *
 * @example
 * const { decode, encode } = dialectOf('beta')
 */
export function dialectOf(profile: Profile, { tokensPerMinute = 15_000_000 }: DialectFacts = {}): Dialect {
  if (profile === 'beta') return betaDialect({ tokensPerMinute })
  return profile === 'azure' ? azure : openai
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
