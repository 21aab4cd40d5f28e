// How well a session heard: what turn detection and transcription did, against what is known to have been said. Pure functions over
// the entries of one session; times are those of the test's clock.

import { normalizeWords, wordErrorRate } from '../../audio/wer.ts'
import type { DetectionAccuracy, TranscriptionAccuracy } from '../api.ts'
import type { EventEntry } from './timeline.ts'

/** What was really said, and when. */
export interface Truth {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
}

/** Speech that the session announced. */
export interface Segment {
  readonly startedAtMs: number
  /** Undefined while it goes on. */
  readonly stoppedAtMs: number | undefined
  /** As announced, with padding and the silence that ended it. */
  readonly speechMs: number
}

/** Detection may come so long after a short utterance is over. */
const lateMs = 700

export function segmentsOf(events: readonly EventEntry[]): Segment[] {
  const segments: (Segment & { readonly startMs: number })[] = []
  for (const { event, atMs } of events) {
    if (event.type === 'input_audio_buffer.speech_started') {
      segments.push({ startedAtMs: atMs, stoppedAtMs: undefined, speechMs: 0, startMs: event.audio_start_ms })
    } else if (event.type === 'input_audio_buffer.speech_stopped') {
      const open = segments.pop()
      if (open) segments.push({ ...open, stoppedAtMs: atMs, speechMs: event.audio_end_ms - open.startMs })
    }
  }
  return segments
}

/** Null where nobody knows what was said. */
export function detectionAccuracy(segments: readonly Segment[], truths: readonly Truth[]): DetectionAccuracy | null {
  if (truths.length === 0) return null
  const matches = segments.map((segment) => truths.filter((truth) => isIn(truth, segment)))
  const found = new Set(matches.flat())
  return {
    utterances: truths.length,
    found: found.size,
    missed: truths.length - found.size,
    falseSegments: matches.filter((inside) => inside.length === 0).length,
    startLatenciesMs: segments.flatMap(({ startedAtMs }, at) => {
      const first = matches[at]?.[0]
      return first ? [startedAtMs - first.startMs] : []
    }),
    endLatenciesMs: segments.flatMap(({ stoppedAtMs }, at) => {
      const last = matches[at]?.at(-1)
      return last && stoppedAtMs !== undefined ? [stoppedAtMs - last.endMs] : []
    }),
  }
}

function isIn({ startMs, endMs }: Truth, { startedAtMs, stoppedAtMs = Number.POSITIVE_INFINITY }: Segment): boolean {
  return startMs <= stoppedAtMs && endMs + lateMs >= startedAtMs && startMs <= startedAtMs + lateMs + (stoppedAtMs - startedAtMs)
}

/** Words, and the time from commit to transcript, of each item that was transcribed. */
export interface Heard {
  readonly itemId: string
  readonly text: string
  readonly committedAtMs: number | undefined
  readonly latencyMs: number | undefined
}

export function transcriptsOf(events: readonly EventEntry[]): Heard[] {
  const committed = commitTimes(events)
  return events.flatMap(({ event, atMs }) => {
    if (event.type !== 'conversation.item.input_audio_transcription.completed') return []
    const { item_id: itemId, transcript: text } = event
    const committedAtMs = committed.get(itemId)
    return [{ itemId, text, committedAtMs, latencyMs: committedAtMs === undefined ? undefined : atMs - committedAtMs }]
  })
}

function commitTimes(events: readonly EventEntry[]): Map<string, number> {
  return new Map(
    events.flatMap(({ event, atMs, from }) =>
      from === 'service' && event.type === 'input_audio_buffer.committed' ? [[event.item_id, atMs] as const] : [],
    ),
  )
}

/** Each transcript against what was said since the commit before; null where nobody knows what was said. */
export function transcriptionAccuracy(events: readonly EventEntry[], truths: readonly Truth[]): TranscriptionAccuracy | null {
  const commits = [...commitTimes(events).values()].sort((left, right) => left - right)
  const known = transcriptsOf(events).flatMap(({ text, committedAtMs }) => {
    if (committedAtMs === undefined) return []
    const sinceMs = commits.findLast((atMs) => atMs < committedAtMs) ?? Number.NEGATIVE_INFINITY
    const said = truths.filter(({ endMs }) => endMs > sinceMs && endMs <= committedAtMs).map((truth) => truth.text)
    return said.length === 0 ? [] : [wordErrorRate(said.join(' '), text)]
  })
  if (known.length === 0) return null
  const words = known.reduce((sum, { referenceWords }) => sum + referenceWords, 0)
  const errors = known.reduce((sum, { substitutions, deletions, insertions }) => sum + substitutions + deletions + insertions, 0)
  return { items: known.length, words, errors, wordErrorRate: words === 0 ? errors : errors / words }
}

export function countWords(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + normalizeWords(text).length, 0)
}
