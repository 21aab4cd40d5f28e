// Several timelines in one document: their entries in one order of time, and whatever refers to entries brought along.

import type { ViewData, ViewEntry, ViewGroup, ViewSource } from './view-data.ts'

/** Several timelines in one list: by time, with the places that refer to entries brought along. */
export function byTime(
  entries: readonly ViewEntry[],
  groups: readonly ViewGroup[],
  sources: readonly ViewSource[],
): Pick<ViewData, 'entries' | 'groups' | 'sources'> {
  const order = entries.map((_, place) => place).toSorted((a, b) => entries[a]!.atMs - entries[b]!.atMs || a - b)
  const moved = new Map(order.map((from, to) => [from, to]))
  const move = <T extends { readonly entry?: number }>(one: T): T =>
    one.entry === undefined ? one : { ...one, entry: moved.get(one.entry) }
  const moveSelection = <T extends { readonly selection?: number }>(one: T): T =>
    one.selection === undefined ? one : { ...one, selection: moved.get(one.selection) }
  const moveTrack = (track: ViewGroup['input']) => ({ ...track, sounds: track.sounds.map(move) })
  return {
    entries: order.map((from) => {
      const entry = entries[from]!
      return entry.cause === undefined ? entry : { ...entry, cause: moved.get(entry.cause)! }
    }),
    groups: groups.map((group) => ({
      ...group,
      said: group.said.map(move),
      detected: group.detected.map(move),
      responses: group.responses.map((response) => moveSelection(move(response))),
      calls: group.calls.map(move),
      turns: group.turns.map(move),
      input: moveTrack(group.input),
      output: moveTrack(group.output),
    })),
    sources: sources.map((source) => ({
      ...source,
      ...(source.last === undefined ? {} : { last: moved.get(source.last)! }),
      ...(source.failure ? { failure: move(source.failure) } : {}),
      ...(source.differences ? { differences: source.differences.map(move) } : {}),
    })),
  }
}
