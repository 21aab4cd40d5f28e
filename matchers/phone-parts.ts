// What the matchers of phone calls share: the call behind the received value, and the lines of the timeline that are about it.

import type { PhoneFinding } from '../src/api.ts'
import { at } from '../src/report/print.ts'
import type { PhoneFacts, Subject } from '../src/runtime/subject.ts'
import type { TimelineEntry } from '../src/runtime/timeline.ts'
import type { MatcherContext } from './context.ts'
import { callOf, type MatcherCall } from './received.ts'
import type { ReportTimeline } from './report.ts'

/** One use of a matcher on a phone call. */
export interface PhoneMatcherCall extends MatcherCall {
  readonly facts: PhoneFacts
}

export function phoneCallOf(host: MatcherContext, name: string, received: unknown, given: readonly unknown[]): PhoneMatcherCall {
  const call = callOf(host, name, received, given, ['call'])
  return { ...call, facts: call.subject.phone!() }
}

/** What happened on the line, and what was said and played, around a moment; at the end without one. */
export function phoneWindow({ subject, facts }: PhoneMatcherCall, atMs = Number.POSITIVE_INFINITY): ReportTimeline {
  const entries = subject.timeline.entries.filter((entry) => isOfCall(entry, facts.id))
  const nearest = entries.findLast((entry) => entry.atMs <= atMs) ?? entries[0]
  const around = nearest ? [nearest.index] : []
  return {
    title: 'The call',
    entries,
    all: subject.timeline.entries,
    around,
    marks: atMs === Number.POSITIVE_INFINITY ? [] : around,
  }
}

function isOfCall(entry: TimelineEntry, callId: string): boolean {
  if (!('note' in entry)) return false
  const { note } = entry
  if (note.type === 'phone') return note.callId === callId
  return note.type === 'said' || (note.type === 'finding' && note.code?.startsWith('phone_') === true)
}

export function findingText({ code, level, message, path, atMs }: PhoneFinding): string {
  const name = code === 0 && level === 'warning' ? 'advice' : `${level}${code === 0 ? '' : ` ${code}`}`
  return `${name} (${at(atMs)}${path === undefined ? '' : `, ${path}`}): ${message}`
}

export function endText({ subject, facts }: { subject: Subject; facts: PhoneFacts }): string {
  const { end } = facts
  return end ? `${subject.title} was ended by the ${end.by} at ${at(end.atMs)}: ${end.reason}` : `${subject.title} is not over.`
}
