// Makes the subject that matchers see of a scope of a service.

import { publicEntry } from './public-entry.ts'
import { recordable } from './recordable.ts'
import { responseFacts } from './served-response.ts'
import type { Service } from './service.ts'
import type { Subject } from './subject.ts'
import type { Scope } from './view.ts'
import { waitFor } from './waits.ts'

export function subjectFor(service: Service, scope: Scope): Subject {
  const covered = (): Set<string> =>
    new Set(service.connections.filter((connection) => scope.includes(connection)).map(({ id }) => id))
  return {
    kind: scope.kind,
    title: scope.title,
    timeline: service.timeline,
    sessionIds: () => [...covered()],
    covers: (entry) => (scope.kind === 'realtime' && entry.sessionId === '') || covered().has(entry.sessionId),
    responses() {
      const ids = covered()
      return service.responses.ofSessions(ids).map((response) => responseFacts(service, response))
    },
    conversation: (sessionId) => service.itemsOf(sessionId),
    heardWords: (itemId) => service.wordsOf(itemId),
    heard: () => service.heardByCaller(),
    cursor: (sessionId) => service.cursor(sessionId),
    moveCursor: (sessionId, index) => service.moveCursor(sessionId, index),
    publicEntry: (entry) => publicEntry(service, entry),
    recordable: () =>
      scope.kind === 'realtime'
        ? recordable(service)
        : recordable(
            service,
            service.connections.filter((connection) => scope.includes(connection)),
          ),
    excuse: (entry) => service.verdict.excuse(entry),
    wait: (check, options) => waitFor(service, { check, ...options }),
  }
}
