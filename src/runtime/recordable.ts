// What a recording tells of a service besides its timeline: where it lies, whose dialect was spoken, what the app asked to connect to.

import type { Connection } from './connection.ts'
import type { RecordingPlace } from './recording-place.ts'
import type { Service } from './service.ts'

export interface Recordable {
  /** Absent where nothing is recorded. */
  readonly place: RecordingPlace | undefined
  readonly profile: 'openai' | 'azure' | 'beta'
  readonly sessions: readonly { readonly id: string; readonly url: string; readonly protocols: readonly string[] }[]
  /** What the author wants blacked out besides the usual secrets. */
  readonly redact: readonly (string | RegExp)[]
}

export function recordable(service: Service, connections: readonly Connection[] = service.connections): Recordable {
  const { profile = 'openai', record } = service.options
  return {
    place: service.place,
    profile,
    sessions: connections.map(({ id, request }) => ({ id, url: request.url.href, protocols: request.protocols })),
    redact: typeof record === 'object' ? (record.redact ?? []) : [],
  }
}
