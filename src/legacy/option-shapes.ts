// Checks of what users of the old system's classes write: wrong names and values are errors at the author's line. Light: the classes
// that use it are imported with the kit.

import { checkOptions, type OptionRules, type Place, refuse, rule } from '../responses/option-check.ts'

export const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isCount = (value: unknown): value is number => isNumber(value) && Number.isInteger(value) && value >= 0

export const anyText = rule('a text', isText)
export const texts = rule(
  'an array of texts',
  (value) => Array.isArray(value) && value.every(isText),
  (value) => (isText(value) ? `Write [${JSON.stringify(value)}].` : undefined),
)
export const modalities = rule(
  "an array of 'text' and 'audio'",
  (value) => Array.isArray(value) && value.every((one) => one === 'text' || one === 'audio'),
  (value) => (isText(value) ? `Write [${JSON.stringify(value)}].` : undefined),
)
export const flag = rule('true or false', (value) => typeof value === 'boolean')
export const flagOrNull = rule('true, false or null', (value) => value === null || typeof value === 'boolean')
export const anyNumber = rule('a number', isNumber)
export const turnCount = rule('a whole number, 0 or more', isCount)
export const seconds = rule('seconds, 0 or more', (value) => isNumber(value) && value >= 0)
export const milliseconds = rule('milliseconds, 0 or more', (value) => isNumber(value) && value >= 0)
export const share = rule('a number from 0 to 1', (value) => isNumber(value) && value >= 0 && value <= 1)
export const positive = rule('a number above 0', (value) => isNumber(value) && value > 0)
export const anyObject = rule('an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value))
export const anyFunction = rule('a function', (value) => typeof value === 'function')

/** Checks the argument of a constructor or call; `subject` is how the author wrote it. */
export function checkShape(subject: string, value: unknown, rules: OptionRules, elsewhere: Record<string, string> = {}): void {
  const place: Place = { subject, path: '', code: 'RTK_OPTION' }
  if (anyObject.problem(value, place) !== undefined) refuse(place, value, 'an object of options')
  checkOptions(value as object, rules, place, { ...elsewhere, ...camelCaseHints(value as object, rules) })
}

/** Names as the Python classes had them. */
function camelCaseHints(value: object, rules: OptionRules): Record<string, string> {
  const known = Object.keys(value).filter((key) => key.includes('_') && camelCase(key) in rules)
  return Object.fromEntries(known.map((key) => [key, `It is \`${camelCase(key)}\` here.`]))
}

export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
