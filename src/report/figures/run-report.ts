// The report of a whole run: what the JSON file holds and the terminal shows. Pure: the same tests give the same report, in whatever
// order and from however many shards they come.

import { type BudgetResult, type Budgets, checkBudgets } from './budgets.ts'
import { coverageOf, type FlowSum } from './flow-coverage.ts'
import { type SessionPlace, sessionPlaces } from './session-places.ts'
import type { TestFigures } from './test-figures.ts'
import { type Totals, totalsOf } from './totals.ts'

/** A test that told figures. */
export interface TestRecord {
  /** Name of its Vitest project; empty for none. */
  readonly project: string
  /** Path below the project's root. */
  readonly file: string
  /** With the names of its describe blocks: `booking > asks for a date`. */
  readonly name: string
  readonly state: string
  /** Page of its timeline, if it is red or the reporter asks for `pages: 'all'`: below Vitest's root, or absolute. */
  readonly page?: string
  readonly figures: TestFigures
}

/** A session that was slow to answer. */
export interface SlowSession extends SessionPlace {
  /** Its longest response time. */
  readonly responseMs: number
}

/** A test in the JSON file. */
export interface TestReport extends Omit<TestRecord, 'figures'>, Pick<TestFigures, 'sessions' | 'calls'> {
  readonly totals: Totals
}

/** The JSON file. Ms of the tests' clocks; percentiles by nearest rank. */
export interface RealtimeReport {
  readonly version: 1
  /** Tests with a session or a flow. */
  readonly testCount: number
  /** Tests whose figures are of another version of the kit: they are not counted. */
  readonly foreignCount: number
  readonly totals: Totals
  readonly budgets: readonly BudgetResult[]
  readonly slowest: readonly SlowSession[]
  readonly flows: readonly FlowSum[]
  readonly tests: readonly TestReport[]
}

export interface ReportSettings {
  readonly budgets?: Budgets
  readonly slowest?: number
  readonly foreignCount?: number
}

export function reportOf(records: readonly TestRecord[], settings: ReportSettings = {}): RealtimeReport {
  const { budgets = {}, slowest = 5, foreignCount = 0 } = settings
  const sorted = records.toSorted((left, right) => compare(left.project, right.project) || compare(left.file, right.file))
  const figures = sorted.map((record) => record.figures)
  const totals = totalsOf(figures)
  return {
    version: 1,
    testCount: sorted.length,
    foreignCount,
    totals,
    budgets: checkBudgets(budgets, totals, sorted),
    slowest: slowestOf(sorted).slice(0, slowest),
    flows: coverageOf(figures),
    tests: sorted.map(({ figures: own, ...record }) => ({
      ...record,
      totals: totalsOf([own]),
      sessions: own.sessions,
      calls: own.calls,
    })),
  }
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1
}

function slowestOf(records: readonly TestRecord[]): SlowSession[] {
  const all = records.flatMap((record) =>
    sessionPlaces(record).flatMap(([place, { responseMs }]) =>
      responseMs.length === 0 ? [] : [{ ...place, responseMs: Math.max(...responseMs) }],
    ),
  )
  return all.toSorted((left, right) => right.responseMs - left.responseMs)
}
