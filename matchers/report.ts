// A failure is a record first and a text second. The order is fixed: call, subject, expected, divergence, timeline, near misses,
// mend; a part without content has no heading. Colours come from the host's `utils` only.

import { formatTimeline } from '../src/report/timeline-text.ts'
import type { TimelineEntry } from '../src/runtime/timeline.ts'
import type { MatcherContext } from './context.ts'

/** The piece of the timeline that a failure shows. */
export interface ReportTimeline {
  /** Default 'Timeline'. */
  readonly title?: string
  /** What may be shown: usually the entries of one session. */
  readonly entries: readonly TimelineEntry[]
  /** The whole timeline, for names and formats. */
  readonly all: readonly TimelineEntry[]
  /** Where the window opens. */
  readonly around: readonly number[]
  /** Lines with `>`. */
  readonly marks: readonly number[]
}

/** What is known of one failure. All texts are single lines. */
export interface Report {
  /** As the author wrote it: `expect(realtime).toHaveSaid('Hello')`. */
  readonly call: string
  /** What was looked at, when the call does not say it: `response resp_… "greeting"`. */
  readonly subject?: string
  readonly expected?: readonly string[]
  /** Default 'Expected'. */
  readonly expectedTitle?: string
  /** What was different; lines that show the very spot end in `<<<<<`. */
  readonly divergence?: readonly string[]
  readonly timeline?: ReportTimeline
  readonly nearMisses?: readonly string[]
  /** The likely slip and what to do about it. */
  readonly mend?: readonly string[]
}

/** Longest window of the timeline, in lines. */
const maxTimelineLines = 40

type Section = readonly string[]

function titled(title: string, lines: readonly string[] | undefined): Section {
  return lines && lines.length > 0 ? [title, ...lines.map((line) => `  ${line}`)] : []
}

function timelineSection(timeline: ReportTimeline | undefined): Section {
  if (!timeline || timeline.entries.length === 0) return []
  const { title = 'Timeline', entries, all, around, marks } = timeline
  const text = formatTimeline(entries, { all, around, marks, maxLines: maxTimelineLines })
  const events = entries.filter((entry) => 'event' in entry).length
  // Of a telephone line there are notes alone.
  const count = events === 0 ? '' : `${events} event${events === 1 ? '' : 's'}, `
  return [`${title} (${count}virtual time):`, ...text.split('\n')]
}

function sections(report: Report): Section[] {
  return [
    [report.call],
    report.subject ? [`Subject: ${report.subject}`] : [],
    titled(`${report.expectedTitle ?? 'Expected'}:`, report.expected),
    report.divergence ?? [],
    timelineSection(report.timeline),
    titled('Near misses:', report.nearMisses),
    report.mend ?? [],
  ]
}

function painted(line: string, utils: MatcherContext['utils']): string {
  if (line.endsWith('<<<<<') || line.includes('  <<<<< ')) return utils.RECEIVED_COLOR(line)
  if (line.startsWith('  ✓')) return utils.EXPECTED_COLOR(line)
  if (line.startsWith('    #')) return utils.DIM_COLOR(line)
  return line
}

/** The text of a failure. */
export function renderReport(report: Report, utils: MatcherContext['utils']): string {
  const [call, ...rest] = sections(report).filter((section) => section.length > 0)
  const body = rest.map((section) => section.map((line) => painted(line, utils)).join('\n'))
  return [utils.BOLD_WEIGHT((call ?? []).join('\n')), ...body].join('\n\n')
}

/** A message that is made when somebody reads it; `report()` gives the record behind it. */
export interface Message {
  (): string
  report(): Report
}

export function message(host: MatcherContext, report: () => Report): Message {
  return Object.assign(() => renderReport(report(), host.utils), { report })
}
