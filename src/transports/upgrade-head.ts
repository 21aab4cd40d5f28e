// Reads just enough of the first bytes of a connection to tell an upgrade from other HTTP and from anything else.
// The real parsing is Node's; this only decides who gets the bytes.

import { METHODS } from 'node:http'

export interface RequestHead {
  readonly method: string
  /** Path and query as written. */
  readonly target: string
  readonly isUpgrade: boolean
  readonly text: string
}

const methods = new Set(METHODS)
const longestMethod = Math.max(...METHODS.map((method) => method.length))
const longestHead = 64 * 1024

/** The head of an HTTP request; `partial` while it may still become one, `other` when these bytes are no HTTP request. */
export function readRequestHead(bytes: Buffer): RequestHead | 'partial' | 'other' {
  const begin = bytes.toString('latin1', 0, longestMethod + 1)
  const space = begin.indexOf(' ')
  if (space === -1)
    return begin.length <= longestMethod && METHODS.some((method) => method.startsWith(begin)) ? 'partial' : 'other'
  const method = begin.slice(0, space)
  if (!methods.has(method)) return 'other'
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return bytes.length < longestHead ? 'partial' : 'other'
  const text = bytes.toString('latin1', 0, end + 2)
  const target = /^\S+ (\S+) HTTP\/1\.1\r\n/.exec(text)?.[1]
  if (target === undefined) return 'other'
  const isUpgrade = method === 'GET' && /\r\nupgrade: *websocket *\r\n/i.test(text)
  return { method, target, isUpgrade, text }
}
