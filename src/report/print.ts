// Small texts inside messages: values, ids, sentences, times. Same value, same text; never base64.

import { base64Bytes } from '../../audio/base64.ts'
import { isAsymmetric, isFields } from './fields.ts'

/** Shortens in the middle of nothing: keeps the beginning, says that more follows. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

/** A sentence in quotes, on one line. */
export function quoted(text: string, length = 60): string {
  return JSON.stringify(cut(text.replace(/\s+/g, ' ').trim(), length))
}

/** Ids of the wire are 26 characters long; the last four tell them apart. */
export function shortId(id: string): string {
  const match = /^([a-z]+)_(.{12,})$/.exec(id)
  return match ? `${match[1]}_…${match[2]?.slice(-4)}` : id
}

/** Ms without noise: at most one decimal. */
export function ms(value: number): string {
  return `${Math.round(value * 10) / 10} ms`
}

/** Ms on the timeline: `+1020ms`, whole. */
export function at(atMs: number): string {
  return `+${Math.round(atMs)}ms`
}

export function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

interface Asymmetric {
  readonly sample?: unknown
  readonly toAsymmetricMatcher?: () => string
}

/** `Any<String>`, `StringContaining<'support'>`. */
function printAsymmetric(value: Asymmetric, depth: number): string {
  if (value.toAsymmetricMatcher) return value.toAsymmetricMatcher()
  return value.sample === undefined ? String(value) : `${value}<${printValue(value.sample, depth - 1)}>`
}

function printObject(value: object, depth: number): string {
  if (value instanceof RegExp || value instanceof URL) return String(value)
  if (value instanceof Error) return `${value.name}: ${cut(value.message, 60)}`
  if (isAsymmetric(value)) return printAsymmetric(value, depth)
  if (depth === 0) return Array.isArray(value) ? '[…]' : '{…}'
  if (Array.isArray(value)) return `[${value.map((each) => printValue(each, depth - 1)).join(', ')}]`
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`
  const fields = Object.entries(value).map(([name, each]) => `${propertyName(name)}: ${printValue(each, depth - 1)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

function propertyName(name: string): string {
  return /^[\w$]+$/.test(name) ? name : `'${name}'`
}

/** A value as its author would write it, on one line. */
export function printValue(value: unknown, depth = 5): string {
  if (typeof value === 'string') return looksBase64(value) ? `(base64, ${base64Bytes(value)} bytes)` : printString(value)
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'predicate'
  if (typeof value === 'bigint') return `${value}n`
  return isFields(value) ? printObject(value, depth) : String(value)
}

function printString(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
}

/** Long enough and of the right letters: sound, pictures, nothing that one reads. */
export function looksBase64(value: string): boolean {
  return value.length >= 100 && value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value)
}

/** The kind of a received value, for "Received has type …". */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return value.constructor?.name || 'object'
}
