// toHaveDetectedSpeech: turn detection has reported a stretch of speech, at about these times of the input audio.

import { ms } from '../src/report/print.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { type SpeechSegment, speechSegments } from './detected-speech.ts'
import { likelySlips } from './mends.ts'
import { callOf, checkOptions, type MatcherCall, wrongArgument } from './received.ts'
import { message, type Report } from './report.ts'
import { headOf, windowAround, windowAtEnd } from './report-parts.ts'
import { coveredEvents } from './session-events.ts'

/** Bounds of speech in ms of the session's input audio, and how far off they may be. */
export interface SpeechSpan {
  readonly startMs?: number
  readonly endMs?: number
  /** Default 250: frames of 32 ms, and an engine that holds speech for weak endings (energy: at most 243 ms late over 60 sentences). */
  readonly toleranceMs?: number
}

const usualToleranceMs = 250

function startOff(segment: SpeechSegment, startMs: number | undefined): number {
  if (startMs === undefined) return 0
  if (startMs > segment.startMs) return segment.startMs - startMs
  return startMs < segment.earliestStartMs ? segment.earliestStartMs - startMs : 0
}

function endOff(segment: SpeechSegment, endMs: number | undefined): number {
  if (endMs === undefined) return 0
  return segment.endMs === undefined ? Number.POSITIVE_INFINITY : segment.endMs - endMs
}

function isWithin(segment: SpeechSegment, span: SpeechSpan): boolean {
  const tolerance = span.toleranceMs ?? usualToleranceMs
  return Math.abs(startOff(segment, span.startMs)) <= tolerance && Math.abs(endOff(segment, span.endMs)) <= tolerance
}

function offText(name: string, off: number, tolerance: number): string[] {
  if (Math.abs(off) <= tolerance) return []
  if (!Number.isFinite(off)) return [`${name}: still speaking`]
  return [`${name} ${ms(Math.abs(off))} too ${off > 0 ? 'late' : 'early'}`]
}

function segmentLine(segment: SpeechSegment, span: SpeechSpan): string {
  const tolerance = span.toleranceMs ?? usualToleranceMs
  const from =
    segment.earliestStartMs < segment.startMs ? `${segment.earliestStartMs}–${segment.startMs} ms` : ms(segment.startMs)
  const indexes = [segment.started, segment.stopped].flatMap((entry) => (entry ? [`#${entry.index}`] : [])).join(', ')
  const off = [
    ...offText('start', startOff(segment, span.startMs), tolerance),
    ...offText('end', endOff(segment, span.endMs), tolerance),
  ]
  const mark = off.length > 0 ? `  ${off.join(', ')}  <<<<<` : ''
  return `from ${from} to ${segment.endMs === undefined ? '(goes on)' : ms(segment.endMs)}  (${indexes})${mark}`
}

function absentReport(call: MatcherCall, span: SpeechSpan, segments: readonly SpeechSegment[]): Report {
  const base = headOf(call)
  if (segments.length === 0) {
    return {
      ...base,
      divergence: ['No speech was detected.'],
      timeline: windowAtEnd(call.subject),
      mend: likelySlips(call, 'input_audio_buffer.speech_started'),
    }
  }
  const how = segments.length === 1 ? 'once' : `in ${segments.length} stretches`
  const limit = ms(span.toleranceMs ?? usualToleranceMs)
  return {
    ...base,
    divergence: [
      `Speech was detected ${how}, none within ${limit} (true bounds, ms of input audio):`,
      ...segments.slice(0, 10).map((segment) => `  ${segmentLine(segment, span)}`),
    ],
  }
}

function presentReport(call: MatcherCall, found: readonly SpeechSegment[]): Report {
  return {
    ...headOf(call),
    divergence: [
      'Speech was detected (true bounds, ms of input audio):',
      ...found.slice(0, 10).map((each) => `  ${segmentLine(each, {})}`),
    ],
    timeline: windowAround(
      call.subject,
      found.slice(0, 1).map((each) => each.started),
    ),
  }
}

export function toHaveDetectedSpeech(this: MatcherContext, received: unknown, bounds?: SpeechSpan): MatcherResult {
  const call = callOf(this, 'toHaveDetectedSpeech', received, [bounds], ['realtime', 'view', 'session'])
  checkOptions(call, bounds, { startMs: 'number', endMs: 'number', toleranceMs: 'number' })
  const span = bounds ?? {}
  if (span.startMs !== undefined && span.endMs !== undefined && span.endMs <= span.startMs) {
    throw wrongArgument(call, 'endMs comes after startMs', span)
  }
  const segments = speechSegments(call.subject, coveredEvents(call.subject))
  const found = segments.filter((segment) => isWithin(segment, span))
  const pass = found.length > 0
  return { pass, message: message(this, () => (pass ? presentReport(call, found) : absentReport(call, span, segments))) }
}
