// Makes a recording of a timeline: secrets blacked out, ids by their short names, indices from 0. What comes out is what is written.

import { createRequire } from 'node:module'
import { isRecord } from '../protocol/json.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import { NormalIds } from './normal-ids.ts'
import { type Recording, type RecordingHeader, recordingVersion } from './recording.ts'
import { redactEntries } from './redact-entries.ts'
import { Redactor } from './redactor.ts'
import { isBareAppend } from './walk.ts'

/** What a timeline does not say of itself. */
export interface RecordingFacts {
  readonly name: string
  readonly source: RecordingHeader['source']
  /** Default 'openai'. */
  readonly profile?: RecordingHeader['profile']
  /** Sessions as the app asked for them, by the ids that the entries have; by default those of the notes `connected`. */
  readonly sessions?: RecordingHeader['sessions']
  /** More to black out than the usual secrets. */
  readonly redact?: readonly (string | RegExp)[]
  /** The test that it belongs to. */
  readonly test?: RecordingHeader['test']
  /** Tools besides the kit, by name and version. */
  readonly tools?: Readonly<Record<string, string>>
}

/**
 * A recording of these entries.
 *
 * @param entries a timeline, or those of some of its sessions
 * @throws RealtimeKitError RTK_OPTION for a pattern in `redact` that cannot be used
 * @example
 * await writeRecording('__recordings__/booking', recordingOf(timeline.entries, { name: 'booking', source: 'simulation' }))
 */
export function recordingOf(entries: readonly TimelineEntry[], facts: RecordingFacts): Recording {
  const redactor = new Redactor(facts.redact)
  const ids = new NormalIds()
  for (const entry of entries) ids.learn(entry)
  const clean = redactEntries(renumbered(entries, ids), redactor)
  const header = redactor.value({
    kind: 'vitest-realtime recording',
    version: recordingVersion,
    name: facts.name,
    source: facts.source,
    profile: facts.profile ?? 'openai',
    models: modelsOf(clean),
    ...(facts.test && { test: facts.test }),
    tools: { 'vitest-realtime': kitVersion(), ...facts.tools },
    sessions: (facts.sessions ?? sessionsOf(entries)).map(({ id, url, protocols = [] }) => ({
      id: ids.session(id),
      url: ids.text(withoutPort(url)),
      ...(protocols.length > 0 && { protocols }),
    })),
  }) as Omit<RecordingHeader, 'redactions'>
  return { header: { ...header, redactions: redactor.counts }, entries: clean }
}

function renumbered(entries: readonly TimelineEntry[], ids: NormalIds): TimelineEntry[] {
  const places = new Map(entries.map((entry, index) => [entry.index, index]))
  return entries.map((entry, index) => {
    const cause = entry.cause === undefined ? undefined : places.get(entry.cause)
    const { cause: _, ...rest } = entry
    return {
      ...rest,
      index,
      atMs: Math.round(entry.atMs * 1000) / 1000,
      sessionId: ids.session(entry.sessionId),
      ...(cause === undefined ? {} : { cause }),
      ...(isEvent(entry) ? { event: eventOf(entry, index, ids) } : { note: noteOf(entry.note, ids) }),
    } as TimelineEntry
  })
}

/** Events of the service are called by their place: `event_12`. */
function eventOf({ from, event }: Extract<TimelineEntry, { event: unknown }>, index: number, ids: NormalIds): unknown {
  if (isBareAppend(event)) return event
  const renamed = ids.rename(event, event.type)
  return from === 'service' && isRecord(renamed) && typeof renamed.event_id === 'string'
    ? { ...renamed, event_id: `event_${index}` }
    : renamed
}

function noteOf(note: Extract<TimelineEntry, { note: unknown }>['note'], ids: NormalIds): unknown {
  const renamed = ids.rename(note, '')
  const opens = note.type === 'connected' || note.type === 'refused'
  return opens ? { ...(renamed as object), url: ids.text(withoutPort(note.url)) } : renamed
}

/** The port of a loopback server is another one in each run. */
function withoutPort(url: string): string {
  return url.replace(/^(\w+:\/\/(?:127\.0\.0\.1|localhost|\[::1\])):\d+/, '$1')
}

function sessionsOf(entries: readonly TimelineEntry[]): { id: string; url: string; protocols?: readonly string[] }[] {
  return entries.flatMap((entry) =>
    !isEvent(entry) && (entry.note.type === 'connected' || entry.note.type === 'refused')
      ? [{ id: entry.sessionId, url: entry.note.url }]
      : [],
  )
}

function modelsOf(entries: readonly TimelineEntry[]): string[] {
  const models = entries.flatMap((entry) => {
    if (!isEvent(entry) || (entry.event.type !== 'session.created' && entry.event.type !== 'session.updated')) return []
    const { session } = entry.event as { session?: unknown }
    return isRecord(session) && typeof session.model === 'string' ? [session.model] : []
  })
  return [...new Set(models)]
}

let version: string | undefined

function kitVersion(): string {
  version ??= (createRequire(import.meta.url)('vitest-realtime/package.json') as { version: string }).version
  return version
}
