// toMatchRecording: the sessions are as they were when their recording was written. A file snapshot: the first run writes it,
// `vitest -u` writes it anew, CI only compares.

import type { MatchRecordingOptions, RecordingAspect } from '../src/api.ts'
import { recordings } from '../src/recording/load-recordings.ts'
import { isFields } from '../src/report/fields.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { noSessionMend } from './mends.ts'
import { authorSlip, callOf, type MatcherCall, wrongArgument } from './received.ts'
import { message, type Report } from './report.ts'
import { headOf } from './report-parts.ts'

/** Vitest counts what is written and compared, for the summary of a run; hosts that do not are fine. */
interface CountingHost {
  readonly task?: { readonly id: string }
  readonly snapshotState?: Readonly<Record<string, { increment?(testId: string): void }>>
}

const aspects: readonly RecordingAspect[] = ['order', 'texts', 'calls', 'usage', 'timing', 'audio', 'fields']

const optionTypes: Readonly<Record<keyof MatchRecordingOptions, string>> = {
  aspects: `a list of ${aspects.map((name) => `'${name}'`).join(', ')}`,
  toleranceMs: 'milliseconds, 0 or more',
  similarity: 'a number from 0 to 1',
  ignore: 'a list of event types and field paths',
  redact: 'a list of texts and RegExps',
}

function fitsOption(name: keyof MatchRecordingOptions, value: unknown): boolean {
  if (name === 'toleranceMs') return typeof value === 'number' && value >= 0
  if (name === 'similarity') return typeof value === 'number' && value >= 0 && value <= 1
  if (!Array.isArray(value)) return false
  if (name === 'aspects') return value.length > 0 && value.every((one) => aspects.includes(one))
  return value.every((one) => (typeof one === 'string' && one !== '') || (name === 'redact' && one instanceof RegExp))
}

function checkArguments(call: MatcherCall, name: unknown, options: unknown): void {
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw wrongArgument(call, 'it takes the name of the recording, or options', name)
  if (!isFields(options) || Array.isArray(options)) throw wrongArgument(call, 'the options are an object', options)
  for (const [option, value] of Object.entries(options)) {
    if (!Object.hasOwn(optionTypes, option))
      throw wrongArgument(call, `there is no option '${option}'; it takes ${Object.keys(optionTypes).join(', ')}`, options)
    const known = option as keyof MatchRecordingOptions
    if (value !== undefined && !fitsOption(known, value)) throw wrongArgument(call, `'${option}' is ${optionTypes[known]}`, value)
  }
}

type Outcome = ReturnType<ReturnType<typeof recordings>['matchRecording']>

function reportOf(call: MatcherCall, { path, outcome, lines, differences }: Outcome): Report {
  const { subject } = call
  const all = subject.timeline.entries
  if (outcome === 'refused') {
    return {
      ...headOf(call),
      expected: [`a recording at ${path}  <<<<< there is none, and this run writes none (CI, or --update=none)`],
      mend: ['Run the test on your machine, look at what it writes, and commit it.'],
    }
  }
  const marks = differences.flatMap(({ actualIndex }) => actualIndex ?? [])
  const [first] = marks
  return {
    ...headOf(call),
    expectedTitle: `Recording ${path}`,
    expected: lines,
    timeline: {
      entries: all.filter((entry) => subject.covers(entry)),
      all,
      around: first === undefined ? [] : [first],
      marks,
    },
    mend: [
      `If this is what it should be: vitest -u writes ${path} anew.`,
      "To compare closely: realtime.saveRecording('./now') in the test, then vitest-realtime diff.",
    ],
  }
}

function count(host: MatcherContext & CountingHost, outcome: Outcome['outcome']): void {
  const counters = {
    written: 'added',
    updated: 'updated',
    equal: 'matched',
    different: 'unmatched',
    refused: 'unmatched',
  } as const
  const id = host.task?.id
  if (id !== undefined) host.snapshotState?.[counters[outcome]]?.increment?.(id)
}

export function toMatchRecording(
  this: MatcherContext,
  received: unknown,
  nameOrOptions?: string | MatchRecordingOptions,
  more?: MatchRecordingOptions,
): MatcherResult {
  const [name, options = {}] =
    typeof nameOrOptions === 'object' && more === undefined ? [undefined, nameOrOptions] : [nameOrOptions, more]
  const call = callOf(this, 'toMatchRecording', received, [nameOrOptions, more], ['realtime', 'view', 'session'])
  checkArguments(call, name, options)
  if (this.isNot) throw authorSlip(call, 'has no .not: a recording is written where it is missing.')
  const { subject } = call
  const { place, profile, sessions, redact } = subject.recordable?.() ?? {}
  if (!place)
    throw authorSlip(
      call,
      'needs a service that knows where its recordings lie: the fixture `realtime`, or createLocalRealtime().',
    )
  if (subject.sessionIds().length === 0)
    throw authorSlip(call, `has nothing to compare: no session was connected. ${noSessionMend}`)
  const outcome = recordings().matchRecording(
    {
      entries: subject.timeline.entries.filter((entry) => subject.covers(entry)),
      ...{ timeline: subject.timeline, place },
      facts: { ...(profile && { profile }), ...(sessions && { sessions }), ...(redact && { redact }) },
    },
    name as string | undefined,
    options,
  )
  count(this, outcome.outcome)
  const pass = outcome.outcome !== 'different' && outcome.outcome !== 'refused'
  return { pass, message: message(this, () => reportOf(call, outcome)) }
}
