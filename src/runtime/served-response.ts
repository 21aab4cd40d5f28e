// The public face of a tracked response: stays current while it grows; also a subject of matchers.

import type { ServedResponse } from '../api.ts'
import { formatWhy, type Why } from '../responses/explain.ts'
import { type TrackedResponse, textOf } from './response-tracker.ts'
import type { Service } from './service.ts'
import { type ResponseFacts, type Subject, subjectKey } from './subject.ts'
import { subjectFor } from './subject-of.ts'
import { isEvent, type TimelineEntry } from './timeline.ts'

/**
 * Getters of its own and no private fields: Vitest copies an object's properties to compare and to show them. What would only
 * fill its reports is not enumerable.
 */
function createFace(service: Service, tracked: TrackedResponse): ServedResponse {
  const face: Omit<ServedResponse, 'why' | 'firstAudioAtMs'> = {
    get id() {
      return tracked.id
    },
    get name() {
      return tracked.name
    },
    get status() {
      return tracked.status
    },
    get text() {
      return textOf(tracked)
    },
    get calls() {
      return tracked.calls
    },
    get usage() {
      return tracked.usage
    },
    get metadata() {
      return tracked.metadata
    },
    get outOfBand() {
      return tracked.outOfBand
    },
    get createdAtMs() {
      return tracked.createdAtMs
    },
  }
  return Object.defineProperties(face, {
    firstAudioAtMs: { get: () => tracked.firstAudioAtMs },
    why: { get: () => tracked.why },
    toJSON: { value: () => pick(face, ['id', 'name', 'status', 'text', 'calls']) },
    [subjectKey]: { get: () => subjectOf(service, tracked) },
    // Node would print `[Getter]` for each.
    [Symbol.for('nodejs.util.inspect.custom')]: { value: () => ({ ...face }) },
  }) as ServedResponse
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>
}

function subjectOf(service: Service, tracked: TrackedResponse): Subject {
  const base = subjectFor(service, {
    kind: 'response',
    title: `response ${tracked.id}${tracked.name ? ` "${tracked.name}"` : ''}`,
    includes: (connection) => connection.id === tracked.sessionId,
  })
  return { ...base, responses: () => [responseFacts(service, tracked)], covers: (entry) => belongsTo(entry, tracked) }
}

function belongsTo(entry: TimelineEntry, tracked: TrackedResponse): boolean {
  if (entry.sessionId !== tracked.sessionId) return false
  if (!isEvent(entry)) return 'responseId' in entry.note && entry.note.responseId === tracked.id
  const event = entry.event as { response_id?: string; response?: { id?: string } }
  return event.response_id === tracked.id || event.response?.id === tracked.id
}

const faces = new WeakMap<TrackedResponse, ServedResponse>()

/** The same object for the same response, each time. */
export function servedResponse(service: Service, tracked: TrackedResponse): ServedResponse {
  let face = faces.get(tracked)
  if (!face) {
    face = createFace(service, tracked)
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
