// Reads fields of events without trusting their shape: a timeline also holds events that the service refused.

import { jsonOrText } from '../protocol/json.ts'

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** An asymmetric matcher: `expect.any(String)` and its like. */
export function isAsymmetric(value: object): boolean {
  return 'asymmetricMatch' in value && typeof value.asymmetricMatch === 'function'
}

/** The value at a dotted path, or undefined. */
export function read(value: unknown, path: string): unknown {
  let here = value
  for (const name of path.split('.')) {
    if (!isFields(here)) return undefined
    here = here[name]
  }
  return here
}

export function readText(value: unknown, path: string): string | undefined {
  const found = read(value, path)
  return typeof found === 'string' ? found : undefined
}

export function readNumber(value: unknown, path: string): number | undefined {
  const found = read(value, path)
  return typeof found === 'number' ? found : undefined
}

export function readList(value: unknown, path: string): readonly unknown[] {
  const found = read(value, path)
  return Array.isArray(found) ? found : []
}

/** A string that is JSON becomes its value; anything else stays. */
export function parsedJson(value: unknown): unknown {
  return typeof value === 'string' ? jsonOrText(value) : value
}

/** What an item says: its texts and transcripts, joined. */
export function itemText(item: unknown): string {
  return readList(item, 'content')
    .map((part) => readText(part, 'text') ?? readText(part, 'transcript') ?? '')
    .filter((text) => text !== '')
    .join(' ')
}
