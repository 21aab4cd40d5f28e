// Two judges of what the service sends: the JSON Schema of the live API (a floor, made from OpenAI's own specification),
// and our strict schemas (every key that the service sends, and no other).

import { readFileSync } from 'node:fs'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { isServerEventType, serverEventSchemas } from '../../src/protocol/server-events.ts'

interface Definition {
  readonly anyOf?: readonly { readonly $ref: string }[]
  readonly properties?: { readonly type?: { readonly enum?: readonly string[] } }
}

const schema: { $defs: Record<string, Definition> } = JSON.parse(
  readFileSync(new URL('realtime.schema.json', import.meta.url), 'utf8'),
)
const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(schema, 'realtime')

const serverPointers = pointersByType('RealtimeServerEvent')
const clientPointers = pointersByType('RealtimeClientEvent')

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
