// Stretches of speech as the service's turn detection reported them, with the true onset and end that its numbers stand for:
// audio_start_ms is the onset minus the prefix padding, audio_end_ms is the end plus the silence.

import { read, readNumber, readText } from '../src/report/fields.ts'
import type { Subject } from '../src/runtime/subject.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'
import { configBefore } from './session-events.ts'

/** One stretch. Times are ms of audio written to the session's input buffer. */
export interface SpeechSegment {
  readonly started: EventEntry
  readonly stopped?: EventEntry
  readonly startMs: number
  /** Earliest that the onset may have been: below `startMs` where audio_start_ms was held at 0. */
  readonly earliestStartMs: number
  /** Undefined while it goes on. */
  readonly endMs?: number
}

const usualPaddingMs = 300
const usualSilenceMs = 200

function paddings(subject: Subject, entry: EventEntry): { prefixMs: number; silenceMs: number } {
  const vad = read(configBefore(subject, entry.sessionId, entry.index), 'audio.input.turn_detection')
  return {
    prefixMs: readNumber(vad, 'prefix_padding_ms') ?? usualPaddingMs,
    silenceMs: readNumber(vad, 'silence_duration_ms') ?? usualSilenceMs,
  }
}

/** All stretches among these events, in order. A stop without a start is left out. */
export function speechSegments(subject: Subject, events: readonly EventEntry[]): SpeechSegment[] {
  return events
    .filter((entry) => entry.event.type === 'input_audio_buffer.speech_started')
    .map((started) => {
      const { prefixMs } = paddings(subject, started)
      const reported = readNumber(started.event, 'audio_start_ms') ?? 0
      const stopped = events.find((entry) => isStopOf(entry, started))
      const span = { started, startMs: reported + prefixMs, earliestStartMs: reported === 0 ? 0 : reported + prefixMs }
      return stopped ? { ...span, stopped, endMs: endOf(subject, stopped) } : span
    })
}

function isStopOf(entry: EventEntry, started: EventEntry): boolean {
  if (entry.event.type !== 'input_audio_buffer.speech_stopped') return false
  if (entry.sessionId !== started.sessionId || entry.index < started.index) return false
  return readText(entry.event, 'item_id') === readText(started.event, 'item_id')
}

function endOf(subject: Subject, stopped: EventEntry): number {
  return (readNumber(stopped.event, 'audio_end_ms') ?? 0) - paddings(subject, stopped).silenceMs
}
