// Puts onto the timeline what diagnosis.ts makes of refusals: looks the facts up, and decides nothing.

import type { ErrorEvent } from '../protocol/server-events.ts'
import type { Connection } from './connection.ts'
import { diagnoseEnd, diagnoseError, diagnoseSilence, type Fields } from './diagnosis.ts'
import type { Service } from './service.ts'
import { type EventEntry, isEvent, type TimelineEntry } from './timeline.ts'

/** What lies further back explains no refusal; an app that is refused a thousand times must not cost a thousand timelines. */
const recentEntries = 2000

export class Findings {
  readonly #service: Service
  #isConcluded = false

  constructor(service: Service) {
    this.#service = service
  }

  /** The session answered the app with an `error`. */
  refused(connection: Connection, { error }: ErrorEvent, cause: number | undefined): void {
    const history = this.#historyOf(connection.id, recentEntries)
    const source = sourceOf(history, error.event_id, cause)
    const diagnosis = diagnoseError({
      error,
      event: source && isEvent(source) ? (source.event as unknown as Fields) : undefined,
      config: connection.core.config,
      history: source ? history.filter(({ index }) => index < source.index) : history,
    })
    if (diagnosis) this.#service.report(diagnosis, { sessionId: connection.id, cause: source?.index })
  }

  /** The service took an update; part of it may have had no effect. */
  updated({ sessionId, event, cause }: EventEntry): void {
    if (event.type !== 'session.updated' || cause === undefined) return
    const source = this.#historyOf(sessionId, recentEntries).find(({ index }) => index === cause)
    const diagnosis = source && isEvent(source) && diagnoseSilence(source.event as unknown as Fields, event.session)
    if (diagnosis) this.#service.report(diagnosis, { sessionId, cause })
  }

  /** The test is over: what never came to anything. Once. */
  conclude(): void {
    if (this.#isConcluded) return
    this.#isConcluded = true
    for (const connection of this.#service.connections) {
      if (connection.isHalfOpen) continue
      for (const diagnosis of diagnoseEnd(this.#historyOf(connection.id), connection.core.config)) {
        this.#service.report(diagnosis, { sessionId: connection.id })
      }
    }
    for (const fault of this.#service.faults.missed) {
      const message = `fail(${fault}) never struck: what it waits for did not happen in this test.`
      this.#service.report({ code: 'fault_missed', message, mend: 'Look for it in the timeline, or take the fault away.' })
    }
  }

  #historyOf(sessionId: string, last = Number.POSITIVE_INFINITY): readonly TimelineEntry[] {
    const { entries } = this.#service.timeline
    const recent = entries.length > last ? entries.slice(-last) : entries
    return recent.filter((entry) => entry.sessionId === sessionId)
  }
}

/** What the app did that is answered: by its own id for the event where it gave one. */
function sourceOf(
  history: readonly TimelineEntry[],
  eventId: string | null,
  cause: number | undefined,
): TimelineEntry | undefined {
  const isNamed = (entry: TimelineEntry): boolean =>
    isEvent(entry) && entry.from === 'app' && 'event_id' in entry.event && entry.event.event_id === eventId
  const named = eventId === null ? undefined : history.findLast(isNamed)
  return named ?? history.find(({ index }) => index === cause)
}
