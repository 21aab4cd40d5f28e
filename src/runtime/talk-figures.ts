// A conversation in figures: turns, what they were about, who spoke for how long and how fast. Pure functions over what the timeline
// and the response tracker hold of one session.

import type { TalkMetrics } from '../api.ts'
import type { Why } from '../responses/explain.ts'
import { detectIntents } from '../responses/intents.ts'
import type { TrackedResponse } from './response-tracker.ts'
import { countWords, type Segment, type Truth } from './speech-figures.ts'
import { type EventEntry, isEvent, type TimelineEntry } from './timeline.ts'

/** Inputs of the user that became items: texts, and sound that was committed. */
export function userTurns(events: readonly EventEntry[]): number {
  const ids = new Set<string>()
  for (const { from, event } of events) {
    if (from !== 'service' || !('item' in event) || typeof event.item !== 'object') continue
    const { type, role, id } = event.item as { type?: string; role?: string; id?: string }
    if (type === 'message' && role === 'user' && id !== undefined) ids.add(id)
  }
  return ids.size
}

/**
 * How many of the answered turns had each intent; a turn may have several.
 *
 * @param more further intents and further words, as the test's options have them
 */
export function intentCounts(
  entries: readonly TimelineEntry[],
  more?: Readonly<Record<string, readonly string[]>>,
): Record<string, number> {
  const texts = new Map<number, string>()
  for (const entry of entries) {
    if (isEvent(entry) || entry.note.type !== 'selected') continue
    const { asked } = entry.note.why as Why
    if (!asked.outOfBand) texts.set(asked.turn, asked.text)
  }
  const counts: Record<string, number> = {}
  for (const text of texts.values()) for (const intent of detectIntents(text, more)) counts[intent] = (counts[intent] ?? 0) + 1
  return counts
}

export interface TalkFacts {
  readonly truths: readonly Truth[]
  readonly segments: readonly Segment[]
  readonly transcripts: readonly string[]
  readonly responses: readonly TrackedResponse[]
  /** How much of an item was heard, where the caller listens. */
  heardMs(itemId: string): number | undefined
}

/** The true speech of the user where it is known, else as it was detected; of the assistant, what was heard, else what was sent. */
export function talkMetrics({ truths, segments, transcripts, responses, heardMs }: TalkFacts): TalkMetrics {
  const isKnown = truths.length > 0
  const userMs = isKnown ? total(truths.map(({ startMs, endMs }) => endMs - startMs)) : total(segments.map((one) => one.speechMs))
  const userWords = countWords(isKnown ? truths.map(({ text }) => text) : transcripts)
  const audio = responses.flatMap((response) => response.audio)
  const sentMs = total(audio.map((item) => item.sentMs))
  const assistantMs = total(audio.map((item) => Math.min(item.sentMs, heardMs(item.itemId) ?? item.sentMs)))
  const spoken = responses.flatMap(({ audio: items, texts }) => items.map(({ itemId }) => texts.get(itemId) ?? ''))
  return {
    userMs,
    assistantMs,
    userShare: userMs + assistantMs === 0 ? null : userMs / (userMs + assistantMs),
    userWordsPerMinute: perMinute(userWords, userMs),
    assistantWordsPerMinute: perMinute(countWords(spoken), sentMs),
  }
}

function perMinute(words: number, ms: number): number | null {
  return ms === 0 || words === 0 ? null : (words * 60_000) / ms
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
