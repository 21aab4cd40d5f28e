// Looks into events without trusting their shape: recordings also hold events that the service refused, and hands edit them.

import { isRecord } from '../protocol/json.ts'

/** The value at a dotted path; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  let here = value
  for (const name of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined
    here = Reflect.get(here, name)
  }
  return here
}

export function textAt(value: unknown, path: string): string | undefined {
  const found = at(value, path)
  return typeof found === 'string' ? found : undefined
}

/** The parts of a message item. */
export function partsOf(item: unknown): readonly Record<string, unknown>[] {
  const content = at(item, 'content')
  return Array.isArray(content) ? content.filter(isRecord) : []
}
