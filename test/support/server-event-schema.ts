// Two judges of what the service sends: the JSON Schema of the live API (a floor, made from OpenAI's own specification),
// and our strict schemas (every key that the service sends, and no other).

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { translationServerEventTypes } from '../../src/protocol/event-types.ts'
import { isServerEventType, serverEventSchemas } from '../../src/protocol/server-events.ts'
import { translationServerEventSchemas } from '../../src/protocol/translation-events.ts'

interface Definition {
  readonly anyOf?: readonly { readonly $ref: string }[]
  readonly properties?: { readonly type?: { readonly enum?: readonly string[] } }
}

const schema: { $defs: Record<string, Definition> } = JSON.parse(
  // No `new URL(…, import.meta.url)`: in tests with a page, Vite makes that an address of its server.
  readFileSync(join(import.meta.dirname, 'realtime.schema.json'), 'utf8'),
)
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(schema, 'realtime')

const serverPointers = pointersByType('RealtimeServerEvent')
const clientPointers = pointersByType('RealtimeClientEvent')
const translationServerPointers = pointersByType('RealtimeTranslationServerEvent')
const translationClientPointers = pointersByType('RealtimeTranslationClientEvent')

function pointersByType(union: string): ReadonlyMap<string, string> {
  const variants = schema.$defs[union]?.anyOf ?? []
  return new Map(
    variants.map(({ $ref }) => {
      const type = schema.$defs[$ref.slice('#/$defs/'.length)]?.properties?.type?.enum?.[0]
      if (type === undefined) throw new Error(`${$ref} of ${union} has no type`)
      return [type, $ref]
    }),
  )
}

/** Names of the server events that the JSON Schema knows. */
export const schemaServerEventTypes: readonly string[] = [...serverPointers.keys()]
/** Names of the client events that the JSON Schema knows. */
export const schemaClientEventTypes: readonly string[] = [...clientPointers.keys()]

/** The same of translation sessions. */
export const schemaTranslationServerEventTypes: readonly string[] = [...translationServerPointers.keys()]
export const schemaTranslationClientEventTypes: readonly string[] = [...translationClientPointers.keys()]

/** Throws unless the live service's JSON Schema accepts the server event. */
export function assertValidServerEvent(event: unknown): void {
  assertBySchema(event, serverPointers)
}

/** Throws unless the live service's JSON Schema accepts the client event. */
export function assertValidClientEvent(event: unknown): void {
  assertBySchema(event, clientPointers)
}

/** Throws unless the event has every key that the service sends, nulls included, and no other. */
export function assertStrictServerEvent(event: unknown): void {
  const type = typeOf(event)
  if (!isServerEventType(type)) throw new Error(`'${type}' is no server event`)
  const result = serverEventSchemas[type].safeParse(event)
  if (result.success) return
  const issues = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`${type} is not what the service sends:\n${issues.join('\n')}\n${JSON.stringify(event)}`)
}

/** Throws unless the live service's JSON Schema accepts the server event of a translation session. */
export function assertValidTranslationEvent(event: unknown): void {
  assertBySchema(event, translationServerPointers)
}

/** Throws unless the live service's JSON Schema accepts the client event of a translation session. */
export function assertValidTranslationClientEvent(event: unknown): void {
  assertBySchema(event, translationClientPointers)
}

/** Throws unless the event has every key that a translation session sends, and no other. */
export function assertStrictTranslationEvent(event: unknown): void {
  const type = translationServerEventTypes.find((name) => name === typeOf(event))
  if (type === undefined) throw new Error(`'${typeOf(event)}' is no server event of a translation session`)
  const result = translationServerEventSchemas[type].safeParse(event)
  if (result.success) return
  const issues = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`${type} is not what the service sends:\n${issues.join('\n')}\n${JSON.stringify(event)}`)
}

/** Whether only a translation session sends such an event. */
export function isTranslationEvent(event: { readonly type: string; readonly session?: unknown }): boolean {
  if (event.type !== 'session.created' && event.type !== 'session.updated') {
    return event.type !== 'error' && translationServerPointers.has(event.type)
  }
  return (
    typeof event.session === 'object' && event.session !== null && 'type' in event.session && event.session.type === 'translation'
  )
}

function assertBySchema(event: unknown, pointers: ReadonlyMap<string, string>): void {
  const type = typeOf(event)
  const pointer = pointers.get(type)
  const validate: ValidateFunction | undefined = pointer === undefined ? undefined : ajv.getSchema(`realtime${pointer}`)
  if (!validate) throw new Error(`the JSON Schema has no event '${type}'`)
  if (!validate(event))
    throw new Error(`${type} fails the JSON Schema: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(event)}`)
}

function typeOf(event: unknown): string {
  if (typeof event === 'object' && event !== null && 'type' in event) return String(event.type)
  throw new Error(`no event: ${JSON.stringify(event)}`)
}
