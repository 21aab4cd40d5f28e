// Turns what zod found wrong with a client event into the fault that the service would give: the first issue wins.
// Knows zod's issues and the house style of messages; knows no event.

import type * as z from 'zod'
import type { Fault, Refused } from './faults.ts'
import { fault } from './faults.ts'
import {
  aboveMaximum,
  arrayTooShort,
  belowMinimum,
  invalidModalities,
  invalidType,
  invalidValue,
  missingRequiredParameter,
  quotedList,
  stringTooLong,
  tooManyProperties,
  unknownParameter,
} from './field-faults.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** The fault of the first issue. `root` is the whole event: missing and wrong values are told apart by looking them up. */
export function issueFault(issues: readonly Issue[], root: unknown, refused?: Refused): Fault {
  const [issue] = issues
  if (!issue) return fault('invalid_event', 'Invalid event.', null, refused)
  return faultOf(issue, [], root, refused)
}

/** `session.tools[0].name`. */
function dottedPath(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}

function faultOf(issue: Issue, prefix: Path, root: unknown, refused?: Refused): Fault {
  const path = [...prefix, ...issue.path]
  const param = dottedPath(path)
  if (issue.code === 'unrecognized_keys') return unknownParameter(dottedPath([...path, ...issue.keys.slice(0, 1)]), refused)
  const value = valueAt(root, path)
  if (value === undefined) return missingRequiredParameter(param, refused)
  switch (issue.code) {
    case 'invalid_type':
      return invalidType(param, withArticle(expectedName(issue.expected, path)), value, refused)
    case 'invalid_value':
      return wrongValue(param, issue.values, value, refused)
    case 'invalid_union':
      return unionFault(issue, path, root, refused)
    case 'too_small':
    case 'too_big':
      return rangeFault(issue, path, value, refused)
    case 'invalid_key':
      return keyFault(issue, path, refused)
    case 'custom':
      return ruleFault(issue.params, param, value, refused)
    default:
      return fault('invalid_value', `Invalid value for '${param}'.`, param, refused)
  }
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value === null || value === undefined ? undefined : Reflect.get(Object(value), key)),
    root,
  )
}

/** Zod calls every field a number, and does not say whether a bound belongs to an integer; these are the ones that are none. */
const decimalFields: ReadonlySet<PropertyKey> = new Set(['threshold', 'speed', 'retention_ratio', 'strength'])

function isDecimal(path: Path): boolean {
  return decimalFields.has(path.at(-1) ?? '')
}

function expectedName(expected: string, path: Path): string {
  if (expected === 'record') return 'object'
  if (expected === 'number' || expected === 'int') return isDecimal(path) ? 'decimal number' : 'integer'
  return expected
}

function withArticle(name: string): string {
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`
}

/** A literal that is none of the literals is a wrong value; anything else is a wrong type. */
function wrongValue(param: string, supported: readonly unknown[], value: unknown, refused?: Refused): Fault {
  if (supported.some((one) => typeof one === typeof value)) return invalidValue(param, value, supported, refused)
  return invalidType(param, oneOf(supported, []), value, refused)
}

function oneOf(literals: readonly unknown[], types: readonly string[]): string {
  if (literals.length === 1 && types.length === 0) return `'${String(literals[0])}'`
  if (types.length === 0) return `one of ${quotedList(literals, 'or')}`
  const choices = [...literals.map((literal) => `'${String(literal)}'`), ...types]
  return choices.length === 1 ? `${choices[0]}` : `one of ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
}

function unionFault(issue: z.core.$ZodIssueInvalidUnion, path: Path, root: unknown, refused?: Refused): Fault {
  const value = valueAt(root, path)
  const param = dottedPath(path)
  if ('options' in issue && issue.options) return wrongValue(param, issue.options, value, refused)
  // A branch that got past the kind of value is the one that the client meant.
  const meant = issue.errors.find((branch) => branch.some((inner) => !isAboutKind(inner)))
  const [first] = meant ?? []
  if (first) return faultOf(first, path, root, refused)
  const flat = issue.errors.flat()
  const literals = flat.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []))
  if (literals.some((one) => typeof one === typeof value)) return invalidValue(param, value, literals, refused)
  const types = flat.flatMap((inner) => (inner.code === 'invalid_type' ? [withArticle(expectedName(inner.expected, path))] : []))
  return invalidType(param, oneOf(literals, types), value, refused)
}

function isAboutKind(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')
}

function rangeFault(
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  path: Path,
  value: unknown,
  refused?: Refused,
): Fault {
  const param = dottedPath(path)
  if (typeof value === 'number') {
    const kind = isDecimal(path) ? 'decimal' : 'integer'
    if (issue.code === 'too_small') return belowMinimum(param, { limit: Number(issue.minimum), value, kind }, refused)
    return aboveMaximum(param, { limit: Number(issue.maximum), value, kind }, refused)
  }
  if (Array.isArray(value) && issue.code === 'too_small')
    return arrayTooShort(param, Number(issue.minimum), value.length, refused)
  if (typeof value === 'string' && issue.code === 'too_big')
    return stringTooLong(param, Number(issue.maximum), value.length, refused)
  return fault('invalid_value', `Invalid value for '${param}'.`, param, refused)
}

/** The name of a pair is too long: told of the whole object, as a name has no path of its own. */
function keyFault(issue: z.core.$ZodIssueInvalidKey, path: Path, refused?: Refused): Fault {
  const param = dottedPath(path.slice(0, -1))
  const [inner] = issue.issues
  if (inner?.code !== 'too_big') return fault('invalid_value', `Invalid value for '${param}'.`, param, refused)
  return stringTooLong(param, Number(inner.maximum), String(path.at(-1)).length, refused)
}

/** Rules of our own schemas, named in the `params` of their refinement. */
function ruleFault(params: Record<string, unknown> | undefined, param: string, value: unknown, refused?: Refused): Fault {
  if (params?.rule === 'one-modality' && Array.isArray(value)) return invalidModalities(param, value, refused)
  if (params?.rule === 'max-properties') {
    return tooManyProperties(param, Number(params.limit), Object.keys(Object(value)).length, refused)
  }
  return fault('invalid_value', `Invalid value for '${param}'.`, param, refused)
}
