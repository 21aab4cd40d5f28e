// The package as a user gets it: packed, installed beside Vitest 5 and Vitest 4.1, loaded, type-checked and run.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type InstalledProject, installProject, packKit } from './installed-project.ts'

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, unknown>
}
const entries = Object.keys(manifest.exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => subpath.replace(/^\./, 'vitest-realtime'))

const tarballs = mkdtempSync(join(tmpdir(), 'vitest-realtime-pack-'))
let tarball: string
beforeAll(async () => {
  tarball = await packKit(tarballs)
}, 60_000)
afterAll(() => rmSync(tarballs, { recursive: true, force: true }))

const userTest = `
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { expect, test } from 'vitest-realtime'

test('hears the caller and answers', async ({ realtime, caller }) => {
  realtime.respond('hours', { when: 'open', text: 'From nine to five.' })
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  caller.attach(app)
  await realtime.waitFor('session.created')
  await caller.says('When are you open?')
  const response = await realtime.nextResponse()
  expect(response).toSelectResponse('hours')
  expect(response).toHaveSaid('From nine to five.')
  await expect(realtime).not.toEmit('error')
  expect(realtime).toHaveEmittedSequence(['input_audio_buffer.speech_started', { type: 'response.done', response: { status: 'completed' } }])
})
`

const strictConfig = JSON.stringify({
  compilerOptions: { target: 'es2024', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: false, types: ['node'] },
  include: ['*.ts'],
})

/** A program that loads every entry and prints how many there were; it would not end if one left something open. */
const loadAll = `
const entries = ${JSON.stringify(entries)}
for (const entry of entries) await import(entry)
console.log(entries.length + ' loaded')
`

// An app may have an older `openai` than the newest: npm refuses the kit where its peer range leaves that out.
describe.for([
  ['^5.1.1', '^7'],
  ['~4.1.3', '^5'],
])('beside vitest %s and openai %s', ([vitestRange, openaiRange]) => {
  let project: InstalledProject
  beforeAll(async () => {
    const packages = [
      tarball,
      `vitest@${vitestRange}`,
      `openai@${openaiRange}`,
      'msw@^3',
      'ws',
      '@types/ws',
      '@types/node@^24',
      'typescript@^7',
    ]
    project = await installProject(packages, { 'user.test.ts': userTest, 'tsconfig.json': strictConfig })
  }, 180_000)
  afterAll(() => project?.[Symbol.dispose]())

  test('every entry loads in plain Node, where no Vitest runs, and lets the process end', async () => {
    expect(await project.evaluate(loadAll)).toEqual({ code: 0, output: `${entries.length} loaded\n` })
  })

  test('a test type-checks with the declarations of all libraries checked', { timeout: 60_000 }, async () => {
    expect(await project.run('typescript/bin/tsc', '-p', '.')).toEqual({ code: 0, output: '' })
  })

  test('a test passes', { timeout: 60_000 }, async () => {
    const reporters = ['default', 'vitest-realtime/reporter', 'junit'].map((name) => `--reporter=${name}`)
    const { code, output } = await project.run('vitest/vitest.mjs', 'run', ...reporters, '--outputFile.junit=junit.xml')
    expect(output).toMatch(/1 passed/)
    expect(output).toMatch(/Realtime {2}1 test, 1 session, 1 turn/)
    expect(project.read('junit.xml')).toContain('<property name="realtime.turns" value="1">')
    expect(code).toBe(0)
  })
})
