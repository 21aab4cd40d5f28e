// Whether an event of the app is the recorded one: all fields but ids (which are matched as names), times, and what the rules leave
// out. Pure, but for the names that a match makes known.

import { base64Bytes } from '../../audio/base64.ts'
import { isRecord, jsonOrText } from '../protocol/json.ts'
import { placeholder } from './redactor.ts'
import { isId, isIdField, type ReplayIds } from './replay-ids.ts'
import { isSound } from './walk.ts'

/** A field that differs, as a dotted path; undefined is a field that is not there. */
export interface Difference {
  readonly path: string
  readonly recorded: unknown
  readonly actual: unknown
}

/** Names that two events agree on if they are the same event. */
export type Names = readonly (readonly [recorded: string, live: string])[]

export interface Comparison {
  readonly differences: readonly Difference[]
  readonly names: Names
}

type AnyEvent = { readonly type: string }

/** Which fields may differ: 'session.instructions', or 'session.update/session.instructions' for one type of event. */
export class Ignored {
  readonly #paths: readonly { readonly type: string | undefined; readonly path: string }[]

  constructor(ignore: readonly string[]) {
    this.#paths = ignore.map((entry) => {
      const slash = entry.indexOf('/')
      return slash < 0 ? { type: undefined, path: entry } : { type: entry.slice(0, slash), path: entry.slice(slash + 1) }
    })
  }

  /** A path that was named leaves out all that is below it. */
  has(type: string, path: string): boolean {
    return this.#paths.some((one) => (one.type ?? type) === type && (one.path === path || path.startsWith(`${one.path}.`)))
  }
}

/** Where the app stood when it sent: never the same twice. */
const times: ReadonlySet<string> = new Set(['audio_end_ms'])

export function compareEvents(
  recorded: AnyEvent,
  actual: AnyEvent,
  { ids, ignored }: { ids: ReplayIds; ignored: Ignored },
): Comparison {
  const differences: Difference[] = []
  const names: [string, string][] = []
  const { type } = recorded
  const differ = (path: string, left: unknown, right: unknown): void => {
    differences.push({ path, recorded: left, actual: right })
  }

  function compare(left: unknown, right: unknown, path: string, key: string, parent: string): void {
    if (path !== '' && ignored.has(type, path)) return
    if (isIdField(key, parent)) return compareIds(left, right, path)
    if (Array.isArray(left) && Array.isArray(right)) {
      for (let place = 0; place < Math.max(left.length, right.length); place++)
        compare(left[place], right[place], `${path}.${place}`, key, key)
      return
    }
    if (isRecord(left) && isRecord(right)) {
      for (const name of new Set([...Object.keys(left), ...Object.keys(right)]))
        compare(left[name], right[name], path === '' ? name : `${path}.${name}`, name, key)
      return
    }
    if (left === right || times.has(key) || path === 'event_id') return
    if (isSound(type, key, left) && isSound(type, key, right)) {
      if (!sameLength(left, right)) differ(path, soundText(left), soundText(right))
      return
    }
    const known = typeof right === 'string' ? ids.recordedText(right) : right
    if (left !== known && !sameJson(left, known) && !fitsAround(left, known)) differ(path, left, right)
  }

  /** An app may name what it makes, or leave that to the service; what it refers to must be the same thing. */
  function compareIds(left: unknown, right: unknown, path: string): void {
    if (isId(left) && isId(right)) {
      // A name that neither the service nor the app has used before: made by the app, or made up.
      const isNew = !ids.isBound(left) && ids.recorded(right) === undefined
      if (isNew) names.push([left, right])
      else if (ids.recorded(right) !== left && left !== right) differ(path, left, ids.recorded(right) ?? right)
    } else if (path !== 'item.id' && !bothAbsent(left, right)) {
      differ(path, left, right)
    }
  }

  compare(recorded, actual, '', '', '')
  return { differences, names }
}

/** Sound within an item: what was said may last a tenth longer or shorter. */
function sameLength(left: string, right: string): boolean {
  return Math.abs(left.length - right.length) <= left.length / 10
}

function soundText(base64: string): string {
  return `${base64Bytes(base64)} bytes of sound`
}

/** Null, '' and nothing at all say the same of an id. */
function bothAbsent(left: unknown, right: unknown): boolean {
  const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === ''
  return left === right || (isAbsent(left) && isAbsent(right))
}

/** Outputs of functions are JSON in texts: spaces and the order of keys say nothing. */
function sameJson(left: unknown, right: unknown): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return false
  const [first, second] = [jsonOrText(left), jsonOrText(right)]
  return typeof first === 'object' && first !== null && JSON.stringify(sorted(first)) === JSON.stringify(sorted(second))
}

const ownPlaceholder = placeholder('yours')

/** What the author had blacked out is known to nobody but him: whatever stands there now will do. */
function fitsAround(left: unknown, right: unknown): boolean {
  if (typeof left !== 'string' || typeof right !== 'string') return false
  const [first = '', ...parts] = left.split(ownPlaceholder)
  const last = parts.pop()
  if (last === undefined || !right.startsWith(first)) return false
  let at = first.length
  for (const part of parts) {
    const found = right.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return right.length >= at + last.length && right.endsWith(last)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  )
}
