// Checks of what authors pass to this part, in one wording. A number that is none would turn sound into silence without a word.

import { RealtimeKitError } from '../src/errors.ts'

/** Where a value was given: `echo()`, and under which name. */
export interface Given {
  readonly where: string
  readonly name: string
  readonly value: unknown
}

/** @throws RealtimeKitError RTK_AUDIO */
export function refuse({ where, name, value }: Given, expected: string): never {
  const got = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'number' ? String(value) : kindName(value)
  throw new RealtimeKitError('RTK_AUDIO', `${where}: ${name} must be ${expected}, got ${got}.`)
}

export function checkDecibels(where: string, name: string, value: unknown): void {
  if (!Number.isFinite(value)) refuse({ where, name, value }, 'a number of dB')
}

export function checkShare(where: string, name: string, value: unknown): void {
  if (!(typeof value === 'number' && value >= 0 && value <= 1)) refuse({ where, name, value }, 'a number from 0 to 1')
}

export function checkMs(where: string, name: string, value: unknown, least = 0): void {
  if (!(typeof value === 'number' && value >= least && value < Number.POSITIVE_INFINITY))
    refuse({ where, name, value }, `${least} ms or more`)
}

export function checkWhole(where: string, name: string, value: unknown): void {
  if (!(Number.isInteger(value) && Number(value) >= 0)) refuse({ where, name, value }, 'a whole number of 0 or more')
}

export function checkOneOf(where: string, name: string, value: unknown, allowed: readonly [string, string]): void {
  if (!allowed.some((each) => each === value)) refuse({ where, name, value }, `'${allowed[0]}' or '${allowed[1]}'`)
}

/** What a value is, for a message: `a Float32Array`, `a list`, `null`. */
export function kindName(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (typeof value === 'string') return 'a text'
  if (Array.isArray(value)) return 'a list'
  if (typeof value !== 'object') return `a ${typeof value}`
  const kind = Object.prototype.toString.call(value).slice(8, -1)
  if (kind === 'Promise') return 'a Promise: is `await` missing?'
  return kind === 'Object' ? 'an object' : `${/^[AEIOU](?!int)/.test(kind) ? 'an' : 'a'} ${kind}`
}
