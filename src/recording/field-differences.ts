// Fields in which two events of the same type differ. Left out: names that the kit or the service gives anew each time, and sound.

import { isRecord, jsonOrText } from '../protocol/json.ts'
import type { EventEntry } from '../runtime/timeline.ts'
import type { CompareOptions, RecordingDifference } from './compare-recordings.ts'
import { stableJson } from './stable-json.ts'
import { isSoundField } from './walk.ts'

/** Another one each time, and no sign of anything. */
const volatile = new Set(['event_id', 'obfuscation', 'expires_at'])

export function fieldDifferences(old: EventEntry, now: EventEntry, { ignore = [] }: CompareOptions): RecordingDifference[] {
  const { type } = old.event
  const ignored = new Set(ignore)
  const isIgnored = (path: string): boolean =>
    [...ignored].some((one) => [path, `${type}/${path}`].some((name) => name === one || name.startsWith(`${one}.`)))
  const found: RecordingDifference[] = []
  const compare = (before: unknown, after: unknown, path: string, key: string): void => {
    if (volatile.has(key) || isIgnored(path) || (isSoundField(type, key) && typeof before === 'string')) return
    // How a text is cut into deltas is chance; the texts tell what was said.
    if (key === 'delta' && type.endsWith('.delta')) return
    if (isNested(before) && isNested(after)) {
      for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
        compare(Reflect.get(before, name), Reflect.get(after, name), path === '' ? name : `${path}.${name}`, name)
      }
      return
    }
    if (Object.is(before, after)) return
    found.push({
      ...{ aspect: 'fields', what: `${type}  ${path}`, recordedIndex: old.index, actualIndex: now.index },
      ...(before !== undefined && { recorded: before }),
      ...(after !== undefined && { actual: after }),
    })
  }
  compare(old.event, now.event, '', '')
  return found
}

function isNested(value: unknown): value is object {
  return isRecord(value) || Array.isArray(value)
}

/** Without those that other aspects tell already: a text once, not in each event that repeats it. */
export function withoutTold(differences: readonly RecordingDifference[]): RecordingDifference[] {
  const told = new Set(differences.filter(({ aspect }) => aspect !== 'fields').map(changeOf))
  const usage = new Set(differences.filter(({ aspect }) => aspect === 'usage').map(({ recordedIndex }) => recordedIndex))
  return differences.filter(
    (one) =>
      one.aspect !== 'fields' ||
      !(told.has(changeOf(one)) || (usage.has(one.recordedIndex) && / {2}response\.(?:usage\.|status$)/.test(one.what))),
  )
}

/** Functions take and give JSON in texts. */
function changeOf({ recorded, actual }: RecordingDifference): string {
  const values = [recorded, actual].map((value) => (typeof value === 'string' ? jsonOrText(value) : value))
  return stableJson(values)
}
