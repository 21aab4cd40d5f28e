import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkBudgets } from '../../src/report/figures/budgets.ts'
import { coverageOf } from '../../src/report/figures/flow-coverage.ts'
import { reportLines } from '../../src/report/figures/report-text.ts'
import { reportOf, type TestRecord } from '../../src/report/figures/run-report.ts'
import { spreadOf } from '../../src/report/figures/spread.ts'
import {
  type CallFigures,
  type FlowFigures,
  figuresOfMeta,
  type SessionFigures,
  type TestFigures,
} from '../../src/report/figures/test-figures.ts'
import { totalsOf } from '../../src/report/figures/totals.ts'
import { propertiesOf } from '../../src/report/junit-properties.ts'
import { colorStyle } from '../../src/report/terminal-style.ts'

function session(figures: Partial<SessionFigures> = {}): SessionFigures {
  const counts = { durationMs: 1000, turns: 1, responses: 1, interruptions: 0, errors: 0, findings: 0, vadMissed: 0, vadFalse: 0 }
  const samples = { firstAudioMs: [], firstTextMs: [], responseMs: [], interruptionStopMs: [], vadErrorMs: [] }
  return { id: 'sess_1', model: 'gpt-realtime', ...counts, ...samples, words: 0, wordErrors: 0, ...figures }
}

const call: CallFigures = {
  id: 'CA1',
  platform: 'twilio',
  underruns: 2,
  underrunMs: 60,
  deadAirMs: 900,
  responseMs: [700],
  clearMs: [90],
}

function figures(sessions: readonly SessionFigures[], more: Partial<TestFigures> = {}): TestFigures {
  return { version: 1, sessions, calls: [], flows: [], findings: 0, ...more }
}

function record(name: string, own: TestFigures, file = 'a.test.ts'): TestRecord {
  return { project: '', file, name, state: 'passed', figures: own }
}

describe('percentiles', () => {
  test('are samples, by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(spreadOf(hundred)).toEqual({ count: 100, p50: 50, p95: 95, p99: 99, max: 100 })
    expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p95: 7, p99: 7, max: 7 })
    expect(spreadOf([10, 2])).toEqual({ count: 2, p50: 2, p95: 10, p99: 10, max: 10 })
    expect(spreadOf([])).toBeNull()
  })
})

test('however tests are dealt out to shards, the merged report is the same', () => {
  const samples = fc.array(fc.nat(5000), { maxLength: 5 })
  const test = fc
    .record({ responseMs: samples, firstAudioMs: samples, words: fc.nat(50), wordErrors: fc.nat(9), findings: fc.nat(3) })
    .map((one) => figures([session(one)]))
  const dealt = fc.array(fc.record({ own: test, shard: fc.nat(2) }), { maxLength: 12 })
  fc.assert(
    fc.property(dealt, (tests) => {
      const records = tests.map(({ own }, index) => record(`test ${index}`, own, `file-${String(index).padStart(2, '0')}.ts`))
      const merged = [2, 0, 1].flatMap((shard) => records.filter((_, index) => tests[index]?.shard === shard))
      const options = { budgets: { responseMs: { p95: 1000 }, wer: 0.1 } }
      expect(reportOf(merged, options)).toEqual(reportOf(records, options))
    }),
    { seed: 20, numRuns: 200 },
  )
})

test('totals: word errors over all words, phone calls, findings of no session', () => {
  const one = figures([session({ words: 9, wordErrors: 1, findings: 2 }), session({ words: 1, wordErrors: 1 })], {
    findings: 1,
    calls: [call],
  })
  const other = figures([], { calls: [{ ...call, deadAirMs: 1200, clearMs: [] }] })
  expect(totalsOf([one, other])).toMatchObject({
    wer: { words: 10, errors: 2, rate: 0.2 },
    findings: 3,
    firstAudioMs: null,
    phone: { calls: 2, underruns: 4, underrunMs: 120, deadAirMs: 1200, responseMs: { count: 2 }, clearMs: { count: 1, max: 90 } },
  })
  expect(totalsOf([])).toMatchObject({ sessions: 0, wer: null, phone: null })
})

