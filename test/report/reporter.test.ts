import { XMLParser } from 'fast-xml-parser'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RealtimeReport } from 'vitest-realtime/reporter'
import { type VitestProject, vitestProject } from '../support/vitest-project.ts'
import { retriedCase, spokenCase, twoSessionsCase, typedCase } from './reporter-cases.ts'

const files = {
  'spoken.case.ts': spokenCase,
  'books.case.ts': typedCase('books', ['a table', 'two']),
  'late.case.ts': typedCase('is slow', ['a table', 'two'], 400),
  'two.case.ts': twoSessionsCase,
  'retried.case.ts': retriedCase,
  'none.case.ts':
    "import { test } from 'vitest-realtime'\ntest('has no session', ({ realtime }) => void realtime)\ntest('has no kit', () => {})\n",
}

function project(options: object, more = ''): VitestProject {
  const made = vitestProject(files, `{ reporters: ['default', ['vitest-realtime/reporter', ${JSON.stringify(options)}]]${more} }`)
  onTestFinished(() => made[Symbol.dispose]())
  return made
}

const readReport = (from: VitestProject, path: string): RealtimeReport => JSON.parse(from.read(path)) as RealtimeReport

describe('a run', { timeout: 120_000 }, () => {
  test('in three shards, merged, has the totals of one run; budgets hold there too', async () => {
    const budgets = { responseMs: { p95: 100, p50: 5000 }, wer: 0.05, vadErrorMs: 250, underruns: 0 }
    const shop = project({ outputFile: 'out/figures.json', budgets })
    const whole = await shop.run([])
    expect(whole.output).toMatch(/Tests {2}7 passed/)
    const report = readReport(shop, 'out/figures.json')
    expect(report).toMatchObject({ version: 1, testCount: 5, totals: { sessions: 6, turns: 9, interruptions: 1 } })
    expect(report.totals.firstAudioMs?.count).toBe(2)
    expect(report.tests.map(({ file, name }) => `${file} ${name}`)).toEqual([
      'books.case.ts books',
      'late.case.ts is slow',
      'retried.case.ts is tried again',
      'spoken.case.ts a line > is interrupted',
      'two.case.ts has two sessions',
    ])
    // Every test is green: the budgets alone fail the run, and say who broke them.
    expect(whole.exitCode).toBe(1)
    const spoken = { file: 'spoken.case.ts', test: 'a line > is interrupted' }
    expect(report.budgets).toMatchObject([
      { budget: 'responseMs.p50', ok: true },
      {
        budget: 'responseMs.p95',
        limit: 100,
        value: report.totals.responseMs?.p95,
        ok: false,
        offenders: { length: 5, 0: spoken },
      },
      { budget: 'vadErrorMs.max', ok: true, offenders: [] },
      { budget: 'wer', value: 1 / 7, ok: false, offenders: [{ ...spoken, value: 1 / 7 }] },
      { budget: 'underruns', value: null, ok: true },
    ])
    expect(whole.output).toMatch(/budget wer <= 5 % is broken: 14.3 %\n\s+14.3 % {2}spoken.case.ts > a line > is interrupted\n/)

    for (const shard of ['1/3', '2/3', '3/3']) {
      const part = await shop.run([`--shard=${shard}`, '--reporter=blob', `--outputFile=blobs/${shard[0]}.json`])
      expect(part.exitCode).toBe(0)
    }
    shop.write('out/figures.json', '')
    const merged = await shop.run(['--merge-reports=blobs'])
    expect(merged.exitCode).toBe(1)
    expect(readReport(shop, 'out/figures.json')).toEqual(report)
  })

  test('writes the figures of each test into the JUnit report, and of no other test', async () => {
    const shop = project({ budgets: { responseMs: 5000 } }, ", outputFile: { junit: 'junit.xml' }")
    const { exitCode, output } = await shop.run(['--reporter=junit', '--reporter=vitest-realtime/reporter', '--reporter=verbose'])
    expect(exitCode).toBe(0)
    expect(output).toMatch(/Realtime {2}5 tests, 6 sessions/)
    expect(output).toMatch(/budget responseMs.max <= 5000 ms: \d+ ms/)
    // Nobody else shows them.
    expect(output).not.toMatch(/realtime\.turns/)
    const properties = junitProperties(shop.read('junit.xml'))
    expect(Object.keys(properties)).toHaveLength(7)
    expect(properties['a line > is interrupted']).toMatchObject({
      'realtime.turns': '2',
      'realtime.interruptions': '1',
      'realtime.firstAudioMs.count': '2',
      'realtime.wer': String(1 / 7),
    })
    expect(properties['has no session']).toEqual({})
    expect(properties['has no kit']).toEqual({})
  })

  test.for([
    [{ budgets: { firstAudoMs: { p95: 800 } } }, /`firstAudoMs` is no option of `budgets`\. Did you mean `firstAudioMs`\?/],
    [{ outputfile: 'x.json' }, /`outputfile` is no option\. Did you mean `outputFile`\?/],
  ] as const)('does not begin with a wrong option: %j', async ([options, message]) => {
    const { exitCode, output } = await project(options).run([])
    expect(exitCode).toBe(1)
    expect(output).toMatch(message)
    expect(output).not.toMatch(/passed/)
  })
})

interface Case {
  readonly name: string
  readonly properties?: { readonly property: readonly { readonly name: string; readonly value: string }[] }
}

/** Properties of each test case by its name. */
function junitProperties(xml: string): Record<string, Record<string, string>> {
  const isArray = (name: string): boolean => ['testsuite', 'testcase', 'property'].includes(name)
  const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '', isArray })
  const { testsuites } = parser.parse(xml) as { testsuites: { testsuite: { testcase: Case[] }[] } }
  return Object.fromEntries(
    testsuites.testsuite.flatMap(({ testcase }) =>
      testcase.map(({ name, properties }) => [
        name.replaceAll('&gt;', '>'),
        Object.fromEntries((properties?.property ?? []).map((one) => [one.name, one.value])),
      ]),
    ),
  )
}
