// Faults of single fields in the house style of the API: presence, type, value and range. Decoding makes them of zod issues.

import type { Fault, Refused } from './faults.ts'
import { fault } from './faults.ts'

/** 'a'; 'a' and 'b'; 'a', 'b', and 'c'. */
export function quotedList(values: readonly unknown[], conjunction: 'and' | 'or' = 'and'): string {
  const quoted = values.map((value) => `'${String(value)}'`)
  if (quoted.length < 3) return quoted.join(` ${conjunction} `)
  return `${quoted.slice(0, -1).join(', ')}, ${conjunction} ${quoted.at(-1)}`
}

export function unknownParameter(param: string, refused?: Refused): Fault {
  return fault('unknown_parameter', `Unknown parameter: '${param}'.`, param, refused)
}

export function missingRequiredParameter(param: string, refused?: Refused): Fault {
  return fault('missing_required_parameter', `Missing required parameter: '${param}'.`, param, refused)
}

/** `supported` are the values that would do; one alone reads differently. */
export function invalidValue(param: string, value: unknown, supported: readonly unknown[], refused?: Refused): Fault {
  const instead = supported.length === 1 ? 'Value must be' : 'Supported values are:'
  return fault('invalid_value', `Invalid value: '${String(value)}'. ${instead} ${quotedList(supported)}.`, param, refused)
}

/** `expected` comes with its article: 'an integer', "one of 'auto' or 'none'". */
export function invalidType(param: string, expected: string, value: unknown, refused?: Refused): Fault {
  const message = `Invalid type for '${param}': expected ${expected}, but got ${nameOfType(value)} instead.`
  return fault('invalid_type', message, param, refused)
}

/** Only `['audio']` or `['text']`, never both. */
export function invalidModalities(param: string, modalities: readonly string[], refused?: Refused): Fault {
  const list = modalities.map((name) => `'${name}'`).join(', ')
  const message = `Invalid modalities: [${list}]. Supported combinations are: ['text'] and ['audio'].`
  return fault('invalid_value', message, param, refused)
}

export interface Bound {
  readonly limit: number
  readonly value: number
  readonly kind: 'integer' | 'decimal'
}

export function belowMinimum(param: string, { limit, value, kind }: Bound, refused?: Refused): Fault {
  const message = `Invalid '${param}': ${kind} below minimum value. Expected a value >= ${limit}, but got ${value} instead.`
  return fault(`${kind}_below_min_value`, message, param, refused)
}

export function aboveMaximum(param: string, { limit, value, kind }: Bound, refused?: Refused): Fault {
  const message = `Invalid '${param}': ${kind} above maximum value. Expected a value <= ${limit}, but got ${value} instead.`
  return fault(`${kind}_above_max_value`, message, param, refused)
}

export function stringTooLong(param: string, limit: number, length: number, refused?: Refused): Fault {
  const message =
    `Invalid '${param}': string too long. Expected a string with maximum length ${limit}, ` +
    `but got a string with length ${length} instead.`
  return fault('string_above_max_length', message, param, refused)
}

export function arrayTooShort(param: string, limit: number, length: number, refused?: Refused): Fault {
  const message =
    `Invalid '${param}': array too short. Expected an array with minimum length ${limit}, ` +
    `but got an array with length ${length} instead.`
  return fault('array_below_min_length', message, param, refused)
}

export function tooManyProperties(param: string, limit: number, count: number, refused?: Refused): Fault {
  const message =
    `Invalid '${param}': too many properties. Expected an object with at most ${limit} properties, ` +
    `but got an object with ${count} properties instead.`
  return fault('object_above_max_properties', message, param, refused)
}

/** What a JSON value is called in messages, with its article. */
export function nameOfType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number'
  if (typeof value === 'object') return 'an object'
  return `a ${typeof value}`
}
