// The events of a subject, by session, and the configuration that was in force at some point of them.

import { read } from '../src/report/fields.ts'
import type { Subject } from '../src/runtime/subject.ts'
import { type EventEntry, isEvent, type TimelineEntry } from '../src/runtime/timeline.ts'

/** Events that the subject covers, in order. */
export function coveredEvents(subject: Subject): EventEntry[] {
  return subject.timeline.events.filter((entry) => subject.covers(entry))
}

/** Everything on the timeline of these sessions, notes too. */
export function entriesOfSessions(subject: Subject, sessionIds: readonly string[]): TimelineEntry[] {
  const wanted = new Set(sessionIds)
  return subject.timeline.entries.filter((entry) => wanted.has(entry.sessionId) || (entry.sessionId === '' && !isEvent(entry)))
}

export function eventsBySession(events: readonly EventEntry[]): Map<string, EventEntry[]> {
  const sessions = new Map<string, EventEntry[]>()
  for (const entry of events) {
    const own = sessions.get(entry.sessionId)
    if (own) own.push(entry)
    else sessions.set(entry.sessionId, [entry])
  }
  return sessions
}

/** The session object that the service last told a session before an index (or at the end), or undefined. */
export function configBefore(subject: Subject, sessionId: string, index = Number.POSITIVE_INFINITY): unknown {
  const told = subject.timeline.events.findLast(
    (entry) =>
      entry.sessionId === sessionId &&
      entry.index < index &&
      (entry.event.type === 'session.created' || entry.event.type === 'session.updated'),
  )
  return read(told?.event, 'session')
}
