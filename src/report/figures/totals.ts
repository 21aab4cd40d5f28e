// The figures of some tests put together: of one test, of all tests of a run, of all shards. Pure; the order plays no part.

import { type Spread, spreadOf } from './spread.ts'
import type { CallFigures, SessionFigures, TestFigures } from './test-figures.ts'

/** Figures that are samples of the test's clock, in ms. */
export const timings = ['firstAudioMs', 'firstTextMs', 'responseMs', 'interruptionStopMs', 'vadErrorMs'] as const
export type Timing = (typeof timings)[number]

export interface PhoneTotals {
  readonly calls: number
  readonly underruns: number
  readonly underrunMs: number
  /** The longest of all calls. */
  readonly deadAirMs: number
  readonly responseMs: Spread | null
  readonly clearMs: Spread | null
}

export interface Totals extends Readonly<Record<Timing, Spread | null>> {
  readonly sessions: number
  readonly turns: number
  readonly responses: number
  readonly interruptions: number
  readonly errors: number
  readonly findings: number
  readonly vadMissed: number
  readonly vadFalse: number
  /** Null where nobody knows what was said. `rate`: errors per word. */
  readonly wer: { readonly words: number; readonly errors: number; readonly rate: number } | null
  /** Null without phone calls. */
  readonly phone: PhoneTotals | null
}

export function totalsOf(tests: readonly TestFigures[]): Totals {
  const sessions = tests.flatMap((test) => test.sessions)
  const total = (value: (one: SessionFigures) => number): number => sum(sessions, value)
  const spread = (timing: Timing): Spread | null => spreadOf(sessions.flatMap((one) => one[timing]))
  return {
    sessions: sessions.length,
    turns: total(({ turns }) => turns),
    responses: total(({ responses }) => responses),
    interruptions: total(({ interruptions }) => interruptions),
    errors: total(({ errors }) => errors),
    findings: total(({ findings }) => findings) + sum(tests, ({ findings }) => findings),
    firstAudioMs: spread('firstAudioMs'),
    firstTextMs: spread('firstTextMs'),
    responseMs: spread('responseMs'),
    interruptionStopMs: spread('interruptionStopMs'),
    vadErrorMs: spread('vadErrorMs'),
    vadMissed: total(({ vadMissed }) => vadMissed),
    vadFalse: total(({ vadFalse }) => vadFalse),
    wer: wordErrors(
      total(({ words }) => words),
      total((one) => one.wordErrors),
    ),
    phone: phoneTotals(tests.flatMap((test) => test.calls)),
  }
}

export function wordErrors(words: number, errors: number): Totals['wer'] {
  return words === 0 ? null : { words, errors, rate: errors / words }
}

function phoneTotals(calls: readonly CallFigures[]): PhoneTotals | null {
  if (calls.length === 0) return null
  return {
    calls: calls.length,
    underruns: sum(calls, ({ underruns }) => underruns),
    underrunMs: sum(calls, ({ underrunMs }) => underrunMs),
    deadAirMs: Math.max(...calls.map(({ deadAirMs }) => deadAirMs)),
    responseMs: spreadOf(calls.flatMap(({ responseMs }) => responseMs)),
    clearMs: spreadOf(calls.flatMap(({ clearMs }) => clearMs)),
  }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((all, item) => all + value(item), 0)
}
