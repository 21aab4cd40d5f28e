// A red test leaves its timeline behind as a page: Vitest's reporters show it, the message names it. Green tests leave nothing.

import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ViewData } from '../../src/report/view-data.ts'

const root = join(import.meta.dirname, '../..')

const cases = `
import { describe, onTestFinished, test as plain, vi } from 'vitest'
import { expect, test, useLocalRealtime } from 'vitest-realtime'
import { connectTextApp } from '../support/text-app.ts'

test('a sequence <b>that</b> never came', async ({ realtime }) => {
  realtime.respond('any', 'Yes.')
  await (await connectTextApp()).ask('hello')
  expect(realtime).toHaveEmittedSequence(['response.created', 'response.cancel'])
})
test('red by default', async ({ realtime }) => {
  realtime.respondOnce('never asked for')
  await connectTextApp()
})
test('tried again', { retry: 1 }, async ({ realtime }) => {
  await connectTextApp()
  throw new Error('broken')
})
test('under fake timers', async ({ realtime }) => {
  await connectTextApp()
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  expect(1).toBe(4)
})
test.fails('meant to fail', async ({ realtime }) => {
  await connectTextApp()
  throw new Error('as it should')
})
test('green', async ({ realtime }) => {
  await connectTextApp()
})
test('nothing connected', async ({ realtime }) => {
  expect(1).toBe(2)
})
test.concurrent('one of two', async ({ realtime, expect: check }) => {
  await connectTextApp()
  check(1).toBe(2)
})
test.concurrent('two of two', async ({ realtime, expect: check }) => {
  await connectTextApp()
  check(1).toBe(3)
})
describe('a handle', () => {
  const realtime = useLocalRealtime()
  plain('of useLocalRealtime', async () => {
    realtime.respond('any', 'Yes.')
    expect(await (await connectTextApp()).ask('hello')).toBe('No.')
  })
})
`
const config = `
export default {
  test: {
    include: ['**/*.case.ts'],
    server: { deps: { external: [/\\/dist\\//] } },
    reporters: [['json', { outputFile: import.meta.dirname + '/report.json' }], ['junit', { outputFile: import.meta.dirname + '/report.xml' }], 'html'],
  },
}
`

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly failureMessages: readonly string[] }[]
  }[]
}

let folder = ''
let report: Report
beforeAll(async () => {
  folder = mkdtempSync(join(root, `test/.tmp-${process.pid}-`))
  writeFileSync(join(folder, 'red.case.ts'), cases)
  writeFileSync(join(folder, 'vitest.config.mjs'), config)
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VITEST|OPENAI|NODE_OPTIONS|FORCE_COLOR)/.test(name)),
  )
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--root',
    folder,
    '--config',
    join(folder, 'vitest.config.mjs'),
  ]
  // It exits with 1, as tests are red.
  await promisify(execFile)(process.execPath, args, { cwd: root, env: { ...env, NO_COLOR: '1' } }).catch(() => {})
  report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Report
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const messagesOf = (title: string): readonly string[] =>
  report.testResults[0]!.assertionResults.find((one) => one.title === title)!.failureMessages

/** The page that a message names. */
function pageOf(message: string): { readonly path: string; readonly data: ViewData } {
  const [, path = ''] = /\n\nTimeline to look at and listen to: (\S+\.html)/.exec(message) ?? []
  const [, json = ''] = /id="view-data">(.*?)<\/script>/s.exec(readFileSync(path, 'utf8')) ?? []
  return { path, data: JSON.parse(json) as ViewData }
}

const attachments = (): string[] => readdirSync(join(folder, '.vitest/attachments'))

describe('a red test', () => {
  test('names its page, which knows where it failed', () => {
    const [message = ''] = messagesOf('a sequence <b>that</b> never came')
    expect(message.split('Timeline to look at').length).toBe(2)
    const { path, data } = pageOf(message)
    expect(path.startsWith(join(folder, '.vitest/attachments'))).toBe(true)
    expect(data.title).toBe('a sequence <b>that</b> never came')
    const { failure } = data.sources[0]!
    expect(failure!.message).toMatch(/^expect\(realtime\)\.toHaveEmittedSequence/)
    expect(failure!.message).not.toContain('What happened in')
    expect(data.entries[failure!.entry!]!.name).toBe('response.created')
  })

  test.for([
    ['red by default', /^\[RTK_UNUSED_REPLY\]/],
    ['of useLocalRealtime', /^expected 'Yes.' to be 'No.'/],
    ['under fake timers', /^expected 1 to be 4/],
    ['one of two', /^expected 1 to be 2/],
    ['two of two', /^expected 1 to be 3/],
  ] as const)('%s: has its own', ([title, message]) => {
    const { data } = pageOf(messagesOf(title)[0] ?? '')
    expect(data.title).toMatch(new RegExp(`${title}$`))
    expect(data.sources[0]!.failure!.message).toMatch(message)
    expect(data.entries.some(({ name }) => name === 'session.created')).toBe(true)
  })

  test('that is tried again has one page in the end', () => {
    const [first, second] = messagesOf('tried again').map((message) => pageOf(message).path)
    expect(second).toBe(first)
  })

  test('without a session has none, and neither has a green one, or one that is meant to fail', () => {
    expect(messagesOf('nothing connected').join()).not.toContain('Timeline to look at')
    expect(attachments()).toHaveLength(7)
    expect(attachments().some((name) => /green|nothing|meant/.test(name))).toBe(false)
  })

  test('shows its page in the junit and html reports', () => {
    expect(readFileSync(join(folder, 'report.xml'), 'utf8')).toMatch(
      /name="timeline" value="timeline of &quot;red by default&quot;"/,
    )
    const html = join(folder, '.vitest')
    const meta = ['ui/html.meta.json.gz', 'html.meta.json.gz'].map((name) => join(html, name)).find((path) => existsSync(path))
    const text = gunzipSync(readFileSync(meta ?? '')).toString()
    expect(text).toContain('timeline of \\"red by default\\"')
    expect(text).toContain('text/html')
  })
})
