// The public face of a tracked response: stays current while it grows; also a subject of matchers.

import type { ServedResponse } from '../api.ts'
import { formatWhy, type Why } from '../responses/explain.ts'
import { type TrackedResponse, textOf } from './response-tracker.ts'
import type { Service } from './service.ts'
import { type ResponseFacts, type Subject, subjectKey } from './subject.ts'
import { subjectFor } from './subject-of.ts'
import { isEvent, type TimelineEntry } from './timeline.ts'

class Served implements ServedResponse {
  readonly #service: Service
  readonly #tracked: TrackedResponse

  constructor(service: Service, tracked: TrackedResponse) {
    this.#service = service
    this.#tracked = tracked
  }

  get id(): string {
    return this.#tracked.id
  }
  get name(): string {
    return this.#tracked.name
  }
  get status(): ServedResponse['status'] {
    return this.#tracked.status
  }
  get text(): string {
    return textOf(this.#tracked)
  }
  get calls(): ServedResponse['calls'] {
    return this.#tracked.calls
  }
  get usage(): ServedResponse['usage'] {
    return this.#tracked.usage
  }
  get metadata(): Record<string, string> {
    return this.#tracked.metadata
  }
  get outOfBand(): boolean {
    return this.#tracked.outOfBand
  }
  get createdAtMs(): number {
    return this.#tracked.createdAtMs
  }
  get firstAudioAtMs(): number {
    return this.#tracked.firstAudioAtMs as number
  }
  get why(): unknown {
    return this.#tracked.why
  }

  get [subjectKey](): Subject {
    const service = this.#service
    const tracked = this.#tracked
    const base = subjectFor(service, {
      kind: 'response',
      title: `response ${tracked.id}${tracked.name ? ` "${tracked.name}"` : ''}`,
      includes: (connection) => connection.id === tracked.sessionId,
    })
    return { ...base, responses: () => [responseFacts(service, tracked)], covers: (entry) => belongsTo(entry, tracked) }
  }

  toJSON(): object {
    const { id, name, status, text, calls } = this
    return { id, name, status, text, calls }
  }
}

function belongsTo(entry: TimelineEntry, tracked: TrackedResponse): boolean {
  if (entry.sessionId !== tracked.sessionId) return false
  if (!isEvent(entry)) return 'responseId' in entry.note && entry.note.responseId === tracked.id
  const event = entry.event as { response_id?: string; response?: { id?: string } }
  return event.response_id === tracked.id || event.response?.id === tracked.id
}

const faces = new WeakMap<TrackedResponse, Served>()

/** The same object for the same response, each time. */
export function servedResponse(service: Service, tracked: TrackedResponse): ServedResponse {
  let face = faces.get(tracked)
  if (!face) {
    face = new Served(service, tracked)
    faces.set(tracked, face)
  }
  return face
}

/** What matchers may know of a response. */
export function responseFacts(service: Service, tracked: TrackedResponse): ResponseFacts {
  const { id, sessionId, name, status, calls, outOfBand, why, createdAtMs, askedAtMs, firstOutputAtMs, interruption } = tracked
  const audio = tracked.audio.map(({ itemId, sentMs }, index) => {
    const heardMs = service.heardMs(itemId)
    const words = tracked.spoken[index]?.words
    return { itemId, sentMs, ...(heardMs === undefined ? {} : { heardMs }), ...(words ? { words } : {}) }
  })
  return {
    ...{ id, sessionId, name, status, calls, outOfBand, why, createdAtMs, askedAtMs, audio },
    text: textOf(tracked),
    ...(why === undefined ? {} : { explain: (expected: string) => formatWhy(why as Why, { expected }) }),
    ...(firstOutputAtMs === undefined ? {} : { firstOutputAtMs }),
    ...(interruption ? { interruption } : {}),
  }
}
