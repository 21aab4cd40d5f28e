// Text of a frame to a client event, or to the fault that answers it. Never throws.
// Order: JSON, type present, type known, fields; the first failure wins and the whole event is refused.
// Checks against the state of the session are the handlers'.

import type { ClientEvent, InputAudioBufferAppendEvent } from './client-events.ts'
import { clientEventSchemas } from './client-events.ts'
import type { ClientEventType } from './event-types.ts'
import { isClientEventType } from './event-types.ts'
import type { Fault, Refused } from './faults.ts'
import { binaryFrame, invalidJson, notAnObject, translationOnly, typeMissing, unknownType } from './faults.ts'
import { invalidType, missingRequiredParameter, stringTooLong, unknownParameter } from './field-faults.ts'
import { issueFault } from './issue-fault.ts'
import { isRecord } from './json.ts'

export type Decoded = { readonly event: ClientEvent } | { readonly fault: Fault }

const maxEventIdLength = 512
/** Ours: where the live service stops is not known. */
const maxNesting = 128
/** Each level has a bracket at either end: no shorter text is nested too deep. */
const shortestTooDeep = 2 * maxNesting

/** Listed by the live service among the types it takes, yet part of translation sessions. */
const translationTypes: ReadonlySet<string> = new Set(['session.close', 'session.input_audio_buffer.append'])

/**
 * The client event that a text frame holds, or the fault that the service answers it with.
 *
 * The sound of `input_audio_buffer.append` is not looked into: its base64 is checked where it becomes bytes.
 *
 * @example
 * decode('{"type":"response.cancel"}')   // { event: { type: 'response.cancel' } }
 * decode('{"type":"nope"}')              // { fault: { code: 'invalid_value', param: 'type', … } }
 */
export function decode(text: string): Decoded {
  const value = parseJson(text)
  return value === undefined ? { fault: invalidJson() } : decodeValue(value)
}

/** The same for JSON that was parsed already: for dialects, which translate it first. */
export function decodeValue(value: unknown): Decoded {
  if (!isEnvelope(value)) return { fault: envelopeFault(value) }
  const { type } = value
  const refused = refusedOf(value)
  if (type === 'input_audio_buffer.append') return decodeAppend(value, refused)
  if (!isKnownOnWebSocket(type)) {
    return { fault: translationTypes.has(type) ? translationOnly(type, refused) : unknownType(type, refused) }
  }
  const result = clientEventSchemas[type].safeParse(value)
  return result.success ? { event: result.data } : { fault: issueFault(result.error.issues, value, refused) }
}

type Envelope = Record<string, unknown> & { readonly type: string }

/** Every event is an object with a type, in sessions of any kind. */
export function isEnvelope(value: unknown): value is Envelope {
  return isRecord(value) && typeof value.type === 'string'
}

/** What answers a value that is no envelope. */
export function envelopeFault(value: unknown): Fault {
  if (!isRecord(value)) return notAnObject()
  const { type } = value
  return type === undefined ? typeMissing(refusedOf(value)) : invalidType('type', 'a string', type, refusedOf(value))
}

/** The part of an event that its refusal names. */
export function refusedOf({ event_id }: Readonly<Record<string, unknown>>): Refused {
  return typeof event_id === 'string' ? { event_id } : {}
}

/** What a binary frame is answered with, whatever it holds. */
export function decodeBinary(): Fault {
  return binaryFrame()
}

/** The JSON value, or undefined for what is none, or nested too deep. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return text.length > shortestTooDeep && isDeeperThan(maxNesting, value) ? undefined : value
  } catch {
    return undefined
  }
}

/** Walking a value goes down one call per level: unlimited, one message could end the process. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner))
}

/** The SDK types `output_audio_buffer.clear`, which exists on WebRTC and SIP only. */
function isKnownOnWebSocket(type: string): type is ClientEventType {
  return isClientEventType(type) && type !== 'output_audio_buffer.clear'
}

/** The hot path, fifty frames a second and caller: by hand, as a schema costs more than the rest together. */
function decodeAppend(value: Record<string, unknown>, refused: Refused): Decoded {
  if (isAppend(value)) return { event: value }
  const { event_id, audio } = value
  if (event_id !== undefined && typeof event_id !== 'string')
    return { fault: invalidType('event_id', 'a string', event_id, refused) }
  if (event_id !== undefined && event_id.length > maxEventIdLength) {
    return { fault: stringTooLong('event_id', maxEventIdLength, event_id.length, refused) }
  }
  if (audio === undefined) return { fault: missingRequiredParameter('audio', refused) }
  if (typeof audio !== 'string') return { fault: invalidType('audio', 'a string', audio, refused) }
  const extra = Object.keys(value).find((key) => !appendKeys.has(key))
  return { fault: unknownParameter(extra ?? '', refused) }
}

const appendKeys: ReadonlySet<string> = new Set(['type', 'event_id', 'audio'])

function isAppend(value: object): value is InputAudioBufferAppendEvent {
  if (!('audio' in value) || typeof value.audio !== 'string') return false
  if ('event_id' in value && !(typeof value.event_id === 'string' && value.event_id.length <= maxEventIdLength)) return false
  return Object.keys(value).every((key) => appendKeys.has(key))
}
