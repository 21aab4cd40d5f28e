// Present tense of one event: waits, from the session's cursor on, for an event of this type with these fields.
// Behind toEmit and toReceive. A success moves the cursor past the event.

import { ms } from '../src/report/print.ts'
import type { Subject, WaitOutcome } from '../src/runtime/subject.ts'
import { type EventEntry, isEvent, type TimelineEntry } from '../src/runtime/timeline.ts'
import type { MatcherResult } from './context.ts'
import { likelySlips, noSessionMend } from './mends.ts'
import { mustAwait } from './must-await.ts'
import { alikeInTimeline, closestTo, differenceText } from './near-misses.ts'
import { type AskedEvent, diffOf, isAsked, presentReport } from './one-event.ts'
import type { MatcherCall } from './received.ts'
import { message, type Report, type ReportTimeline } from './report.ts'
import { headOf } from './report-parts.ts'

export interface WaitSettings {
  /** Virtual ms. */
  readonly timeout?: number
}

type Unmet = Extract<WaitOutcome<never>, { unmet: string }>

/** Takes each covered event at or after the cursor once, as the timeline grows. */
export class FreshEvents {
  readonly #subject: Subject
  #next = 0
  constructor(subject: Subject) {
    this.#subject = subject
  }

  *[Symbol.iterator](): Generator<EventEntry> {
    const { entries } = this.#subject.timeline
    while (this.#next < entries.length) {
      const entry = entries[this.#next++]
      if (entry && isFresh(this.#subject, entry)) yield entry
    }
  }
}

/** True for events of the subject that no wait has passed yet. */
export function isFresh(subject: Subject, entry: TimelineEntry): entry is EventEntry {
  return isEvent(entry) && subject.covers(entry) && entry.index >= subject.cursor(entry.sessionId)
}

/** Moves a session's cursor past an entry, never back. */
export function passBy(subject: Subject, entry: EventEntry): void {
  subject.moveCursor(entry.sessionId, Math.max(subject.cursor(entry.sessionId), entry.index + 1))
}

export function waitOptions(call: MatcherCall, settings: WaitSettings | undefined) {
  const timeoutMs = settings?.timeout
  return { untilQuiet: call.host.isNot, what: call.text, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
}

/** The call as it stands in a message. */
export function withAwait(call: MatcherCall): MatcherCall {
  return { ...call, text: `await ${call.text}` }
}

/** The result of toEmit and toReceive. */
export function awaitedEvent(
  call: MatcherCall,
  asked: AskedEvent,
  settings: WaitSettings | undefined,
  matcher: (...args: never[]) => unknown,
): Promise<MatcherResult> {
  return mustAwait(call.host, call.text, matcher, async () => {
    const { subject, host } = call
    const shown = withAwait(call)
    const fresh = new FreshEvents(subject)
    const seenBefore = subject.timeline.entries.length
    const look = () => {
      for (const entry of fresh) if (isAsked(call, asked, entry)) return entry
      return undefined
    }
    const outcome = await subject.wait(look, waitOptions(call, settings))
    if ('unmet' in outcome) return unmetResult(shown, asked, outcome, seenBefore)
    if (!host.isNot) {
      passBy(subject, outcome.met)
      if (asked.type === 'error') subject.excuse(outcome.met)
    }
    return { pass: true, message: message(host, () => presentReport(shown, asked, [outcome.met])) }
  })
}

function unmetResult(call: MatcherCall, asked: AskedEvent, outcome: Unmet, seenBefore: number): MatcherResult {
  const sameType = call.subject.timeline.events.filter(
    (entry) => isFresh(call.subject, entry) && isAsked(call, { ...asked, matching: undefined }, entry),
  )
  return {
    pass: false,
    message: message(call.host, () => unmetReport(call, asked, outcome, seenBefore, sameType)),
    ...diffOf(call, asked, sameType),
  }
}

/** How a wait ended, in the runtime's words; a bare reason gets the times behind it. */
export function waitedLines(call: MatcherCall, outcome: Unmet): string[] {
  const [first = '', ...more] = outcome.unmet.split('\n')
  const bare = call.text.replace(/^await /, '')
  const why = first.startsWith(`${bare} `) ? `It ${first.slice(bare.length + 1)}` : first
  if (more.length > 0) return [why, ...more]
  return [why, `It waited ${ms(outcome.waitedMs)} of virtual time, ${ms(outcome.realMs)} of real time.`]
}

/** What happened since the wait began, with the last line in view; before that, what was there already. */
export function seenMeanwhile(subject: Subject, seenBefore: number): ReportTimeline {
  const ids = new Set(subject.sessionIds())
  const entries = subject.timeline.entries.filter((entry) => ids.has(entry.sessionId))
  const meanwhile = entries.filter((entry) => entry.index >= seenBefore)
  const last = entries.at(-1)
  const shown = meanwhile.length > 0 ? meanwhile : entries
  return {
    title: meanwhile.length > 0 ? `Seen while it waited (from #${seenBefore})` : 'Nothing came while it waited. Before that',
    entries: shown,
    all: subject.timeline.entries,
    around: meanwhile.length > 0 || !last ? [] : [last.index],
    marks: [],
  }
}

function unmetReport(
  call: MatcherCall,
  asked: AskedEvent,
  outcome: Unmet,
  seenBefore: number,
  sameType: readonly EventEntry[],
): Report {
  const { subject } = call
  if (subject.sessionIds().length === 0) {
    return { ...headOf(call), divergence: waitedLines(call, outcome), mend: [noSessionMend] }
  }
  return {
    ...headOf(call),
    divergence: waitedLines(call, outcome),
    timeline: seenMeanwhile(subject, seenBefore),
    nearMisses: [...otherFields(call, asked, sameType), ...passedBefore(call, asked), ...alikeFresh(call, asked)],
    mend: likelySlips(call, asked.type),
  }
}

function otherFields(call: MatcherCall, asked: AskedEvent, sameType: readonly EventEntry[]): string[] {
  if (asked.matching === undefined) return []
  return closestTo(call.host, sameType, asked.matching)
    .slice(0, 3)
    .map(({ entry, differences }) => `#${entry.index} ${entry.event.type}: ${differenceText(differences)}`)
}

/** The classic: it happened, but a wait before this one has gone past it. */
function passedBefore(call: MatcherCall, asked: AskedEvent): string[] {
  const { subject } = call
  const passed = subject.timeline.events.findLast(
    (entry) => subject.covers(entry) && entry.index < subject.cursor(entry.sessionId) && isAsked(call, asked, entry),
  )
  if (!passed) return []
  const past = asked.from === 'app' ? 'toHaveReceived' : 'toHaveEmitted'
  return [`#${passed.index} ${passed.event.type} came before; an earlier wait has passed it (${past} sees all of the past)`]
}

function alikeFresh(call: MatcherCall, asked: AskedEvent): string[] {
  return alikeInTimeline(
    call.subject.timeline.events.filter((entry) => isFresh(call.subject, entry)),
    asked.type,
  )
}
