// Arguments for a function call, made from the JSON Schema of its parameters and from what the user said.
// Deterministic; only what is required, and what the user mentioned.

import { isRecord } from '../protocol/json.ts'
import { hasPhrase, prepareText } from './matching.ts'
import { numbersIn, textsIn } from './mentions.ts'

type Schema = Readonly<Record<string, unknown>>

interface Work {
  readonly root: Schema
  readonly said: string
  /** Texts and numbers of the user that no argument has taken yet. */
  readonly texts: string[]
  readonly numbers: number[]
}

/** A value, and whether the user mentioned it. */
interface Found {
  readonly value: unknown
  readonly mentioned: boolean
}

const maxDepth = 12

/**
 * An object that fits the schema of a function's parameters.
 *
 * @param said What the user said: enum values, numbers, names and places in it become arguments where the schema allows.
 * @example
 * const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
 * argumentsFor(parameters, 'Weather in Paris?') // { city: 'Paris' }
 */
export function argumentsFor(parameters: unknown, said: string): Record<string, unknown> {
  if (!isRecord(parameters)) return {}
  const found = valueFor(parameters, '', { root: parameters, said, texts: textsIn(said), numbers: numbersIn(said) }, 0)
  return isRecord(found.value) ? found.value : {}
}

function valueFor(given: unknown, name: string, work: Work, depth: number): Found {
  const schema = resolve(given, work.root, 0)
  const { type } = schema
  if ('const' in schema) return { value: schema.const, mentioned: false }
  if (Array.isArray(schema.enum)) return ofEnum(schema.enum, work)
  if (depth > maxDepth) return { value: null, mentioned: false }
  const kind = Array.isArray(type) ? type.find((one) => one !== 'null') : type
  if (kind === 'object' || isRecord(schema.properties)) return ofObject(schema, work, depth)
  if (kind === 'array') return ofArray(schema, name, work, depth)
  if (kind === 'number' || kind === 'integer') return ofNumber(schema, kind === 'integer', work)
  if (kind === 'boolean') return { value: example(schema) ?? true, mentioned: false }
  if (kind === 'null') return { value: null, mentioned: false }
  return ofString(schema, name, work)
}

/** Follows `$ref`, `allOf` and the first choice of `anyOf` and `oneOf` that is not null. */
function resolve(given: unknown, root: Schema, depth: number): Schema {
  if (!isRecord(given) || depth > maxDepth) return {}
  const { $ref, allOf, anyOf, oneOf, ...own } = given
  if (typeof $ref === 'string') return { ...resolve(target($ref, root), root, depth + 1), ...own }
  if (Array.isArray(allOf)) return merged([own, ...allOf.map((one) => resolve(one, root, depth + 1))])
  const choices = anyOf ?? oneOf
  if (!Array.isArray(choices)) return given
  const choice = choices.find((one) => !isRecord(one) || one.type !== 'null')
  return merged([own, resolve(choice, root, depth + 1)])
}

