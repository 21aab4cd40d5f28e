// One line of JSON, the same for the same value whoever made it: the fields that tell what a thing is come first, then the others by
// name. Inside of `parameters` (JSON Schema) the author's order stays: it is part of what the model is shown.

import { isRecord } from '../protocol/json.ts'

const first = [
  'kind',
  'version',
  'atMs',
  'sessionId',
  'from',
  'event',
  'note',
  'type',
  'event_id',
  'id',
  'object',
  'name',
  'role',
  'status',
]
const ranks = new Map(first.map((name, rank) => [name, rank]))

function compare([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  const [left, right] = [ranks.get(one) ?? first.length, ranks.get(other) ?? first.length]
  if (left !== right) return left - right
  return one < other ? -1 : one > other ? 1 : 0
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (!isRecord(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(compare)
      .map(([name, each]) => [name, name === 'parameters' ? each : ordered(each)]),
  )
}

/** @example stableJson({ text: 'Hello', type: 'input_text' }) // '{"type":"input_text","text":"Hello"}' */
export function stableJson(value: unknown): string {
  return JSON.stringify(ordered(value))
}
