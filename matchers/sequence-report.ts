// The failure of a sequence: which steps were found where, at which one it ended, and what was nearly there instead.

import { at, shortId } from '../src/report/print.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'
import { likelySlips, noSessionMend } from './mends.ts'
import { alikeInTimeline, closestTo, differenceText, outOfOrder } from './near-misses.ts'
import type { MatcherCall } from './received.ts'
import type { Report } from './report.ts'
import { headOf, windowAround, windowAtEnd } from './report-parts.ts'
import { findInOrder, type Progress, type Step, significant } from './sequence.ts'

/** The best attempt at a sequence: of the session where it came furthest. */
export interface Attempt extends Progress {
  readonly sessionId: string
  /** The events of that session that were looked at. */
  readonly events: readonly EventEntry[]
}

export interface SequenceFailure {
  readonly call: MatcherCall
  readonly steps: readonly Step[]
  readonly strict: boolean
  /** All events that were looked at, of every session. */
  readonly events: readonly EventEntry[]
  readonly attempt: Attempt
}

/** `✓ response.created #4`, `✗ response.done <<<<< never seen after #4`, in columns. */
function stepLines(steps: readonly Step[], matched: readonly EventEntry[], why: string): string[] {
  const width = Math.max(...steps.map((step) => step.text.length))
  return steps.map((step, index) => {
    const entry = matched[index]
    const text = step.text.padEnd(width)
    if (entry) return `✓ ${text} #${entry.index}`
    return index === matched.length ? `✗ ${text} <<<<< ${why}` : `  ${text} (not reached)`
  })
}

function whyNot({ attempt, strict, steps }: SequenceFailure): string {
  const last = attempt.matched.at(-1)
  if (!last) return 'never seen'
  if (!strict) return `never seen after #${last.index}`
  const next = significant(attempt.events, steps).find((entry) => entry.index > last.index)
  return next ? `#${last.index} is followed by ${next.event.type} #${next.index}` : `nothing comes after #${last.index}`
}

/** A failed sequence as a record. */
export function sequenceReport(failure: SequenceFailure): Report {
  const { call, steps, attempt } = failure
  if (call.subject.sessionIds().length === 0) {
    return {
      ...headOf(call),
      expectedTitle: 'Expected sequence',
      expected: stepLines(steps, [], 'there was no session'),
      mend: [noSessionMend],
    }
  }
  const shown = acrossSessions(failure) ?? attempt.matched.slice(-1)
  return {
    ...headOf(call),
    expectedTitle: 'Expected sequence',
    expected: stepLines(steps, attempt.matched, whyNot(failure)),
    timeline: shown.length > 0 ? windowAround(call.subject, shown) : windowAtEnd(call.subject),
    nearMisses: sequenceNearMisses(failure),
    mend: sequenceMends(failure),
  }
}

function sequenceMends({ call, steps, attempt }: SequenceFailure): string[] {
  const { matched, sessionId } = attempt
  return likelySlips(call, steps[matched.length]?.type, { after: matched.at(-1), within: sessionId || undefined })
}

/** What was nearly the sequence. */
function sequenceNearMisses(failure: SequenceFailure): string[] {
  const { call, steps, attempt } = failure
  const step = steps[attempt.matched.length]
  if (!step) return []
  const certain = [...stitched(failure), ...unbroken(failure), ...outside(failure), ...ofStep(call, step, attempt)]
  return certain.length > 0 || step.type === undefined ? certain : alikeInTimeline(after(attempt), step.type)
}

/** It would fit if the events of all sessions were one list: the mistake that a sequence must not make. */
function acrossSessions({ events, steps }: SequenceFailure): readonly EventEntry[] | undefined {
  const whole = findInOrder(events, steps)
  const sessions = new Set(whole.matched.map((entry) => entry.sessionId))
  return whole.complete && sessions.size > 1 ? whole.matched : undefined
}

function stitched(failure: SequenceFailure): string[] {
  const matched = acrossSessions(failure)
  if (!matched) return []
  const places = matched.map((entry) => `#${entry.index} in ${shortId(entry.sessionId)}`).join(', ')
  return [`it fits only across sessions (${places}); a sequence lies within one: see realtime.sessions and realtime.for({…})`]
}

function unbroken({ strict, attempt, steps }: SequenceFailure): string[] {
  if (!strict) return []
  const loose = findInOrder(attempt.events, steps)
  return loose.complete ? [`without \`strict\` it fits: ${loose.matched.map((entry) => `#${entry.index}`).join(', ')}`] : []
}

/** The subject is a response, and the sequence needs more of its session than that. */
function outside({ call, steps, attempt }: SequenceFailure): string[] {
  const { subject } = call
  if (subject.kind !== 'response') return []
  const whole = findInOrder(
    subject.timeline.events.filter((entry) => entry.sessionId === attempt.sessionId),
    steps,
  )
  const foreign = whole.complete ? whole.matched.filter((entry) => !subject.covers(entry)) : []
  const list = foreign.map((entry) => `#${entry.index} ${entry.event.type}`).join(', ')
  return foreign.length > 0
    ? [`it fits in the whole session: ${list} ${foreign.length > 1 ? 'are' : 'is'} not of this response`]
    : []
}

function after(attempt: Attempt): EventEntry[] {
  return attempt.events.filter((entry) => entry.index > (attempt.matched.at(-1)?.index ?? -1))
}

/** The right type with other fields, and the right event too early. */
function ofStep(call: MatcherCall, step: Step, attempt: Attempt): string[] {
  const last = attempt.matched.at(-1)
  const found = new Set(attempt.matched)
  const early = last ? attempt.events.filter((entry) => !found.has(entry) && step.fits(entry)) : []
  const sameType = step.pattern === undefined ? [] : after(attempt).filter((entry) => entry.event.type === step.type)
  const otherFields = closestTo(call.host, sameType, step.pattern).slice(0, 3)
  return [
    ...otherFields.map(({ entry, differences }) => `#${entry.index} ${entry.event.type}: ${differenceText(differences)}`),
    ...(last ? outOfOrder(early, last) : []),
  ]
}

/** For `.not`: where the forbidden sequence was. */
export function foundSequenceReport(call: MatcherCall, steps: readonly Step[], matched: readonly EventEntry[]): Report {
  const [first] = matched
  const last = matched.at(-1)
  if (!first || !last) return { call: call.text }
  return {
    ...headOf(call),
    expectedTitle: 'Expected not to find',
    expected: stepLines(steps, matched, ''),
    divergence: [`It lies between #${first.index} (${at(first.atMs)}) and #${last.index} (${at(last.atMs)}).`],
    timeline: windowAround(call.subject, matched),
  }
}
