// Past tense of one event: was there, so far, an event of this type with these fields? Behind toHaveEmitted and toHaveReceived.

import { isFields, read } from '../src/report/fields.ts'
import { at, plural, times } from '../src/report/print.ts'
import { formatMend } from '../src/runtime/diagnosis-fields.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'
import type { MatcherResult } from './context.ts'
import { fits, project } from './matching.ts'
import { likelySlips, noSessionMend } from './mends.ts'
import { alikeInTimeline, type Candidate, closestTo, differenceLines } from './near-misses.ts'
import { type MatcherCall, wrongArgument } from './received.ts'
import { message, type Report } from './report.ts'
import { afterWhat, headOf, windowAround, windowAtEnd } from './report-parts.ts'
import { coveredEvents } from './session-events.ts'

/** What an author asks for: one event, who sends it, and some of its fields. */
export interface AskedEvent {
  readonly from: 'app' | 'service'
  readonly type: string
  readonly matching: unknown
}

/** `matching` must be an object of fields; a predicate is a slip. */
export function checkMatching(call: MatcherCall, matching: unknown): void {
  if (matching === undefined || (isFields(matching) && !Array.isArray(matching))) return
  const hint = typeof matching === 'function' ? ' (predicates belong into toHaveEmittedSequence([…]))' : ''
  throw wrongArgument(call, `the second argument is an object with some of the event's fields${hint}`, matching)
}

export function isAsked(call: MatcherCall, asked: AskedEvent, entry: EventEntry): boolean {
  if (entry.from !== asked.from || entry.event.type !== asked.type) return false
  return asked.matching === undefined || fits(call.host, entry.event, asked.matching)
}

/** The result of toHaveEmitted and toHaveReceived. Wire errors that the author asked for are excused. */
export function pastEvent(call: MatcherCall, asked: AskedEvent): MatcherResult {
  const sameType = coveredEvents(call.subject).filter((entry) => entry.from === asked.from && entry.event.type === asked.type)
  const found = sameType.filter((entry) => isAsked(call, asked, entry))
  const pass = found.length > 0
  if (pass && !call.host.isNot && asked.type === 'error') for (const entry of found) call.subject.excuse(entry)
  return {
    pass,
    message: message(call.host, () => (pass ? presentReport(call, asked, found) : absentReport(call, asked, sameType))),
    ...(pass ? {} : diffOf(call, asked, sameType)),
  }
}

/** Values for Vitest's own diff: the closest event, cut down to the fields that were asked for. */
export function diffOf(
  call: MatcherCall,
  asked: AskedEvent,
  sameType: readonly EventEntry[],
): Pick<MatcherResult, 'actual' | 'expected'> {
  const [closest] = asked.matching === undefined || call.host.isNot ? [] : closestTo(call.host, sameType, asked.matching)
  return closest ? { actual: project(closest.entry.event, asked.matching), expected: asked.matching } : {}
}

function verb(asked: AskedEvent, count: number): string {
  return `It was ${asked.from === 'app' ? 'received' : 'emitted'} ${times(count)}`
}

/** For `.not`: where the forbidden thing happened and what set it off. */
export function presentReport(call: MatcherCall, asked: AskedEvent, found: readonly EventEntry[]): Report {
  const [first] = found
  if (!first) return { call: call.text }
  const also =
    found.length > 1
      ? [
          `Also at ${found
            .slice(1, 6)
            .map((entry) => `#${entry.index}`)
            .join(', ')}${found.length > 6 ? ' …' : ''}`,
        ]
      : []
  const where = `${found.length > 1 ? ', first' : ','} at #${first.index} (${at(first.atMs)})${afterWhat(call.subject, first)}.`
  return {
    ...headOf(call),
    divergence: [`${verb(asked, found.length)}${where}`, ...also],
    timeline: windowAround(call.subject, [first]),
  }
}

function absentReport(call: MatcherCall, asked: AskedEvent, sameType: readonly EventEntry[]): Report {
  const ranked = asked.matching === undefined ? [] : closestTo(call.host, sameType, asked.matching)
  const [closest, ...others] = ranked
  if (!closest) return neverReport(call, asked)
  return {
    ...headOf(call),
    divergence: [
      closestLine(asked, sameType, closest),
      ...differenceLines(closest.differences).map((line) => `  ${line}`),
      ...(others.length > 0
        ? [
            `Also seen: ${others
              .slice(0, 5)
              .map((each) => `#${each.entry.index} (${each.differences.length} differ)`)
              .join(', ')}`,
          ]
        : []),
    ],
    timeline: windowAround(call.subject, [closest.entry]),
    mend: [formatMend(read(closest.entry.event, 'session')) ?? []].flat(),
  }
}

function closestLine(asked: AskedEvent, sameType: readonly EventEntry[], { entry, differences, fields }: Candidate): string {
  const differ = `${differences.length} of ${plural(fields, 'field')} ${differences.length === 1 ? 'differs' : 'differ'}`
  if (sameType.length === 1) return `There is one ${asked.type}, #${entry.index}, and it does not fit (${differ}):`
  return `${sameType.length} ${asked.type} events, none fits. Closest is #${entry.index} (${differ}):`
}

function neverReport(call: MatcherCall, asked: AskedEvent): Report {
  const { subject } = call
  const who = asked.from === 'app' ? 'The app never sent' : 'The service never sent'
  if (subject.sessionIds().length === 0) {
    return { ...headOf(call), divergence: [`${who} it: there was no session.`], mend: [noSessionMend] }
  }
  return {
    ...headOf(call),
    divergence: [`${who} ${asked.type}.`],
    timeline: windowAtEnd(subject),
    nearMisses: [...outsideOf(call, asked), ...alikeInTimeline(coveredEvents(subject), asked.type)],
    mend: likelySlips(call, asked.type),
  }
}

/** The event is there, but the subject (a response, a view) does not cover it. */
function outsideOf(call: MatcherCall, asked: AskedEvent): string[] {
  const { subject } = call
  const outside = subject.timeline.events.find((entry) => !subject.covers(entry) && isAsked(call, asked, entry))
  if (!outside) return []
  const place = subject.sessionIds().includes(outside.sessionId)
    ? 'in the same session, but is not of this response'
    : 'in another session'
  return [`#${outside.index} ${outside.event.type} happened ${place}`]
}
