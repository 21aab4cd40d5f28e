// Browser mode, in a real Chromium: runs the tests of page/ with a Vitest of their own. Skipped where there is no Chromium.

import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPageProject, type PageProject } from './page-project.ts'

const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const isHere = existsSync(chromium)
const files = readdirSync(join(import.meta.dirname, 'page')).filter((name) => name.endsWith('.page.ts'))

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly title: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

let project: PageProject | undefined
let report: Report | undefined
let output = ''

beforeAll(async () => {
  if (!isHere) return
  project = createPageProject()
  const { folder } = project
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
  const reporters = ['default', 'json', 'vitest-realtime/reporter'].map((name) => `--reporter=${name}`)
  const flags = ['run', ...reporters, '--outputFile.json=report.json']
  const outer = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))
  const env = { ...Object.fromEntries(outer), CHROMIUM_PATH: chromium, NO_COLOR: '1' }
  // It exits with 1 when a test failed: the report says which.
  const ran = promisify(execFile)(process.execPath, [vitest, ...flags], { cwd: folder, env, maxBuffer: 2 ** 26 })
  const { stdout, stderr } = await ran.catch((error: { stdout: string; stderr: string }) => error)
  output = stdout + stderr
  const path = join(folder, 'report.json')
  if (existsSync(path)) report = JSON.parse(readFileSync(path, 'utf8')) as Report
}, 180_000)

afterAll(() => project?.remove())

function resultOf(file: string) {
  const result = report?.testResults.find(({ name }) => basename(name) === file)
  if (!result) throw new Error(`${file} did not run:\n${output}`)
  return result
}

test.skipIf(!isHere).for(files)(`%s passes in ${chromium}${isHere ? '' : ' (not installed)'}`, (file) => {
  const result = resultOf(file)
  const failures = result.assertionResults.filter(({ status }) => status !== 'passed')
  expect(failures.map(({ title, failureMessages }) => `${title}: ${failureMessages.join('\n')}`).join('\n\n')).toBe('')
  expect(result.message).toBe('')
  expect(result.assertionResults.length).toBeGreaterThan(0)
})

test.skipIf(!isHere)('a test beside another one is refused in the page, by name', () => {
  const [first, second] = resultOf('concurrent.red.ts').assertionResults
  expect(first?.status).toBe('passed')
  expect(second?.failureMessages.join()).toMatch(/"second" began while "first" was running.*Take `concurrent` off these tests/s)
})

test.skipIf(!isHere)('a red test of a page leaves its timeline as a page, and nothing else', () => {
  const [red] = resultOf('looks.red.ts').assertionResults
  const [, path = ''] = /Timeline to look at and listen to: (\S+\.html)/.exec(red?.failureMessages.join() ?? '') ?? []
  expect(path, red?.failureMessages.join()).toContain('attachments')
  expect(readFileSync(path, 'utf8')).toContain('session.created')
  expect(readdirSync(join(project!.folder, 'node_modules/.vitest-realtime'))).toEqual([])
})

test.skipIf(!isHere)('nothing in the page was left unhandled', () => {
  expect(output).not.toMatch(/Unhandled|reloaded a test|externalized for browser/)
})

test.skipIf(!isHere)('figures of tests in a page reach the reporter', () => {
  const [, tests, sessions] = /Realtime {2}(\d+) tests, (\d+) sessions/.exec(output) ?? []
  expect(Number(tests), output).toBeGreaterThan(1)
  expect(Number(sessions)).toBeGreaterThan(1)
})
