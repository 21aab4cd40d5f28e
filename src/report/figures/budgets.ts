// Limits on the figures of a run, and who broke them.

import type { TestRecord } from './run-report.ts'
import { callPlaces, type SessionPlace, sessionPlaces, testPlace } from './session-places.ts'
import { type Percentile, percentiles, type Spread } from './spread.ts'
import type { CallFigures, SessionFigures } from './test-figures.ts'
import { type Timing, type Totals, timings } from './totals.ts'

/** Ms at most: at a percentile over all samples of the run; a number alone is the limit of each single one (`max`). */
export type TimingBudget = number | { readonly [P in Percentile]?: number }

/** Limits over all tests of a run. What is over its limit fails the run. */
export interface Budgets {
  /** From what a response answers to its first sound, its first words, and whichever came first. */
  readonly firstAudioMs?: TimingBudget
  readonly firstTextMs?: TimingBudget
  readonly responseMs?: TimingBudget
  /** From the speech that cuts an answer off to the end of its sound. */
  readonly interruptionStopMs?: TimingBudget
  /** How far announced bounds of speech may lie from the true ones. */
  readonly vadErrorMs?: TimingBudget
  /** Word error rate over all words that are known to have been said, 0 to 1. */
  readonly wer?: number
  /** How many findings, and `error` events, all tests together may have. */
  readonly findings?: number
  readonly errors?: number
  /** Of phone calls: times that the app's sound ran out, all together, and the longest silence at both ends. */
  readonly underruns?: number
  readonly deadAirMs?: number
  /** Of phone calls: from the end of the caller's speech to the first sound heard, and from an interruption to the app's `clear`. */
  readonly phoneResponseMs?: TimingBudget
  readonly clearMs?: TimingBudget
}

/** Budgets that count or rate, by name. */
export const plainBudgets = ['wer', 'findings', 'errors', 'underruns', 'deadAirMs'] as const
/** Budgets that percentiles are for. */
export const timingBudgets = [...timings, 'phoneResponseMs', 'clearMs'] as const
type PlainBudget = (typeof plainBudgets)[number]
type TimingName = (typeof timingBudgets)[number]

/** Who has a part in a budget that was broken. */
export interface Offender extends SessionPlace {
  readonly value: number
}

export interface BudgetResult {
  /** As `firstAudioMs.p95` or `wer`. */
  readonly budget: string
  readonly limit: number
  /** Null where nothing was measured: then it holds. */
  readonly value: number | null
  readonly ok: boolean
  /** The worst first, five at most; none where it holds. */
  readonly offenders: readonly Offender[]
}

const maxOffenders = 5

/** @param records all tests, whose totals these are */
export function checkBudgets(budgets: Budgets, totals: Totals, records: readonly TestRecord[]): BudgetResult[] {
  const timed = timingBudgets.flatMap((name) =>
    limitsOf(budgets[name]).map(([percentile, limit]) => {
      const value = spreadFor(name, totals)?.[percentile] ?? null
      return result(`${name}.${percentile}`, limit, value, () => offendersOf(records, limit, partsOf(name)))
    }),
  )
  const plain = plainBudgets.flatMap((name) => {
    const limit = budgets[name]
    if (limit === undefined) return []
    const isRate = name === 'wer' || name === 'deadAirMs'
    return [result(name, limit, plainValue(name, totals), () => offendersOf(records, isRate ? limit : 0, plainParts[name]))]
  })
  return [...timed, ...plain]
}

function limitsOf(budget: TimingBudget | undefined): [Percentile, number][] {
  if (budget === undefined) return []
  if (typeof budget === 'number') return [['max', budget]]
  return percentiles.flatMap((percentile): [Percentile, number][] => {
    const limit = budget[percentile]
    return limit === undefined ? [] : [[percentile, limit]]
  })
}

function result(budget: string, limit: number, value: number | null, offenders: () => Offender[]): BudgetResult {
  const ok = value === null || value <= limit
  return { budget, limit, value, ok, offenders: ok ? [] : offenders() }
}

function spreadFor(name: TimingName, totals: Totals): Spread | null {
  if (name === 'phoneResponseMs') return totals.phone?.responseMs ?? null
  return name === 'clearMs' ? (totals.phone?.clearMs ?? null) : totals[name]
}

function plainValue(name: PlainBudget, totals: Totals): number | null {
  if (name === 'wer') return totals.wer?.rate ?? null
  if (name === 'underruns' || name === 'deadAirMs') return totals.phone?.[name] ?? null
  return totals[name]
}

/** What one session, call or test adds to a budget: the worst that it has. */
interface Parts {
  readonly session?: (session: SessionFigures) => number
  readonly call?: (call: CallFigures) => number
  readonly test?: (record: TestRecord) => number
}

function partsOf(name: TimingName): Parts {
  if (name === 'phoneResponseMs') return { call: ({ responseMs }) => worst(responseMs) }
  if (name === 'clearMs') return { call: ({ clearMs }) => worst(clearMs) }
  const timing: Timing = name
  return { session: (session) => worst(session[timing]) }
}

const plainParts: Readonly<Record<PlainBudget, Parts>> = {
  wer: { session: ({ words, wordErrors }) => (words === 0 ? 0 : wordErrors / words) },
  findings: { session: ({ findings }) => findings, test: ({ figures }) => figures.findings },
  errors: { session: ({ errors }) => errors },
  underruns: { call: ({ underruns }) => underruns },
  deadAirMs: { call: ({ deadAirMs }) => deadAirMs },
}

function worst(samples: readonly number[]): number {
  return Math.max(0, ...samples)
}

function offendersOf(records: readonly TestRecord[], above: number, parts: Parts): Offender[] {
  const all = records.flatMap((record): Offender[] => [
    ...sessionPlaces(record).map(([place, session]) => ({ ...place, value: parts.session?.(session) ?? 0 })),
    ...callPlaces(record).map(([place, call]) => ({ ...place, value: parts.call?.(call) ?? 0 })),
    { ...testPlace(record), value: parts.test?.(record) ?? 0 },
  ])
  return all
    .filter(({ value }) => value > above)
    .toSorted((left, right) => right.value - left.value)
    .slice(0, maxOffenders)
}
