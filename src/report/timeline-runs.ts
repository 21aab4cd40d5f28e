// Groups a stretch of the timeline into lines: what repeats (appends, deltas, marks of a telephone line, sound heard) becomes one line
// with a count, also where two kinds of it alternate. No text is made here.

import { type EventEntry, isEvent, type Note, type TimelineEntry } from '../runtime/timeline.ts'
import { read, readText } from './fields.ts'

/** One line of the timeline: an entry, or a run of equal ones. */
export interface Run {
  readonly entries: readonly [TimelineEntry, ...TimelineEntry[]]
}

/** Deltas, appends and rate limits: they come by the hundred and say little one by one. */
export function isNoise(type: string): boolean {
  return type.endsWith('.delta') || type.endsWith('input_audio_buffer.append') || type === 'rate_limits.updated'
}

/** Runs have the same key; entries without a key stand alone. */
function runKey(entry: TimelineEntry): string | undefined {
  if (!isEvent(entry)) return noteKey(entry.note)
  if (!isNoise(entry.event.type) || entry.event.type === 'rate_limits.updated') return undefined
  return [entry.sessionId, entry.event.type, readText(entry.event, 'item_id'), read(entry.event, 'content_index')].join(' ')
}

/**
 * Bridges mark every piece of sound that they send, and the platform gives each mark back; what was heard is noted with every piece
 * that an app plays.
 */
function noteKey(note: Note): string | undefined {
  if (note.type === 'played') return note.stopped ? undefined : `played ${note.itemId}`
  return note.type === 'phone' && note.what === 'mark' ? `mark ${note.callId} ${note.by}` : undefined
}

/** Lines in order of their first entry; a run ends where something else than a run's entry comes between. */
export function runsOf(entries: readonly TimelineEntry[]): Run[] {
  const runs: [TimelineEntry, ...TimelineEntry[]][] = []
  let open = new Map<string, TimelineEntry[]>()
  for (const entry of entries) {
    const key = runKey(entry)
    if (key === undefined) open = new Map()
    const run = key === undefined ? undefined : open.get(key)
    if (run) {
      run.push(entry)
      continue
    }
    const begun: [TimelineEntry, ...TimelineEntry[]] = [entry]
    if (key !== undefined) open.set(key, begun)
    runs.push(begun)
  }
  return runs.map((run) => ({ entries: run }))
}

/** Index of the run that holds this entry, or -1. */
export function runAt(runs: readonly Run[], index: number): number {
  return runs.findIndex((run) => run.entries.some((entry) => entry.index === index))
}

export function eventEntries(run: Run): EventEntry[] {
  return run.entries.filter(isEvent)
}
