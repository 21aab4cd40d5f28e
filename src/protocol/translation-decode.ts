// Text of a frame to a client event of a translation session, or to the fault that answers it. Never throws.
// The order of the checks is that of decode.ts; the list of names is the session's own.

import { envelopeFault, isEnvelope, parseJson, refusedOf } from './decode.ts'
import { isTranslationClientEventType, translationClientEventTypes } from './event-types.ts'
import { type Fault, invalidJson } from './faults.ts'
import { invalidValue } from './field-faults.ts'
import { issueFault } from './issue-fault.ts'
import { type TranslationClientEvent, translationClientEventSchemas } from './translation-events.ts'

export type DecodedTranslation = { readonly event: TranslationClientEvent } | { readonly fault: Fault }

/**
 * The client event that a text frame holds, or the fault that the service answers it with.
 *
 * The sound of an append is not looked into: its base64 is checked where it becomes bytes. What the live service lists for an
 * unknown type here is not known; we list what the session takes.
 *
 * @example
 * decodeTranslation('{"type":"session.close"}')     // { event: { type: 'session.close' } }
 * decodeTranslation('{"type":"response.create"}')   // { fault: { code: 'invalid_value', param: 'type', … } }
 */
export function decodeTranslation(text: string): DecodedTranslation {
  const value = parseJson(text)
  if (value === undefined) return { fault: invalidJson() }
  if (!isEnvelope(value)) return { fault: envelopeFault(value) }
  const { type } = value
  const refused = refusedOf(value)
  if (!isTranslationClientEventType(type)) return { fault: invalidValue('type', type, translationClientEventTypes, refused) }
  const result = translationClientEventSchemas[type].safeParse(value)
  return result.success ? { event: result.data } : { fault: issueFault(result.error.issues, value, refused) }
}
