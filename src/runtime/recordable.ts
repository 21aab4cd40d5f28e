// What a recording tells of a service besides its timeline: where it lies, whose dialect was spoken, what the app asked to connect to.

import type { Connection } from './connection.ts'
import type { RecordingPlace } from './recording-place.ts'
import type { Service } from './service.ts'
import { isEvent } from './timeline.ts'

export interface Recordable {
  /** Absent where nothing is recorded. */
  readonly place: RecordingPlace | undefined
  readonly profile: 'openai' | 'azure' | 'beta'
  readonly sessions: readonly { readonly id: string; readonly url: string; readonly protocols: readonly string[] }[]
  /** What the author wants blacked out besides the usual secrets. */
  readonly redact: readonly (string | RegExp)[]
}

/** @param connections default: all, and what was refused before it became one */
export function recordable(service: Service, connections?: readonly Connection[]): Recordable {
  const { profile = 'openai', record } = service.options
  return {
    place: service.place,
    profile,
    sessions: connections ? connections.map(sessionOf) : allSessions(service),
    redact: typeof record === 'object' ? (record.redact ?? []) : [],
  }
}

function sessionOf({ id, request }: Connection): Recordable['sessions'][number] {
  return { id, url: request.url.href, protocols: request.protocols }
}

/** In order. Sockets that were refused have no connection, and no id. */
function allSessions({ connections, timeline }: Service): Recordable['sessions'] {
  const left = new Map(connections.map((connection) => [connection.id, connection]))
  const told = timeline.entries.flatMap((entry) => {
    if (isEvent(entry) || (entry.note.type !== 'connected' && entry.note.type !== 'refused')) return []
    if (entry.sessionId === '') return { id: '', url: entry.note.url, protocols: [] }
    const connection = left.get(entry.sessionId)
    left.delete(entry.sessionId)
    return connection ? sessionOf(connection) : []
  })
  return [...told, ...[...left.values()].map(sessionOf)]
}
