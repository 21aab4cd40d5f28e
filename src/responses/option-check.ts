// Checks of objects that authors write: unknown keys and wrong types are errors that name the option, what it got,
// and what is allowed. What the options of a reply are is in validate-reply.ts and validate-when.ts.

import { type KitErrorCode, RealtimeKitError } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import { nearName } from './near-name.ts'

/** Where a value stands, for messages: `reply 'greeting'`, and the option's path. */
export interface Place {
  readonly subject: string
  readonly path: string
  /** Code of the errors; default RTK_REPLY. */
  readonly code?: KitErrorCode
}

/** What an option takes; `problem` gives what is wrong with a value, or undefined. */
export interface OptionRule {
  readonly expected: string
  readonly problem: (value: unknown, place: Place) => string | undefined
}

export type OptionRules = Readonly<Record<string, OptionRule>>

/** Throws at the author's line. */
export function refuse(place: Place, got: unknown, expected: string, hint = ''): never {
  const option = place.path === '' ? '' : ` \`${place.path}\``
  const tail = hint === '' ? '' : `\n  ${hint}`
  throw new RealtimeKitError(place.code ?? 'RTK_REPLY', `${place.subject}:${option} must be ${expected}, got ${show(got)}${tail}`)
}

/**
 * Checks each key of `value` against the rules; `elsewhere` explains keys that belong to another object.
 *
 * @throws RealtimeKitError of the place's code at the first unknown key or wrong value.
 */
export function checkOptions(
  value: object,
  rules: OptionRules,
  place: Place,
  elsewhere: Readonly<Record<string, string>> = {},
): void {
  for (const [key, given] of Object.entries(value)) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined
    if (rule === undefined) refuseKey(key, Object.keys(rules), place, elsewhere)
    if (given === undefined) continue
    const inner = { ...place, path: place.path === '' ? key : `${place.path}.${key}` }
    const problem = rule.problem(given, inner)
    if (problem !== undefined) refuse(inner, given, rule.expected, problem)
  }
}

function refuseKey(key: string, allowed: readonly string[], place: Place, elsewhere: Readonly<Record<string, string>>): never {
  const where = place.path === '' ? '' : ` of \`${place.path}\``
  const near = nearName(key, allowed)
  const known = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined
  const mend = known ?? (near === undefined ? '' : `Did you mean \`${near}\`?`)
  const lines = [
    `${place.subject}: \`${key}\` is no option${where}.${mend === '' ? '' : ` ${mend}`}`,
    `  allowed: ${allowed.join(', ')}`,
  ]
  throw new RealtimeKitError(place.code ?? 'RTK_REPLY', lines.join('\n'))
}

/** A value as messages show it: short, with its type where that says more. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (value instanceof RegExp) return String(value)
  if (value instanceof Promise) return 'a Promise'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}, first ${show(value[0])}`
  if (typeof value === 'object' && value !== null)
    return `an object with ${Object.keys(value).slice(0, 6).join(', ') || 'no keys'}`
  return String(value)
}

/** A rule from a test of the value alone. */
export function rule(
  expected: string,
  fits: (value: unknown) => boolean,
  hint: (value: unknown) => string | undefined = () => undefined,
): OptionRule {
  return { expected, problem: (value) => (fits(value) ? undefined : (hint(value) ?? '')) }
}

/** An object of known fields. */
export function objectOf(what: string, rules: OptionRules): OptionRule {
  return {
    expected: `an object of ${what}`,
    problem(value, place) {
      if (!isRecord(value)) return ''
      checkOptions(value, rules, place)
      return undefined
    },
  }
}

/** One of a few words, with the nearest one offered. */
export function oneOf(names: readonly string[]): OptionRule {
  const offer = (value: unknown) => {
    const near = typeof value === 'string' ? nearName(value, names) : undefined
    return near === undefined ? undefined : `Did you mean '${near}'?`
  }
  return rule(
    `one of ${names.map((name) => `'${name}'`).join(', ')}`,
    (value) => typeof value === 'string' && names.includes(value),
    offer,
  )
}
