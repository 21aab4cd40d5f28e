// The reporter where things are odd: nowhere to write, several projects, a watched run, figures of another version, sessions that
// announce no speech; and its figures against those that were worked out by hand.

import { PassThrough } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createVitest } from 'vitest/node'
import type { RealtimeReport } from 'vitest-realtime/reporter'
import { type VitestProject, vitestProject } from '../support/vitest-project.ts'
import { knownCase, pushToTalkCase, redCase, typedCase } from './reporter-cases.ts'

function project(files: Record<string, string>, options: object, more = ''): VitestProject {
  const made = vitestProject(files, `{ reporters: ['default', ['vitest-realtime/reporter', ${JSON.stringify(options)}]]${more} }`)
  onTestFinished(() => made[Symbol.dispose]())
  return made
}

const readReport = (from: VitestProject, path: string): RealtimeReport => JSON.parse(from.read(path)) as RealtimeReport

describe('the reporter', { timeout: 60_000 }, () => {
  test('that cannot write says so in a line, fails the run, and lets the others report', async () => {
    const shop = project(
      { 'a.case.ts': typedCase('books', ['a table', 'two']), taken: 'a file' },
      { outputFile: 'taken/x.json' },
      `, outputFile: { json: 'vitest.json' }`,
    )
    const { exitCode, output } = await shop.run(['--reporter=vitest-realtime/reporter', '--reporter=json'])
    expect(exitCode).toBe(1)
    expect(output).toMatch(/vitest-realtime\/reporter: \S+taken\/x\.json cannot be written: EEXIST/)
    expect(output).not.toContain('Unhandled')
    expect(JSON.parse(shop.read('vitest.json'))).toMatchObject({ numPassedTests: 1 })
  })

  test('tells one file in two projects apart, and names the page of a red test', async () => {
    const projects = `, projects: ['phones', 'web'].map((name) => ({ extends: true, test: { name } }))`
    const shop = project({ 'a.case.ts': redCase }, { outputFile: 'x.json', budgets: { responseMs: 1 } }, projects)
    const { output } = await shop.run([])
    const { slowest, tests, budgets } = readReport(shop, 'x.json')
    expect(tests.map((one) => [one.project, one.state])).toEqual([
      ['phones', 'failed'],
      ['web', 'failed'],
    ])
    expect(slowest.map((one) => one.project).toSorted()).toEqual(['phones', 'web'])
    expect(budgets[0]!.offenders.map((one) => one.project).toSorted()).toEqual(['phones', 'web'])
    expect(output).toMatch(/\d+ ms {2}\|phones\| a\.case\.ts > is red\n\s+\.vitest\/attachments\/timeline-of-is-red-\S+\.html\n/)
    for (const { page } of [...tests, ...slowest]) expect(shop.read(page!)).toContain('<title>Timeline</title>')
  })

  test('leaves out what another version of the kit has told, and says so', async () => {
    const foreign = `import { test } from 'vitest'\ntest('of tomorrow', ({ task }) => { task.meta.realtime = { version: 99, sessions: {} } })\n`
    const shop = project({ 'a.case.ts': typedCase('books', ['a table', 'two']), 'b.case.ts': foreign }, { outputFile: 'x.json' })
    const { exitCode, output } = await shop.run([])
    expect(exitCode).toBe(0)
    expect(readReport(shop, 'x.json')).toMatchObject({ testCount: 1, foreignCount: 1 })
    expect(output).toContain('left out: the figures of 1 test, of another version of vitest-realtime')
  })

  test('misses no speech where none is announced: push-to-talk, captions, interpreters', async () => {
    const shop = project({ 'a.case.ts': pushToTalkCase }, { outputFile: 'x.json' })
    const { exitCode, output } = await shop.run([])
    expect(exitCode).toBe(0)
    expect(readReport(shop, 'x.json').totals).toMatchObject({ sessions: 2, vadMissed: 0 })
    expect(output).not.toContain('not detected')
  })

  test('has the figures that were worked out by hand', async () => {
    const shop = project({ 'a.case.ts': knownCase }, { outputFile: 'x.json' })
    await shop.run([])
    const { totals } = readReport(shop, 'x.json')
    expect(totals).toMatchObject({ sessions: 1, turns: 3, responses: 3, interruptions: 0, errors: 1 })
    expect(totals.firstTextMs).toEqual({ count: 3, p50: 200, p95: 700, p99: 700, max: 700 })
    expect(totals.responseMs).toEqual({ count: 3, p50: 200, p95: 700, p99: 700, max: 700 })
    expect(totals.firstAudioMs).toBeNull()
    expect(totals.wer).toBeNull()
  })

  test('in a watched run tells of what has run again', async () => {
    const shop = project(
      { 'a.case.ts': typedCase('books', ['a table', 'two']), 'b.case.ts': typedCase('asks', ['a table', 'two']) },
      { outputFile: 'x.json' },
    )
    const { folder } = shop
    const settings = { root: folder, config: `${folder}/vitest.config.mjs`, watch: true }
    const vitest = await createVitest('test', settings, {}, { stdout: new PassThrough(), stderr: new PassThrough() })
    onTestFinished(() => vitest.close())
    await vitest.start()
    expect(readReport(shop, 'x.json').tests.map(({ name }) => name)).toEqual(['books', 'asks'])
    await vitest.rerunTestSpecifications(vitest.getModuleSpecifications(`${folder}/b.case.ts`))
    expect(readReport(shop, 'x.json').tests.map(({ name }) => name)).toEqual(['asks'])
  })
})
