// An entry's JSON as the viewer shows it: sound is told in bytes, endless strings are cut, and nothing is deeper than a reader looks.

import { base64Bytes } from '../../audio/base64.ts'
import { looksBase64 } from './print.ts'

const maxText = 20_000
const maxDepth = 24
const maxItems = 2000

/** A copy that is safe and small to write as JSON. */
export function viewJson(value: unknown, depth = maxDepth): unknown {
  if (typeof value === 'string') return viewText(value)
  if (typeof value === 'bigint' || typeof value === 'function' || typeof value === 'symbol') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return '…'
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => viewJson(item, depth - 1))
  if (value instanceof RegExp || value instanceof URL || value instanceof Error) return String(value)
  const fields = Object.entries(value).slice(0, maxItems)
  return Object.fromEntries(fields.map(([name, field]) => [name, viewJson(field, depth - 1)]))
}

function viewText(text: string): string {
  if (looksBase64(text)) return `(base64, ${base64Bytes(text)} bytes)`
  return text.length <= maxText ? text : `${text.slice(0, maxText)}… (${text.length - maxText} more characters)`
}
