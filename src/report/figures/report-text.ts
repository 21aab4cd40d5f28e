// The report of a run for the terminal.

import { plural, times } from '../print.ts'
import { plainStyle, type TextStyle } from '../terminal-style.ts'
import type { BudgetResult } from './budgets.ts'
import type { FlowSum } from './flow-coverage.ts'
import type { RealtimeReport } from './run-report.ts'
import { placeText, type SessionPlace } from './session-places.ts'
import type { Spread } from './spread.ts'
import { type Timing, type Totals, timings } from './totals.ts'

const timingNames: Readonly<Record<Timing, string>> = {
  firstAudioMs: 'first audio',
  firstTextMs: 'first text',
  responseMs: 'response time',
  interruptionStopMs: 'interruption stop',
  vadErrorMs: 'VAD error',
}

/** Steps that are listed of one flow. */
const maxSteps = 20

/** Lines, each without a newline; none where no test told anything. */
export function reportLines(report: RealtimeReport, style: TextStyle = plainStyle): string[] {
  const foreign = foreignLines(report, style)
  if (report.testCount === 0) return foreign
  const { totals } = report
  const counts = [
    plural(report.testCount, 'test'),
    plural(totals.sessions, 'session'),
    plural(totals.turns, 'turn'),
    plural(totals.responses, 'response'),
    plural(totals.interruptions, 'interruption'),
  ]
  return [
    `${style.bold('Realtime')}  ${counts.join(', ')}`,
    ...foreign,
    ...timingTable(totals, style),
    ...otherFigures(totals),
    ...slowestLines(report, style),
    ...report.flows.flatMap((flow) => flowLines(flow, style)),
    ...report.budgets.flatMap((budget) => budgetLines(budget, style)),
  ]
}

/** Shards that ran with another version of the kit tell figures that may mean something else. */
function foreignLines({ foreignCount }: RealtimeReport, style: TextStyle): string[] {
  if (foreignCount === 0) return []
  return [style.yellow(`  left out: the figures of ${plural(foreignCount, 'test')}, of another version of vitest-realtime`)]
}

function timingTable(totals: Totals, style: TextStyle): string[] {
  const named: (readonly [string, Spread | null | undefined])[] = [
    ...timings.map((timing) => [timingNames[timing], totals[timing]] as const),
    ['phone response', totals.phone?.responseMs],
    ['phone clear', totals.phone?.clearMs],
  ]
  const rows = named.flatMap(([name, spread]) =>
    spread ? [[name, ...[spread.p50, spread.p95, spread.p99, spread.max, spread.count].map(String)]] : [],
  )
  if (rows.length === 0) return []
  const table = [['ms', 'p50', 'p95', 'p99', 'max', 'samples'], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  const pad = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)
  return table.map((row, index) => {
    const line = `  ${row.map(pad).join('  ')}`
    return index === 0 ? style.dim(line) : line
  })
}

function otherFigures({ wer, vadMissed, vadFalse, errors, findings, phone }: Totals): string[] {
  const missed = vadMissed > 0 && `${plural(vadMissed, 'utterance')} not detected`
  const heard = vadFalse > 0 && `speech detected ${times(vadFalse)} where nobody spoke`
  const lines = [
    [wer && `word error rate ${percent(wer.rate)} of ${plural(wer.words, 'word')}`],
    [missed, heard],
    [errors > 0 && plural(errors, 'error event'), findings > 0 && plural(findings, 'finding')],
    [
      phone && `${plural(phone.calls, 'phone call')}: ${plural(phone.underruns, 'underrun')} (${phone.underrunMs} ms)`,
      phone && `longest dead air ${phone.deadAirMs} ms`,
    ],
  ]
  return lines.flatMap((parts) => {
    const told = parts.filter((part) => typeof part === 'string')
    return told.length === 0 ? [] : [`  ${told.join(', ')}`]
  })
}

function slowestLines({ slowest }: RealtimeReport, style: TextStyle): string[] {
  if (slowest.length === 0) return []
  const width = Math.max(...slowest.map(({ responseMs }) => String(responseMs).length))
  return [
    style.dim('  slowest sessions, by their longest response time'),
    ...slowest.flatMap((one) => [
      `    ${String(one.responseMs).padStart(width)} ms  ${placeText(one)}`,
      ...pageLines(one, style),
    ]),
  ]
}

function flowLines({ name, tests, states, steps }: FlowSum, style: TextStyle): string[] {
  const head = `  flow '${name}': ${steps.taken} of ${steps.all} steps taken, ${states.visited} of ${states.all} states visited, in ${plural(tests, 'test')}`
  if (steps.missing.length === 0) return [style.green(head)]
  const listed = steps.missing.slice(0, maxSteps).map((step) => `      ${step}`)
  const more = steps.missing.length > maxSteps ? [`      and ${steps.missing.length - maxSteps} more`] : []
  return [head, style.dim('    never taken:'), ...listed, ...more]
}

function budgetLines({ budget, limit, value, ok, offenders }: BudgetResult, style: TextStyle): string[] {
  const show = (figure: number): string => (budget === 'wer' ? percent(figure) : `${figure}${/Ms\b/.test(budget) ? ' ms' : ''}`)
  if (value === null) return [style.yellow(`  budget ${budget} <= ${show(limit)}: nothing was measured`)]
  if (ok) return [style.green(`  budget ${budget} <= ${show(limit)}: ${show(value)}`)]
  return [
    style.red(`  budget ${budget} <= ${show(limit)} is broken: ${show(value)}`),
    ...offenders.flatMap((one) => [`    ${show(one.value)}  ${placeText(one)}`, ...pageLines(one, style)]),
  ]
}

/** Where the timeline of a test can be looked at. */
function pageLines({ page }: SessionPlace, style: TextStyle): string[] {
  return page === undefined ? [] : [style.dim(`      ${page}`)]
}

function percent(rate: number): string {
  return `${Math.round(rate * 1000) / 10} %`
}
