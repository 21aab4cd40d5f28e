// Blacks out the entries of a recording. Texts that come in deltas are looked at as a whole: a number said digit by digit is one too.

import { isRecord } from '../protocol/json.ts'
import { type EventEntry, isEvent, type TimelineEntry } from '../runtime/timeline.ts'
import type { Redactor } from './redactor.ts'
import { isBareAppend } from './walk.ts'

/** The entries without secrets. Sound stays: what somebody says is not looked for in it. */
export function redactEntries(entries: readonly TimelineEntry[], redactor: Redactor): TimelineEntry[] {
  const deltas = redactDeltas(entries, redactor)
  return entries.map((entry) => {
    if (!isEvent(entry)) return { ...entry, note: redactor.value(entry.note) } as TimelineEntry
    if (isBareAppend(entry.event)) return entry
    const delta = deltas.get(entry)
    const whole = redactor.value(delta === undefined ? entry.event : { ...entry.event, delta }, entry.event.type)
    return { ...entry, event: withoutTellingTokens(entry.event, whole) } as unknown as TimelineEntry
  })
}

/** New deltas of the events whose text, as a whole, had a secret in it. */
function redactDeltas(entries: readonly TimelineEntry[], redactor: Redactor): Map<TimelineEntry, string> {
  const streams = new Map<string, { entry: EventEntry; delta: string }[]>()
  for (const entry of entries) {
    const delta = isEvent(entry) ? deltaOf(entry.event) : undefined
    if (delta === undefined || !isEvent(entry)) continue
    const key = streamOf(entry)
    const stream = streams.get(key)
    if (stream) stream.push({ entry, delta })
    else streams.set(key, [{ entry, delta }])
  }
  const changed = new Map<TimelineEntry, string>()
  for (const stream of streams.values()) {
    const pieces = redactor.pieces(stream.map(({ delta }) => delta))
    stream.forEach(({ entry, delta }, index) => {
      const piece = pieces[index] ?? delta
      if (piece !== delta) changed.set(entry, piece)
    })
  }
  return changed
}

function deltaOf(event: object): string | undefined {
  if (!('type' in event) || !('delta' in event) || typeof event.delta !== 'string') return undefined
  return String(event.type).endsWith('audio.delta') ? undefined : event.delta
}

/** Deltas of one text: the same event, item and part. */
function streamOf({ sessionId, event }: EventEntry): string {
  const { type, item_id, content_index, response_id } = event as unknown as Record<string, unknown>
  return JSON.stringify([sessionId, type, response_id, item_id, content_index])
}

/** Tokens of a recognizer repeat the words of a transcript piece by piece: where a word went, they go. */
function withoutTellingTokens(before: object, after: unknown): unknown {
  if (!isRecord(after) || !Array.isArray(after.logprobs)) return after
  const isChanged = ['transcript', 'delta', 'text'].some((name) => Reflect.get(before, name) !== after[name])
  return isChanged ? { ...after, logprobs: [] } : after
}
