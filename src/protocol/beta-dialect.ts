// How the beta API speaks: the names and shapes of beta-requests.ts and beta-replies.ts, and rate limits at the beginning of a
// response instead of its end. For one session: what the last response used is told with the next.

import { toBetaEvents, toBetaFault } from './beta-replies.ts'
import { fromBetaEvent } from './beta-requests.ts'
import { type Decoded, decodeValue, parseJson, refusedOf } from './decode.ts'
import { invalidJson, unknownType } from './faults.ts'
import { isRecord } from './json.ts'
import type { ServerEvent, ServerEventOf } from './server-events.ts'

type RateLimits = ServerEventOf<'rate_limits.updated'>['rate_limits']

const requestsPerMinute = 1000

/** Client events that the beta had not heard of. */
const newTypes: ReadonlySet<string> = new Set(['session.close', 'session.input_audio_buffer.append'])

/** Both ways; the same form as `Dialect` of dialect.ts. */
export function betaDialect({ tokensPerMinute }: { readonly tokensPerMinute: number }): {
  decode(text: string): Decoded
  encode(event: ServerEvent): readonly string[]
} {
  let tokens: RateLimits = [{ name: 'tokens', limit: tokensPerMinute, remaining: tokensPerMinute, reset_seconds: 0 }]
  let requestCount = 0

  function encode(event: ServerEvent): readonly string[] {
    if (event.type === 'rate_limits.updated') {
      tokens = event.rate_limits
      return []
    }
    const frames = toBetaEvents(event).map((one) => JSON.stringify(one))
    if (event.type !== 'response.created') return frames
    requestCount += 1
    const limits = {
      type: 'rate_limits.updated',
      event_id: otherId(event.event_id),
      rate_limits: [requests(requestCount), ...tokens],
    }
    return [...frames, JSON.stringify(limits)]
  }
  return { decode: decodeBeta, encode }
}

/** Client events of the beta to those of GA. */
export function decodeBeta(text: string): Decoded {
  const value = parseJson(text)
  if (value === undefined) return { fault: invalidJson() }
  const translated = isRecord(value) ? fromBetaEvent(value) : { value }
  if ('fault' in translated) return translated
  const decoded = decodeValue(translated.value)
  if ('event' in decoded) return decoded
  const type = isRecord(value) ? value.type : undefined
  return {
    fault: toBetaFault(
      typeof type === 'string' && newTypes.has(type) ? unknownType(type, isRecord(value) ? refusedOf(value) : {}) : decoded.fault,
    ),
  }
}

/** As if all requests of the session had come within the minute. */
function requests(count: number): RateLimits[number] {
  const used = Math.min(count, requestsPerMinute)
  const reset_seconds = Math.round((used / requestsPerMinute) * 60_000) / 1000
  return { name: 'requests', limit: requestsPerMinute, remaining: requestsPerMinute - used, reset_seconds }
}

/** An id for one event more, of the same second: the random digits of an id of GA, the other way round. */
function otherId(eventId: string): string {
  const at = eventId.indexOf('_') + 1 + 5
  return eventId.slice(0, at) + [...eventId.slice(at)].reverse().join('')
}
