// One record per response: what was chosen and why, when its output came, and how much of it.

import { base64Bytes } from '../../audio/base64.ts'
import type { ResponseMetrics } from '../api.ts'
import type { Why } from '../responses/explain.ts'
import type { TrackedResponse } from './response-tracker.ts'
import { type EventEntry, isEvent, type TimelineEntry } from './timeline.ts'

interface Output {
  readonly chunks: number
  readonly bytes: number
}

/** Text of a transcript only says again what the sound says. */
const outputTypes = new Set([
  'response.output_audio.delta',
  'response.output_text.delta',
  'response.function_call_arguments.delta',
])

/** What each response sent so far, by its id. */
export function outputsOf(events: readonly EventEntry[]): ReadonlyMap<string, Output> {
  const outputs = new Map<string, Output>()
  for (const { event } of events) {
    if (!outputTypes.has(event.type)) continue
    const { response_id, delta } = event as unknown as { response_id: string; delta: string }
    const { chunks, bytes } = outputs.get(response_id) ?? { chunks: 0, bytes: 0 }
    const size = event.type === 'response.output_audio.delta' ? base64Bytes(delta) : utf8Bytes(delta)
    outputs.set(response_id, { chunks: chunks + 1, bytes: bytes + size })
  }
  return outputs
}

/** Items whose sound the caller stopped before the end. */
export function stoppedItems(entries: readonly TimelineEntry[]): ReadonlySet<string> {
  return new Set(
    entries.flatMap((entry) =>
      !isEvent(entry) && entry.note.type === 'played' && entry.note.stopped ? [entry.note.itemId] : [],
    ),
  )
}

/** Whether it was cut off: by the session, by the app, or in the caller's ear after all of it had been sent. */
export function isInterrupted({ interruption, audio }: TrackedResponse, stopped: ReadonlySet<string>): boolean {
  return interruption !== undefined || audio.some(({ itemId }) => stopped.has(itemId))
}

/** The record of one response; times count from what it answers. */
export function responseMetrics(
  tracked: TrackedResponse,
  { output = { chunks: 0, bytes: 0 }, stopped }: { readonly output?: Output | undefined; readonly stopped: ReadonlySet<string> },
): ResponseMetrics {
  const { id, sessionId, name, status, createdAtMs, askedAtMs, firstOutputAtMs, firstAudioAtMs, doneAtMs } = tracked
  const candidates = (tracked.why as Why | undefined)?.candidates ?? []
  const scores = candidates.map((one) => [one.name, one.rejected === undefined ? one.score : null] as const)
  const since = (atMs: number | undefined): number | null => (atMs === undefined ? null : atMs - askedAtMs)
  return {
    id,
    sessionId,
    name,
    status,
    score: scores.find(([candidate]) => candidate === name)?.[1] ?? null,
    scores: Object.fromEntries(scores),
    createdAtMs,
    firstDeltaMs: since(firstOutputAtMs),
    firstAudioMs: since(firstAudioAtMs),
    durationMs: doneAtMs === undefined ? null : doneAtMs - createdAtMs,
    ...output,
    audioMs: tracked.audio.reduce((sum, { sentMs }) => sum + sentMs, 0),
    interrupted: isInterrupted(tracked, stopped),
  }
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length
}
