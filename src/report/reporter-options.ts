// Options of the reporter, checked when Vitest starts.

import { RealtimeKitError } from '../errors.ts'
import { checkOptions, type OptionRules, oneOf, type Place, rule } from '../responses/option-check.ts'
import { type Budgets, plainBudgets, timingBudgets } from './figures/budgets.ts'
import { percentiles } from './figures/spread.ts'

/** `reporters: ['default', ['vitest-realtime/reporter', { budgets: { firstAudioMs: { p95: 800 } } }]]` */
export interface RealtimeReporterOptions {
  /** Where the report is written as JSON, below Vitest's root. Default: nowhere. */
  outputFile?: string
  /** Limits over all tests of the run; what is over its limit fails the run. Default: none. */
  budgets?: Budgets
  /** How many of the slowest sessions are listed. Default 5. */
  slowest?: number
  /** Which tests with a session leave a page of their timeline: those that are red, or all of them. Default 'red'. */
  pages?: 'red' | 'all'
}

const isLimit = (value: unknown): boolean => typeof value === 'number' && value >= 0
const limit = rule('a number of 0 or more', isLimit)

const percentileRules: OptionRules = Object.fromEntries(percentiles.map((name) => [name, limit]))

const timingRule = {
  expected: "ms as a number, or an object such as { p95: 800 }, with 'p50', 'p95', 'p99' or 'max'",
  problem(value: unknown, place: Place): string | undefined {
    if (isLimit(value)) return undefined
    if (!isPlainObject(value)) return ''
    checkOptions(value, percentileRules, place)
    return undefined
  },
}

const budgetRules: OptionRules = {
  ...Object.fromEntries(timingBudgets.map((name) => [name, timingRule])),
  ...Object.fromEntries(plainBudgets.map((name) => [name, limit])),
  wer: rule(
    'a share from 0 to 1',
    (value) => isLimit(value) && (value as number) <= 1,
    (value) => (isLimit(value) ? 'It is a share: 5 % are 0.05.' : undefined),
  ),
}

const optionRules: OptionRules = {
  outputFile: rule('a path', (value) => typeof value === 'string' && value !== ''),
  slowest: rule('a whole number of 0 or more', (value) => Number.isInteger(value) && (value as number) >= 0),
  pages: oneOf(['red', 'all']),
  budgets: {
    expected: 'an object of limits, such as { firstAudioMs: { p95: 800 } }',
    problem(value, place) {
      if (!isPlainObject(value)) return ''
      checkOptions(value, budgetRules, place)
      return undefined
    },
  },
}

/** @throws RealtimeKitError RTK_OPTION that names the option, what it got, and what it takes. */
export function checkReporterOptions(options: unknown): RealtimeReporterOptions {
  // Vitest gives every reporter an object, and sets what its command line says of output files.
  if (options === undefined || options === null) return {}
  if (!isPlainObject(options)) {
    throw new RealtimeKitError('RTK_OPTION', "reporter 'vitest-realtime/reporter': its options must be an object.")
  }
  checkOptions(options, optionRules, { subject: "reporter 'vitest-realtime/reporter'", path: '', code: 'RTK_OPTION' })
  return options
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
