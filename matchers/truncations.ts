// What the app told the service about how much of an answer was heard: conversation.item.truncate, and what became of it.

import { readNumber, readText } from '../src/report/fields.ts'
import type { ResponseFacts, Subject } from '../src/runtime/subject.ts'
import { type EventEntry, isEvent, type TimelineEntry } from '../src/runtime/timeline.ts'

export interface Truncation {
  readonly response: ResponseFacts
  readonly itemId: string
  /** The client's event. */
  readonly asked: EventEntry
  readonly audioEndMs: number
  /** Sound of the item that was sent, and heard when that is known. */
  readonly sentMs: number
  readonly heardMs?: number
  /** The service's error, when it refused. */
  readonly refusal?: string
}

/** Every truncate of a message item of these responses, in order. */
export function truncationsOf(subject: Subject, responses: readonly ResponseFacts[]): Truncation[] {
  const { events, entries } = subject.timeline
  return events
    .filter((entry) => entry.from === 'app' && entry.event.type === 'conversation.item.truncate')
    .flatMap((asked) => {
      const itemId = readText(asked.event, 'item_id') ?? ''
      const response = responses.find(
        (each) => each.sessionId === asked.sessionId && each.audio.some((audio) => audio.itemId === itemId),
      )
      return response ? [truncationOf({ events, entries }, asked, itemId, response)] : []
    })
}

function truncationOf(
  { events, entries }: Pick<Subject['timeline'], 'events' | 'entries'>,
  asked: EventEntry,
  itemId: string,
  response: ResponseFacts,
): Truncation {
  const audio = response.audio.find((each) => each.itemId === itemId)
  const heardMs = heardAtStop(entries, asked, itemId) ?? audio?.heardMs
  const refused = events.find((entry) => entry.event.type === 'error' && entry.cause === asked.index)
  const refusal = readText(refused?.event, 'error.message')
  return {
    response,
    itemId,
    asked,
    audioEndMs: readNumber(asked.event, 'audio_end_ms') ?? Number.NaN,
    sentMs: audio?.sentMs ?? 0,
    ...(heardMs === undefined ? {} : { heardMs }),
    ...(refusal === undefined ? {} : { refusal }),
  }
}

/** What had been heard where the sound was stopped for this cut: more of it may have been played later, by mistake or on purpose. */
function heardAtStop(entries: readonly TimelineEntry[], asked: EventEntry, itemId: string): number | undefined {
  let nearest: { readonly awayMs: number; readonly heardMs: number } | undefined
  for (const entry of entries) {
    if (isEvent(entry) || entry.note.type !== 'played' || !entry.note.stopped || entry.note.itemId !== itemId) continue
    const awayMs = Math.abs(entry.atMs - asked.atMs)
    if (!nearest || awayMs < nearest.awayMs) nearest = { awayMs, heardMs: entry.note.heardMs }
  }
  return nearest?.heardMs
}
