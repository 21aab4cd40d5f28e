// One record per response: what was chosen and why, when its output came, and how much of it.

import { base64Bytes } from '../../audio/base64.ts'
import type { ResponseMetrics } from '../api.ts'
import type { Why } from '../responses/explain.ts'
import type { TrackedResponse } from './response-tracker.ts'
import { type EventEntry, isEvent, type TimelineEntry } from './timeline.ts'

interface Output {
  readonly chunks: number
  readonly bytes: number
  /** When its first words came: text, or the transcript of its sound. */
  readonly firstTextAtMs?: number | undefined
}

const none: Output = { chunks: 0, bytes: 0 }

/** Text of a transcript only says again what the sound says. */
const outputTypes = new Set([
  'response.output_audio.delta',
  'response.output_text.delta',
  'response.function_call_arguments.delta',
])

const textTypes = new Set(['response.output_text.delta', 'response.output_audio_transcript.delta'])

/** What each response sent so far, by its id. */
export function outputsOf(events: readonly EventEntry[]): ReadonlyMap<string, Output> {
  const outputs = new Map<string, Output>()
  for (const { event, atMs } of events) {
    const isText = textTypes.has(event.type)
    if (!isText && !outputTypes.has(event.type)) continue
    const { response_id, delta } = event as unknown as { response_id: string; delta: string }
    const before = outputs.get(response_id) ?? none
    const firstTextAtMs = before.firstTextAtMs ?? (isText ? atMs : undefined)
    if (outputTypes.has(event.type)) {
      const size = event.type === 'response.output_audio.delta' ? base64Bytes(delta) : utf8Bytes(delta)
      outputs.set(response_id, { chunks: before.chunks + 1, bytes: before.bytes + size, firstTextAtMs })
    } else if (before.firstTextAtMs === undefined) outputs.set(response_id, { ...before, firstTextAtMs })
  }
  return outputs
}

/** Items whose sound stopped in the caller's ear before the end, and when. */
export function stoppedItems(entries: readonly TimelineEntry[]): ReadonlyMap<string, number> {
  const stopped = new Map<string, number>()
  for (const entry of entries) {
    if (isEvent(entry) || entry.note.type !== 'played' || !entry.note.stopped) continue
    if (!stopped.has(entry.note.itemId)) stopped.set(entry.note.itemId, entry.atMs)
  }
  return stopped
}

/** Whether it was cut off: by the session, by the app, or in the caller's ear after all of it had been sent. */
export function isInterrupted({ interruption, audio }: TrackedResponse, stopped: ReadonlyMap<string, number>): boolean {
  return interruption !== undefined || audio.some(({ itemId }) => stopped.has(itemId))
}

/**
 * From the speech that cut it off to the end of its sound: where the caller listens, in the caller's ear; else until the service or
 * the app ended it. Null where it was not cut off, or not by speech.
 */
function stopMs(
  tracked: TrackedResponse,
  stopped: ReadonlyMap<string, number>,
  speechStartsMs: readonly number[],
): number | null {
  const { firstAudioAtMs, interruption, audio } = tracked
  const heardUntilMs = audio.map(({ itemId }) => stopped.get(itemId)).find((atMs) => atMs !== undefined)
  const endMs = heardUntilMs ?? interruption?.atMs
  if (endMs === undefined || firstAudioAtMs === undefined) return null
  const beginMs = speechStartsMs.findLast((atMs) => atMs >= firstAudioAtMs && atMs <= endMs)
  return beginMs === undefined ? null : endMs - beginMs
}

export interface ResponseSurroundings {
  readonly output?: Output | undefined
  readonly stopped: ReadonlyMap<string, number>
  /** When the user began to speak, each time: truly where that is known, else as it was announced. */
  readonly speechStartsMs: readonly number[]
}

/** The record of one response; times count from what it answers. */
export function responseMetrics(
  tracked: TrackedResponse,
  { output = none, stopped, speechStartsMs }: ResponseSurroundings,
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
    firstTextMs: since(output.firstTextAtMs),
    firstAudioMs: since(firstAudioAtMs),
    durationMs: doneAtMs === undefined ? null : doneAtMs - createdAtMs,
    chunks: output.chunks,
    bytes: output.bytes,
    audioMs: tracked.audio.reduce((sum, { sentMs }) => sum + sentMs, 0),
    interrupted: isInterrupted(tracked, stopped),
    interruptionStopMs: stopMs(tracked, stopped, speechStartsMs),
  }
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length
}