function target(ref: string, root: Schema): unknown {
  const steps = ref.replace(/^#\/?/, '').split('/').filter(Boolean)
  return steps.reduce<unknown>(
    (place, step) => (isRecord(place) ? place[step.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
    root,
  )
}

function merged(schemas: readonly Schema[]): Schema {
  const whole: Record<string, unknown> = Object.assign({}, ...schemas)
  const required = schemas.flatMap((one) => (Array.isArray(one.required) ? one.required : []))
  const properties = Object.assign({}, ...schemas.map((one) => (isRecord(one.properties) ? one.properties : {})))
  return { ...whole, ...(required.length > 0 ? { required } : {}), ...(Object.keys(properties).length > 0 ? { properties } : {}) }
}

function example(schema: Schema): unknown {
  return schema.default ?? (Array.isArray(schema.examples) ? schema.examples[0] : undefined)
}

function ofEnum(values: readonly unknown[], { said }: Work): Found {
  const text = prepareText(said)
  const mentioned = values.find((value) => hasPhrase(text, spoken(value)))
  return mentioned === undefined ? { value: values[0], mentioned: false } : { value: mentioned, mentioned: true }
}

/** An enum value as people say it: `next_day` is "next day". */
function spoken(value: unknown): string {
  return String(value).replaceAll(/[_-]+/g, ' ')
}

function ofObject(schema: Schema, work: Work, depth: number): Found {
  const properties = isRecord(schema.properties) ? schema.properties : {}
  const required = Array.isArray(schema.required) ? schema.required : []
  // Required ones first: they have the better claim to what was said.
  const names = Object.keys(properties).sort((left, right) => Number(required.includes(right)) - Number(required.includes(left)))
  const found = new Map(names.map((name) => [name, valueFor(properties[name], name, work, depth + 1)]))
  const kept = Object.keys(properties).filter((name) => required.includes(name) || found.get(name)?.mentioned)
  const value = Object.fromEntries(kept.map((name) => [name, found.get(name)?.value]))
  return { value, mentioned: kept.some((name) => found.get(name)?.mentioned) }
}

function ofArray(schema: Schema, name: string, work: Work, depth: number): Found {
  const { items } = schema
  const least = typeof schema.minItems === 'number' ? schema.minItems : 0
  const choices = resolve(items, work.root, 0).enum
  const text = prepareText(work.said)
  const named = Array.isArray(choices) ? choices.filter((value) => hasPhrase(text, spoken(value))) : []
  if (named.length >= Math.max(least, 1)) return { value: named.slice(0, most(schema)), mentioned: true }
  const first = valueFor(items, name, work, depth + 1)
  const count = Math.min(Math.max(least, first.mentioned ? 1 : 0), 100)
  const isUnique = schema.uniqueItems === true
  const fill = (index: number) => (isUnique && index > 0 ? another(choices, first.value, index) : first.value)
  return { value: Array.from({ length: count }, (_, index) => fill(index)), mentioned: first.mentioned }
}

function most(schema: Schema): number {
  return typeof schema.maxItems === 'number' ? schema.maxItems : 100
}

/** A further value for arrays whose items must differ. */
function another(choices: unknown, first: unknown, index: number): unknown {
  if (Array.isArray(choices)) return choices.filter((one) => one !== first)[index - 1]
  return typeof first === 'number' ? first + index : `${String(first)} ${index + 1}`
}

function ofNumber(schema: Schema, isWhole: boolean, { numbers }: Work): Found {
  const place = numbers.findIndex((value) => fitsNumber(schema, isWhole, value))
  if (place >= 0) return { value: numbers.splice(place, 1)[0], mentioned: true }
  const given = example(schema)
  return { value: typeof given === 'number' ? given : exampleNumber(schema, isWhole), mentioned: false }
}

function exampleNumber(schema: Schema, isWhole: boolean): number {
  const step = typeof schema.multipleOf === 'number' && schema.multipleOf > 0 ? schema.multipleOf : 1
  const { minimum: min, maximum: max, exclusiveMinimum: above, exclusiveMaximum: below } = schema
  const bounds = [min, above, max, below].filter((bound) => typeof bound === 'number')
  const candidates = [step, 0, -step, ...bounds.flatMap((bound) => near(bound, step))]
  if (typeof min === 'number' && typeof max === 'number') candidates.push((min + max) / 2)
  if (typeof above === 'number' && typeof below === 'number') candidates.push((above + below) / 2)
  return candidates.find((value) => fitsNumber(schema, isWhole, value)) ?? 1
}

/** Values at, just above and just below a bound, on the grid of `multipleOf`. */
function near(bound: number, step: number): number[] {
  const down = Math.floor(bound / step) * step
  return [bound, down, down + step, down - step, down + 2 * step]
}

function fitsNumber(schema: Schema, isWhole: boolean, value: number): boolean {
  if (isWhole && !Number.isInteger(value)) return false
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema
  if (typeof minimum === 'number' && value < minimum) return false
  if (typeof maximum === 'number' && value > maximum) return false
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) return false
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) return false
  return typeof multipleOf !== 'number' || Number.isInteger(value / multipleOf)
}

const formatPatterns: Readonly<Record<string, RegExp>> = {
  email: /[^\s@,;]+@[^\s@,;]+\.[A-Za-z]{2,}/,
  uri: /https?:\/\/[^\s,;]*[^\s,;.?!]/,
  url: /https?:\/\/[^\s,;]*[^\s,;.?!]/,
  date: /\d{4}-\d{2}-\d{2}/,
  time: /\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})/,
  'date-time': /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})/,
  uuid: /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i,
}

const formatExamples: Readonly<Record<string, string>> = {
  email: 'someone@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  date: '2026-01-15',
  time: '09:30:00Z',
  'date-time': '2026-01-15T09:30:00Z',
  uuid: '00000000-0000-4000-8000-000000000001',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
}

/** Tried in turn where a pattern is given: we make no strings from patterns. */
const samples = [
  'A1',
  'ABC',
  'abc',
  '1',
  '12',
  '123',
  '1234',
  '12345',
  '123456',
  '2026-01-15',
  '09:30',
  '+15550100',
  '5550100',
  'A-1',
  'ABC-123',
  'ABC123',
  'en',
  'en-US',
]

function ofString(schema: Schema, name: string, work: Work): Found {
  const format = typeof schema.format === 'string' ? schema.format : ''
  const pattern = Object.hasOwn(formatPatterns, format) ? formatPatterns[format] : undefined
  if (pattern !== undefined) {
    const told = pattern.exec(work.said)?.[0]
    if (told !== undefined && fitsString(schema, told)) return { value: told, mentioned: true }
  } else {
    const place = chooseText(schema, name, work.texts)
    if (place >= 0) return { value: work.texts.splice(place, 1)[0], mentioned: true }
  }
  const given = example(schema)
  if (typeof given === 'string') return { value: given, mentioned: false }
  const sample = [formatExamples[format] ?? 'example', ...samples].find((text) => fitsString(schema, text))
  return { value: sample ?? padded(schema), mentioned: false }
}

/** Identifiers take words with digits (A1), other strings take names and places. */
function chooseText(schema: Schema, name: string, texts: readonly string[]): number {
  const isCode = /(?:^|[_\s-])(?:id|code|number|no|ref|reference|key)$|(?:Id|Code|Number|Ref|Key)$/.test(name)
  const place = texts.findIndex((text) => fitsString(schema, text) && isCode === /\d/.test(text))
  return place >= 0 || isCode ? place : texts.findIndex((text) => fitsString(schema, text))
}

function fitsString(schema: Schema, text: string): boolean {
  const { minLength, maxLength, pattern } = schema
  const length = [...text].length
  if (typeof minLength === 'number' && length < minLength) return false
  if (typeof maxLength === 'number' && length > maxLength) return false
  if (typeof pattern !== 'string') return true
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return true
  }
}

function padded({ minLength, maxLength }: Schema): string {
  const least = typeof minLength === 'number' ? Math.min(minLength, 10_000) : 0
  const text = 'example'.padEnd(least, ' example')
  return typeof maxLength === 'number' ? text.slice(0, maxLength) : text
}
