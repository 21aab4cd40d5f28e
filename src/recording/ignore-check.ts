// Whether the names in `ignore` are names of anything: a typo would be taken for a rule, and nothing would be left out. What stands in
// the recordings counts, and what the protocol knows, so that one list serves many recordings.

import * as z from 'zod'
import { RealtimeKitError } from '../errors.ts'
import { clientEventSchemas } from '../protocol/client-events.ts'
import { isRecord } from '../protocol/json.ts'
import { serverEventSchemas } from '../protocol/server-events.ts'
import { translationClientEventSchemas, translationServerEventSchemas } from '../protocol/translation-events.ts'
import { nearName } from '../responses/near-name.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import { at } from './replay-values.ts'

export interface IgnoreScope {
  readonly entries: readonly TimelineEntry[]
  /** Names that are allowed besides fields: `url.model`. */
  readonly also?: readonly string[]
  /** Whether a whole type of event may be left out. */
  readonly takesTypes: boolean
}

type Fields = Readonly<Record<string, unknown>>
type Event = { readonly type: string }

/**
 * @throws RealtimeKitError RTK_OPTION for a name that is neither in the entries nor in the protocol, with the nearest one that is
 * @example checkIgnore(['session.instructions'], { entries, takesTypes: false })
 */
export function checkIgnore(ignore: readonly string[], scope: IgnoreScope): void {
  if (ignore.length === 0) return
  const events = scope.entries.flatMap((entry) => (isEvent(entry) ? [entry.event as Event] : []))
  for (const name of ignore) {
    if (scope.also?.includes(name)) continue
    const problem = problemOf(name, events, scope)
    if (problem !== undefined) throw new RealtimeKitError('RTK_OPTION', `ignore: '${name}' ${problem}`)
  }
}

function problemOf(name: string, events: readonly Event[], { takesTypes, also = [] }: IgnoreScope): string | undefined {
  const slash = name.indexOf('/')
  const [type, path] = slash < 0 ? [undefined, name] : [name.slice(0, slash), name.slice(slash + 1)]
  const types = typesIn(events)
  if (type !== undefined && !types.has(type))
    return `begins with no type of event.${meant(type, types, (near) => `${near}/${path}`)}`
  if (slash < 0 && types.has(name)) {
    if (takesTypes) return undefined
    if (!hasPath(undefined, name, events)) return `is a type of event; name a field of it: '${name}/…'.`
  }
  if (hasPath(type, path, events)) return undefined
  const candidates = new Set([...pathsIn(events, type), ...(type === undefined ? also : [])])
  if (type === undefined && takesTypes) for (const one of types) candidates.add(one)
  const what =
    takesTypes && type === undefined ? 'is no type of event and no field of one' : `is no field of ${type ?? 'an event'}`
  return `${what}.${meant(path, candidates, (near) => (type === undefined ? near : `${type}/${near}`))}`
}

function meant(given: string, names: ReadonlySet<string>, whole: (near: string) => string): string {
  // The right field, and what holds it was left out.
  const near = nearName(given, [...names]) ?? [...names].find((name) => name.endsWith(`.${given}`))
  return near === undefined ? ' Fields are named by dots, as session.audio.output.voice.' : ` Did you mean '${whole(near)}'?`
}

function typesIn(events: readonly Event[]): Set<string> {
  return new Set([...schemas.flatMap((table) => Object.keys(table)), ...events.map(({ type }) => type)])
}

function hasPath(type: string | undefined, path: string, events: readonly Event[]): boolean {
  if (events.some((event) => (type ?? event.type) === event.type && at(event, path) !== undefined)) return true
  return shapesOf(type).some((shape) => leadsTo(shape, path.split('.')))
}

// ---- the protocol

const schemas: readonly Readonly<Record<string, z.ZodType>>[] = [
  clientEventSchemas,
  serverEventSchemas,
  translationClientEventSchemas,
  translationServerEventSchemas,
]

function shapesOf(type: string | undefined): Fields[] {
  const found = schemas.flatMap((table) =>
    Object.entries(table).flatMap(([name, schema]) => (type === undefined || name === type ? [schema] : [])),
  )
  return found.map((schema) => z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input', reused: 'inline' }) as Fields)
}

/** What a schema may be: itself, or one of several. */
function variantsOf(shape: Fields): Fields[] {
  const several = [shape.anyOf, shape.oneOf, shape.allOf].flatMap((list) => (Array.isArray(list) ? list.filter(isRecord) : []))
  return several.length > 0 ? several.flatMap(variantsOf) : [shape]
}

function leadsTo(shape: Fields, path: readonly string[]): boolean {
  const [name, ...rest] = path
  if (name === undefined) return true
  return variantsOf(shape).some((variant) => {
    const next = stepInto(variant, name)
    return next === 'anything' || (next !== undefined && leadsTo(next, rest))
  })
}

function stepInto({ type, properties, items, additionalProperties }: Fields, name: string): Fields | 'anything' | undefined {
  if (isRecord(properties) && Object.hasOwn(properties, name)) return properties[name] as Fields
  if (isRecord(items)) return /^\d+$/.test(name) ? items : undefined
  if (isRecord(additionalProperties)) return additionalProperties
  return type === undefined || (type === 'object' && !properties) || additionalProperties === true ? 'anything' : undefined
}

// ---- for near misses

const deepest = 6

function pathsIn(events: readonly Event[], type: string | undefined): Set<string> {
  const found = new Set<string>()
  for (const shape of shapesOf(type)) addPaths(shape, '', found)
  for (const event of events) if ((type ?? event.type) === event.type) addKeys(event, '', found)
  return found
}

function addPaths(shape: Fields, path: string, found: Set<string>): void {
  if (path.split('.').length > deepest) return
  for (const { properties, items } of variantsOf(shape)) {
    const fields = isRecord(properties) ? Object.entries(properties) : isRecord(items) ? [['0', items] as const] : []
    for (const [name, inner] of fields) {
      const below = path === '' ? name : `${path}.${name}`
      found.add(below)
      if (isRecord(inner)) addPaths(inner, below, found)
    }
  }
}

function addKeys(value: unknown, path: string, found: Set<string>): void {
  if (typeof value !== 'object' || value === null || path.split('.').length > deepest) return
  for (const [name, inner] of Object.entries(value)) {
    const below = path === '' ? name : `${path}.${name}`
    found.add(below)
    addKeys(inner, below, found)
  }
}
