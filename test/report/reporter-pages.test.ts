// The reporter's `pages: 'all'`: green tests have a page of their conversation as well, in every pool, project and shard.

import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RealtimeReport } from 'vitest-realtime/reporter'
import type { ViewData } from '../../src/report/view-data.ts'
import { type VitestProject, vitestProject } from '../support/vitest-project.ts'
import { redCase, retriedCase, typedCase } from './reporter-cases.ts'

const booking = typedCase('books', ['a table', 'two'], 700)

/** Tests that end in other ways than by being green or red. */
const oddCase = `
import { test as plain } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { connectTextApp } from '../support/text-app.ts'

test.fails('meant to fail', async ({ realtime }) => {
  await connectTextApp()
  expect(1).toBe(2)
})
test('whose page another run took away', async ({ realtime, task }) => {
  await connectTextApp()
  const { annotate } = task.context
  let count = 0
  task.context.annotate = (...given) => (count++ === 0 ? Promise.reject(new Error('ENOENT')) : annotate(...given))
})
test('nothing connected', async ({ realtime }) => {
  expect(realtime.sessions).toHaveLength(0)
})
plain('without the kit', () => {})
`

function project(files: Record<string, string>, options: object, more = ''): VitestProject {
  const all = { outputFile: 'x.json', ...options }
  const made = vitestProject(files, `{ reporters: ['default', ['vitest-realtime/reporter', ${JSON.stringify(all)}]]${more} }`)
  onTestFinished(() => made[Symbol.dispose]())
  return made
}

const readReport = (from: VitestProject): RealtimeReport => JSON.parse(from.read('x.json')) as RealtimeReport

function readPage(from: VitestProject, page: string | undefined): ViewData {
  const [, json = ''] = /id="view-data">(.*?)<\/script>/s.exec(from.read(page!)) ?? []
  return JSON.parse(json) as ViewData
}

const attachmentsOf = ({ folder }: VitestProject): string[] => {
  const path = `${folder}/.vitest/attachments`
  return existsSync(path) ? readdirSync(path) : []
}

describe('pages', { timeout: 60_000 }, () => {
  test.for([{}, { pages: 'red' }])('%j: green tests have none', async (options) => {
    const shop = project({ 'a.case.ts': booking, 'b.case.ts': redCase }, options)
    await shop.run([])
    const { tests } = readReport(shop)
    expect(tests.map(({ state, page }) => [state, page !== undefined])).toEqual([
      ['passed', false],
      ['failed', true],
    ])
    expect(attachmentsOf(shop)).toHaveLength(1)
  })

  test('of green tests, where they are slow or break a budget, in threads and in forks', async () => {
    const projects = `, projects: ['threads', 'forks'].map((pool) => ({ extends: true, test: { name: pool, pool } }))`
    const options = { pages: 'all', budgets: { firstTextMs: 500 } }
    const shop = project({ 'a.case.ts': booking }, options, `, outputFile: { json: 'vitest.json' }${projects}`)
    const { output } = await shop.run(['--reporter=default', '--reporter=json', '--reporter=vitest-realtime/reporter'])
    const { tests, slowest, budgets } = readReport(shop)
    expect(tests.map((one) => [one.project, one.state])).toEqual([
      ['forks', 'passed'],
      ['threads', 'passed'],
    ])
    const pages = tests.map(({ page }) => page)
    expect(new Set(pages).size).toBe(2)
    expect(slowest.map(({ page }) => page).toSorted()).toEqual(pages.toSorted())
    expect(budgets[0]!.offenders.map(({ page }) => page).toSorted()).toEqual(pages.toSorted())
    expect(output).toMatch(/\d+ ms {2}\|forks\| a\.case\.ts > books\n\s+\.vitest\/attachments\/timeline-of-books-\S+\.html\n/)
    for (const page of pages) {
      const { title, sources, entries } = readPage(shop, page)
      expect(title).toBe('books')
      expect(sources[0]!.failure).toBeUndefined()
      expect(entries.some(({ name }) => name === 'response.done')).toBe(true)
    }
    expect(shop.read('vitest.json') + output).not.toContain('Timeline to look at')
  })

  test('of the last try, and beside it that of the try that was red', async () => {
    const shop = project({ 'a.case.ts': retriedCase }, { pages: 'all' })
    await shop.run([])
    const { page } = readReport(shop).tests[0]!
    const done = (data: ViewData): number => data.entries.filter(({ name }) => name === 'response.done').length
    const last = readPage(shop, page)
    expect([done(last), last.sources[0]!.failure]).toEqual([1, undefined])
    const [red] = attachmentsOf(shop).filter((name) => !page!.endsWith(name))
    const first = readPage(shop, `.vitest/attachments/${red}`)
    expect([done(first), first.sources[0]!.failure?.message]).toEqual([3, expect.stringMatching(/^expected 1 to be 2/)])
  })

  test('of tests that are meant to fail too, and where Vitest did not take it at once; of none that connected nothing', async () => {
    const shop = project({ 'a.case.ts': oddCase }, { pages: 'all' })
    const { exitCode } = await shop.run([])
    expect(exitCode).toBe(0)
    const names = ['meant-to-fail', 'whose-page-another-run-took-away']
    expect(attachmentsOf(shop).toSorted()).toEqual(names.map((name) => expect.stringMatching(`^timeline-of-${name}-`)))
  })

  test('of every shard are named by the merged report', async () => {
    const shop = project({ 'a.case.ts': booking, 'b.case.ts': typedCase('asks', ['a table', 'two']) }, { pages: 'all' })
    for (const shard of ['1/2', '2/2']) {
      const reporters = ['--reporter=blob', '--reporter=vitest-realtime/reporter']
      await shop.run([`--shard=${shard}`, ...reporters, `--outputFile=blobs/${shard[0]}.json`])
    }
    shop.write('x.json', '')
    const { exitCode } = await shop.run(['--merge-reports=blobs'])
    expect(exitCode).toBe(0)
    const { tests, slowest } = readReport(shop)
    expect(slowest).toHaveLength(2)
    expect(tests.map(({ page }) => readPage(shop, page).title)).toEqual(['books', 'asks'])
    // The next run writes over them.
    await shop.run([])
    expect(readReport(shop).tests.map(({ page }) => page)).toEqual(tests.map(({ page }) => page))
    expect(attachmentsOf(shop)).toHaveLength(2)
  })
})
