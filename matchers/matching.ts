// Partial equality of events: every field of the pattern must fit, at each depth; other fields do not matter. Lists must have
// the length of the pattern's list. Asymmetric matchers fit anywhere.

import { type Fields, isAsymmetric, isFields } from '../src/report/fields.ts'
import type { MatcherContext } from './context.ts'

/** One field that does not fit. */
export interface Difference {
  /** Dotted, `''` for the value itself. */
  readonly path: string
  readonly expected: unknown
  readonly received: unknown
}

export interface Comparison {
  /** How many leaves of the pattern were looked at. */
  readonly fields: number
  readonly differences: readonly Difference[]
}

function isPlain(value: unknown): value is Fields {
  if (!isFields(value) || isAsymmetric(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === null || prototype === Object.prototype
}

function join(path: string, name: string, inList: boolean): string {
  if (inList) return `${path}[${name}]`
  return path === '' ? name : `${path}.${name}`
}

/** Compares `received` with a partial `expected` and lists what differs. */
export function compare(host: MatcherContext, received: unknown, expected: unknown, path = ''): Comparison {
  if (!isPlain(expected)) return compareLeaf(host, received, expected, path)
  const inList = Array.isArray(expected)
  if (!isFields(received) || Array.isArray(received) !== inList) return { fields: 1, differences: [{ path, expected, received }] }
  if (Array.isArray(expected) && Array.isArray(received) && expected.length !== received.length) {
    const lengths = { expected: expected.length, received: received.length }
    return { fields: 1, differences: [{ path: join(path, 'length', false), ...lengths }] }
  }
  const inner = Object.keys(expected).map((name) => compare(host, received[name], expected[name], join(path, name, inList)))
  return {
    fields: inner.reduce((sum, each) => sum + each.fields, 0),
    differences: inner.flatMap((each) => each.differences),
  }
}

function compareLeaf(host: MatcherContext, received: unknown, expected: unknown, path: string): Comparison {
  const equal = host.equals(received, expected, [...host.customTesters])
  return { fields: 1, differences: equal ? [] : [{ path, expected, received }] }
}

/** True when `received` has every field of `expected`. */
export function fits(host: MatcherContext, received: unknown, expected: unknown): boolean {
  return compare(host, received, expected).differences.length === 0
}

/** `value` cut down to the fields that `pattern` names, so that a diff of the two shows only what differs. */
export function project(value: unknown, pattern: unknown): unknown {
  if (!isPlain(pattern) || !isFields(value) || Array.isArray(pattern) !== Array.isArray(value)) return value
  if (Array.isArray(value))
    return value.map((each, index) => (Array.isArray(pattern) && index < pattern.length ? project(each, pattern[index]) : each))
  const kept = Object.keys(pattern).filter((name) => name in value)
  return Object.fromEntries(kept.map((name) => [name, project(value[name], pattern[name])]))
}
