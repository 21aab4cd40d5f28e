// What lists fold: appends and deltas of one item, and notes of how much of an item was heard, also where these alternate.

import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import { read, readText } from './fields.ts'
import { isNoise } from './timeline-runs.ts'

/** Entries of one kind that follow each other with nothing in between that matters; those that matter stand alone. */
export function viewRuns(entries: readonly TimelineEntry[]): TimelineEntry[][] {
  const runs: TimelineEntry[][] = []
  const open = new Map<string, TimelineEntry[]>()
  for (const entry of entries) {
    const key = keyOf(entry)
    const run = key === undefined ? undefined : open.get(key)
    if (run) {
      run.push(entry)
      continue
    }
    if (key === undefined) open.clear()
    const begun = [entry]
    if (key !== undefined) open.set(key, begun)
    runs.push(begun)
  }
  return runs
}

function keyOf(entry: TimelineEntry): string | undefined {
  if (!isEvent(entry)) return entry.note.type === 'played' && !entry.note.stopped ? `played ${entry.note.itemId}` : undefined
  const { event, sessionId } = entry
  if (!isNoise(event.type)) return undefined
  return [sessionId, event.type, readText(event, 'item_id'), read(event, 'content_index')].join(' ')
}
