// Parts of reports that several matchers share.

import { at, ms, plural, quoted, shortId } from '../src/report/print.ts'
import { isNoise } from '../src/report/timeline-runs.ts'
import type { ResponseFacts, Subject } from '../src/runtime/subject.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'
import type { MatcherCall } from './received.ts'
import type { Report, ReportTimeline } from './report.ts'
import { entriesOfSessions } from './session-events.ts'

/** How every report begins: the call, and what was looked at where the call does not say it. */
export function headOf({ text, subject }: MatcherCall): Pick<Report, 'call' | 'subject'> {
  return subject.title === subject.kind ? { call: text } : { call: text, subject: subject.title }
}

/** The window around some entries, in the sessions that they belong to. */
export function windowAround(subject: Subject, entries: readonly EventEntry[]): ReportTimeline {
  const sessionIds = entries.length > 0 ? [...new Set(entries.map((entry) => entry.sessionId))] : subject.sessionIds()
  const indexes = entries.map((entry) => entry.index)
  return { entries: entriesOfSessions(subject, sessionIds), all: subject.timeline.entries, around: indexes, marks: indexes }
}

/** The last lines of what the subject's sessions did. */
export function windowAtEnd(subject: Subject, sessionIds: readonly string[] = subject.sessionIds()): ReportTimeline {
  const entries = entriesOfSessions(subject, sessionIds)
  const last = entries.at(-1)
  return { entries, all: subject.timeline.entries, around: last ? [last.index] : [], marks: [] }
}

/** `4 ms after input_audio_buffer.speech_started (#16)`: what set an entry off, else the last that came before it. */
export function afterWhat(subject: Subject, entry: EventEntry): string {
  const before = subject.timeline.events.findLast((each) => {
    if (entry.cause !== undefined) return each.index === entry.cause
    return each.sessionId === entry.sessionId && each.index < entry.index && !isNoise(each.event.type)
  })
  return before ? `, ${ms(entry.atMs - before.atMs)} after ${before.event.type} (#${before.index})` : ''
}

/** `resp_…x1Y2 "greeting"`, and nothing more than what the author can look up. */
export function responseTitle(response: ResponseFacts): string {
  return response.name === '' ? shortId(response.id) : `${shortId(response.id)} "${response.name}"`
}

/** One line per response: title, status and text. */
export function responseLines(responses: readonly ResponseFacts[]): string[] {
  return responses.map((response) => {
    const calls = response.calls.map((call) => `call ${call.name}`).join(', ')
    const text = response.text === '' ? calls : quoted(response.text, 100)
    return [`${at(response.createdAtMs)} ${responseTitle(response)}`, response.status, text]
      .filter((part) => part !== '')
      .join('  ')
  })
}

/** `No response was made so far.`, or how many there are to look at. */
export function countOfResponses(responses: readonly ResponseFacts[]): string {
  return responses.length === 0 ? 'No response was made so far' : plural(responses.length, 'response')
}
