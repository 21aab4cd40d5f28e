// Timeline entries as the public API shows them: events only, with their session.

import type { Entry } from '../api.ts'
import type { Service } from './service.ts'
import { sessionOf } from './service-session.ts'
import { type EventEntry, isEvent } from './timeline.ts'

export function publicEntry(service: Service, entry: EventEntry): Entry {
  const { index, atMs, from, cause, event, sessionId } = entry
  return {
    ...{ index, atMs, from, event },
    ...(cause === undefined ? {} : { cause }),
    // Looked up late: a refused connection has none.
    get session() {
      const connection = service.connection(sessionId)
      if (!connection) throw service.noSession(`timeline entry #${index}`)
      return sessionOf(service, connection)
    },
  }
}

export function publicEntries(service: Service): readonly Entry[] {
  return service.timeline.entries.filter(isEvent).map((entry) => publicEntry(service, entry))
}
