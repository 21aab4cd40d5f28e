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
  /** What the announcements stand for, in ms of the session's audio: padding and silence taken off. */
  readonly onsetMs: number
  /** Below `onsetMs` where the padding would have reached before the first sound. */
  readonly earliestOnsetMs: number
  readonly offsetMs: number | undefined
}

/** Those of server_vad where the session names none. */
const usual = { prefix_padding_ms: 300, silence_duration_ms: 200 }

/** Detection may come so long after a short utterance is over. */
const lateMs = 700

export function segmentsOf(events: readonly EventEntry[]): Segment[] {
  const segments: (Segment & { readonly startMs: number })[] = []
  let settings = usual
  for (const { event, atMs } of events) {
    if (event.type === 'input_audio_buffer.speech_started') {
      const { audio_start_ms: startMs } = event
      const onsetMs = startMs + settings.prefix_padding_ms
      const earliestOnsetMs = startMs === 0 ? 0 : onsetMs
      const none = { stoppedAtMs: undefined, offsetMs: undefined, speechMs: 0 }
      segments.push({ startedAtMs: atMs, startMs, onsetMs, earliestOnsetMs, ...none })
    } else if (event.type === 'input_audio_buffer.speech_stopped') {
      const open = segments.pop()
      const { audio_end_ms: endMs } = event
      const offsetMs = endMs - settings.silence_duration_ms
      if (open) segments.push({ ...open, stoppedAtMs: atMs, speechMs: endMs - open.startMs, offsetMs })
    } else if (event.type === 'session.created' || event.type === 'session.updated') {
      settings = { ...usual, ...detectionSettings(event.session) }
    }
  }
  return segments
}

function detectionSettings(session: unknown): Partial<typeof usual> {
  const { audio } = session as { audio?: { input?: { turn_detection?: Partial<typeof usual> | null } } }
  const { prefix_padding_ms, silence_duration_ms } = audio?.input?.turn_detection ?? {}
  return {
    ...(prefix_padding_ms !== undefined && { prefix_padding_ms }),
    ...(silence_duration_ms !== undefined && { silence_duration_ms }),
  }
}

/** When the user began to speak, each time: truly where that is known, else as it was announced. */
export function speechStarts(segments: readonly Segment[], truths: readonly Truth[]): number[] {
  return truths.length > 0 ? truths.map(({ startMs }) => startMs) : segments.map(({ startedAtMs }) => startedAtMs)
}

/** Null where nobody knows what was said. `timeOf`: when the sound at a position of the session's audio was spoken. */
export function detectionAccuracy(
  segments: readonly Segment[],
  truths: readonly Truth[],
  timeOf: (positionMs: number) => number,
): DetectionAccuracy | null {
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
    startErrorsMs: segments.flatMap((segment, at) => {
      const first = matches[at]?.[0]
      return first ? [onsetError(first.startMs, timeOf(segment.earliestOnsetMs), timeOf(segment.onsetMs))] : []
    }),
    endErrorsMs: segments.flatMap(({ offsetMs }, at) => {
      const last = matches[at]?.at(-1)
      return last && offsetMs !== undefined ? [timeOf(offsetMs) - last.endMs] : []
    }),
  }
}

/** How far the true start lies outside of where the announced one may be; negative: it was announced too early. */
function onsetError(trueMs: number, earliestMs: number, latestMs: number): number {
  if (trueMs > latestMs) return latestMs - trueMs
  return trueMs < earliestMs ? earliestMs - trueMs : 0
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
