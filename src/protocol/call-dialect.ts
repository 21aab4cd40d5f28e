// How a profile speaks to the sockets of a call, whose sound goes over SIP or WebRTC: no audio deltas, and one more client event.

import { clientEventSchemas } from './client-events.ts'
import type { Decoded } from './decode.ts'
import { parseJson } from './decode.ts'
import type { Dialect } from './dialect.ts'
import { issueFault } from './issue-fault.ts'
import { isRecord } from './json.ts'

const clear = 'output_audio_buffer.clear'

/**
 * The dialect of a call's sockets, over that of its profile.
 *
 * @example
 * callDialect(dialectOf('openai')).encode(audioDelta)   // []: the sound went to the caller
 */
export function callDialect(base: Dialect): Dialect {
  return {
    ...base,
    decode: (text) => (text.includes(clear) ? (decodeClear(text) ?? base.decode(text)) : base.decode(text)),
    encode: (event) => (event.type === 'response.output_audio.delta' ? [] : base.encode(event)),
  }
}

/** Undefined for other events, which may well speak of this one. */
function decodeClear(text: string): Decoded | undefined {
  const value = parseJson(text)
  if (!isRecord(value) || value.type !== clear) return undefined
  const result = clientEventSchemas[clear].safeParse(value)
  if (result.success) return { event: result.data }
  const refused = typeof value.event_id === 'string' ? { event_id: value.event_id } : {}
  return { fault: issueFault(result.error.issues, value, refused) }
}