describe('budgets', () => {
  const fast = record('is fast', figures([session({ firstAudioMs: [300, 400], responseMs: [300] })]))
  const slow = record(
    'is slow',
    figures([session(), session({ id: 'sess_2', firstAudioMs: [900, 950] })], { calls: [call], findings: 2 }),
  )
  const records = [fast, slow]
  const check = (budgets: Parameters<typeof checkBudgets>[0]) =>
    checkBudgets(budgets, totalsOf(records.map((one) => one.figures)), records)

  test('at a percentile, with the sessions that are over the limit, the worst first', () => {
    expect(check({ firstAudioMs: { p50: 800, p95: 800 } })).toEqual([
      { budget: 'firstAudioMs.p50', limit: 800, value: 400, ok: true, offenders: [] },
      {
        budget: 'firstAudioMs.p95',
        limit: 800,
        value: 950,
        ok: false,
        offenders: [{ project: '', file: 'a.test.ts', test: 'is slow', session: 'sess_2', which: 'session 2 of 2', value: 950 }],
      },
    ])
  })
  test('of many offenders the five worst are named', () => {
    const many = [3, 9, 1, 7, 5, 8, 2].map((ms) => record(`takes ${ms}`, figures([session({ responseMs: [ms * 100] })])))
    const [result] = checkBudgets({ responseMs: { p50: 150 } }, totalsOf(many.map((one) => one.figures)), many)
    expect(result?.offenders.map(({ value }) => value)).toEqual([900, 800, 700, 500, 300])
  })
  test('a limit itself is within it; a number alone is for each sample', () => {
    expect(check({ firstAudioMs: 950 })).toMatchObject([{ budget: 'firstAudioMs.max', ok: true }])
    expect(check({ firstAudioMs: 949 })).toMatchObject([{ ok: false }])
  })
  test('counts, and figures of phone calls', () => {
    expect(check({ findings: 1, underruns: 1, deadAirMs: 1000, clearMs: 50, phoneResponseMs: { p95: 700 } })).toMatchObject([
      { budget: 'phoneResponseMs.p95', ok: true },
      { budget: 'clearMs.max', ok: false, offenders: [{ test: 'is slow', session: 'CA1', value: 90 }] },
      { budget: 'findings', value: 2, ok: false, offenders: [{ test: 'is slow', session: '', value: 2 }] },
      { budget: 'underruns', value: 2, ok: false, offenders: [{ session: 'CA1' }] },
      { budget: 'deadAirMs', value: 900, ok: true },
    ])
  })
  test('nothing measured holds, and is told', () => {
    expect(check({ interruptionStopMs: 1 })).toMatchObject([{ value: null, ok: true }])
    const lines = reportLines(reportOf(records, { budgets: { interruptionStopMs: 100, wer: 0.1 } }))
    expect(lines.slice(-2)).toEqual([
      '  budget interruptionStopMs.max <= 100 ms: nothing was measured',
      '  budget wer <= 10 %: nothing was measured',
    ])
  })
})

describe('flows', () => {
  const steps = ['ask: says "table" → seats', 'ask: says "cancel" → end']
  const booking: FlowFigures = { name: 'booking', states: ['ask', 'seats', 'end'], visited: [0, 1], steps, taken: [0] }
  test('of one name and definition are summed over tests; others stand alone', () => {
    const tests = [
      figures([], { flows: [booking] }),
      figures([], { flows: [{ ...booking, visited: [0, 2], taken: [1] }] }),
      figures([], { flows: [{ ...booking, steps: ['ask: anything → end'], taken: [] }] }),
    ]
    expect(coverageOf(tests)).toEqual([
      {
        name: 'booking',
        tests: 1,
        states: { visited: 2, all: 3, missing: ['end'] },
        steps: { taken: 0, all: 1, missing: ['ask: anything → end'] },
      },
      { name: 'booking', tests: 2, states: { visited: 3, all: 3, missing: [] }, steps: { taken: 2, all: 2, missing: [] } },
    ])
  })
})

