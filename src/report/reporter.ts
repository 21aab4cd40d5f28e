// The entry `vitest-realtime/reporter`, for Vitest's `reporters`: puts the figures that the tests have told together, prints them,
// writes them, and fails the run where a budget is broken. Runs in Vitest's main process, without the runtime of the kit.

import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node'
import { reportLines } from './figures/report-text.ts'
import { type RealtimeReport, reportOf, type TestRecord } from './figures/run-report.ts'
import { figuresOfMeta, isForeignMeta } from './figures/test-figures.ts'
import { addJUnitProperties } from './junit-properties.ts'
import { pagesKey } from './pages-key.ts'
import { checkReporterOptions, type RealtimeReporterOptions } from './reporter-options.ts'
import { terminalStyle } from './terminal-style.ts'

export type { BudgetResult, Budgets, Offender, TimingBudget } from './figures/budgets.ts'
export type { FlowSum } from './figures/flow-coverage.ts'
export type { RealtimeReport, SlowSession, TestRecord, TestReport } from './figures/run-report.ts'
export type { SessionPlace } from './figures/session-places.ts'
export type { Spread } from './figures/spread.ts'
export type { CallFigures, FlowFigures, SessionFigures, TestFigures } from './figures/test-figures.ts'
export type { PhoneTotals, Totals } from './figures/totals.ts'
export type { RealtimeReporterOptions } from './reporter-options.ts'

/**
 * Figures over all tests of a run: turns, percentiles of first audio, first text, response time and interruption stop, errors of turn
 * detection and transcription, flow coverage, the slowest sessions.
 *
 * @throws RealtimeKitError RTK_OPTION for an option that it does not know, or a wrong value
 * @example
 * reporters: ['default', ['vitest-realtime/reporter', { outputFile: 'realtime.json', budgets: { firstAudioMs: { p95: 800 } } }]]
 */
export default class RealtimeReporter implements Reporter {
  readonly #options: RealtimeReporterOptions
  #vitest: Vitest | undefined

  constructor(options?: RealtimeReporterOptions) {
    this.#options = checkReporterOptions(options)
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
    // Before the first worker starts; every project inherits it.
    if (this.#options.pages === 'all') (vitest.provide as (key: string, value: unknown) => void)(pagesKey, 'all')
    const { reporters = [] } = vitest as { reporters?: readonly unknown[] }
    for (const name of addJUnitProperties(reporters)) {
      vitest.logger.warn(
        `vitest-realtime/reporter: the ${name} of this Vitest takes no properties; the figures are not in its report.`,
      )
    }
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const { outputFile, ...settings } = this.#options
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const foreignCount = tests.filter((test) => isForeignMeta(test.meta())).length
    const root = this.#vitest?.config.root ?? ''
    const report = reportOf(
      tests.flatMap((test) => recordsOf(test, root)),
      { ...settings, foreignCount },
    )
    this.#print(report)
    if (report.budgets.some(({ ok }) => !ok)) process.exitCode = 1
    if (outputFile !== undefined) await this.#write(outputFile, report)
  }

  #print(report: RealtimeReport): void {
    const lines = reportLines(report, terminalStyle())
    if (lines.length > 0) this.#vitest?.logger.log(`\n${lines.map((line) => ` ${line}`).join('\n')}\n`)
  }

  async #write(outputFile: string, report: RealtimeReport): Promise<void> {
    const path = resolve(this.#vitest?.config.root ?? '', outputFile)
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
    } catch (error) {
      // Thrown, it would be an unhandled error of the run, and keep the reporters after this one from writing theirs.
      process.exitCode = 1
      this.#vitest?.logger.error(`vitest-realtime/reporter: ${path} cannot be written: ${(error as Error).message}`)
    }
  }
}

/** What a test tells; nothing for those without figures. */
function recordsOf(test: TestCase, root: string): TestRecord[] {
  const figures = figuresOfMeta(test.meta())
  const page = pageOf(test, root)
  const { module, project, fullName: name } = test
  const { state } = test.result()
  const record = { project: project.name, file: module.relativeModuleId, name, state, ...(page !== undefined && { page }) }
  return figures ? [{ ...record, figures }] : []
}

/** The timeline that a test attached, as a path that is the same on each machine where that can be. */
function pageOf(test: TestCase, root: string): string | undefined {
  const path = test.annotations().findLast(({ type }) => type === 'timeline')?.attachment?.path
  if (path === undefined) return undefined
  const below = relative(root, path)
  return below.startsWith('..') || isAbsolute(below) ? path : below.replaceAll('\\', '/')
}
