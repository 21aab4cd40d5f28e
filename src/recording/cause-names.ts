// What set an entry off, as a recording says it: by name, not by number, so that a line more or less changes no other line.
// `response.create` is the nearest one above in the same session, `response.create~1` the one before that (as git counts).

import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'

/** Names the causes of entries that are given in order, and finds them again. */
export class CauseNames {
  /** Indices by session and type, in order. */
  readonly #seen = new Map<string, number[]>()
  readonly #entries: { readonly sessionId: string; readonly type: string }[] = []

  /** The name of an entry's cause. */
  name(entry: Pick<TimelineEntry, 'sessionId' | 'cause'>): string | undefined {
    const cause = entry.cause === undefined ? undefined : this.#entries[entry.cause]
    if (!cause || entry.cause === undefined) return undefined
    const places = this.#seen.get(keyOf(cause.sessionId, cause.type)) ?? []
    const back = places.length - 1 - places.lastIndexOf(entry.cause)
    const session = cause.sessionId === entry.sessionId ? '' : `${cause.sessionId}/`
    return `${session}${cause.type}${back === 0 ? '' : `~${back}`}`
  }

  /** The index that a name means for an entry of this session; undefined when an edit has taken the line away. */
  find(name: string, sessionId: string): number | undefined {
    const [, session = sessionId, type = '', back = '0'] = /^(?:([^/]*)\/)?(.*?)(?:~(\d+))?$/.exec(name) ?? []
    return this.#seen.get(keyOf(session, type))?.at(-1 - Number(back))
  }

  /** Must be told of each entry, after its own cause was named or found. */
  add(entry: TimelineEntry): void {
    const { sessionId } = entry
    const type = isEvent(entry) ? entry.event.type : entry.note.type
    const key = keyOf(sessionId, type)
    const places = this.#seen.get(key)
    const index = this.#entries.push({ sessionId, type }) - 1
    if (places) places.push(index)
    else this.#seen.set(key, [index])
  }
}

function keyOf(sessionId: string, type: string): string {
  return `${sessionId}/${type}`
}