test('the report in the terminal', () => {
  const spoken = session({
    turns: 2,
    responses: 2,
    interruptions: 1,
    firstAudioMs: [788, 762],
    responseMs: [788, 762],
    words: 7,
    wordErrors: 1,
  })
  const flow = { name: 'booking', states: ['ask', 'end'], visited: [0], steps: ['ask: says "table" → end'], taken: [] }
  const records = [
    record('speaks', figures([spoken], { calls: [call] })),
    record(
      'types',
      figures([session({ id: 'sess_2', responseMs: [210], findings: 1, vadMissed: 1, vadFalse: 2, errors: 1 })], {
        flows: [flow],
      }),
      'b.test.ts',
    ),
  ]
  const report = reportOf(records, { budgets: { firstAudioMs: { p95: 700 }, wer: 0.2 }, slowest: 1 })
  expect(reportLines(report).join('\n')).toMatchInlineSnapshot(`
    "Realtime  2 tests, 2 sessions, 3 turns, 3 responses, 1 interruption
      ms              p50  p95  p99  max  samples
      first audio     762  788  788  788        2
      response time   762  788  788  788        3
      phone response  700  700  700  700        1
      phone clear      90   90   90   90        1
      word error rate 14.3 % of 7 words
      1 utterance not detected, speech detected twice where nobody spoke
      1 error event, 1 finding
      1 phone call: 2 underruns (60 ms), longest dead air 900 ms
      slowest sessions, by their longest response time
        788 ms  a.test.ts > speaks
      flow 'booking': 0 of 1 steps taken, 1 of 2 states visited, in 1 test
        never taken:
          ask: says "table" → end
      budget firstAudioMs.p95 <= 700 ms is broken: 788 ms
        788 ms  a.test.ts > speaks
      budget wer <= 20 %: 14.3 %"
  `)
  expect(reportLines(report, colorStyle).join('\n')).toContain(
    colorStyle.red('  budget firstAudioMs.p95 <= 700 ms is broken: 788 ms'),
  )
  expect(reportLines(reportOf([]))).toEqual([])
})

test('JUnit properties of a test: counts, percentiles that have samples, and no others', () => {
  const own = figures([session({ responseMs: [210], words: 4, wordErrors: 1 })], { calls: [call] })
  expect(Object.fromEntries(propertiesOf(own))).toEqual({
    'realtime.sessions': 1,
    'realtime.turns': 1,
    'realtime.responses': 1,
    'realtime.interruptions': 0,
    'realtime.errors': 0,
    'realtime.findings': 0,
    'realtime.responseMs.count': 1,
    'realtime.responseMs.p50': 210,
    'realtime.responseMs.p95': 210,
    'realtime.responseMs.p99': 210,
    'realtime.responseMs.max': 210,
    'realtime.wer': 0.25,
    'realtime.phone.underruns': 2,
    'realtime.phone.deadAirMs': 900,
  })
})

test('figures of another version, or of somebody else, are left out', () => {
  expect(figuresOfMeta({})).toBeUndefined()
  expect(figuresOfMeta({ realtime: 'mine' })).toBeUndefined()
  expect(figuresOfMeta({ realtime: { version: 2, sessions: [] } })).toBeUndefined()
  expect(figuresOfMeta({ realtime: null })).toBeUndefined()
  expect(figuresOfMeta({ realtime: { version: 1, sessions: [] } })).toBeUndefined()
  const own = figures([])
  expect(figuresOfMeta({ realtime: own })).toBe(own)
  expect(figuresOfMeta({ realtime: { ...own, version: 2 } })).toBeUndefined()
})
