// The command `view`: a page beside the recording, or where one says; two recordings on one axis; what it cannot read.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { writeRecording } from '../../src/recording/write-recording.ts'
import type { ViewData } from '../../src/report/view-data.ts'
import { bookingEntries } from '../viewer/support/conversation.ts'
import { runCommand } from './support/serve-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'vitest-realtime-view-'))
const recording = join(folder, 'booking')
let count = 0
beforeAll(async () => {
  const entries = await bookingEntries()
  count = entries.length
  await writeRecording(recording, recordingOf(entries, { name: 'booking', source: 'simulation', profile: 'openai' }))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function dataOf(path: string): ViewData {
  const [, json] = /<script type="application\/json" id="view-data">(.*?)<\/script>/s.exec(readFileSync(path, 'utf8')) ?? []
  return JSON.parse(json ?? '') as ViewData
}

test.for(['booking', 'booking/timeline.ndjson'])('%s becomes a page beside it, whose path is printed', async (name) => {
  const { code, stdout, stderr } = await runCommand(['view', join(folder, name)])
  expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: `${join(recording, 'timeline.html')}\n` })
  const { title, unit, entries, groups } = dataOf(stdout.trim())
  expect([title, unit, entries.length]).toEqual(['booking', 'virtual ms', count])
  expect(groups[0]!.input.mulaw!.length).toBeGreaterThan(10_000)
  expect(groups[0]!.responses.map(({ reply }) => reply)).toEqual(['greeting', 'book', 'book.then'])
})

test('two recordings stand on one axis, told apart by a number', async () => {
  const out = join(folder, 'both.html')
  const { code, stdout } = await runCommand(['view', recording, recording, '--out', out])
  expect({ code, stdout }).toEqual({ code: 0, stdout: `${out}\n` })
  expect(dataOf(out).groups.map(({ title }) => title)).toEqual(['booking (1) · Session A', 'booking (2) · Session A'])
})

test('two without --out go to a temporary file', async () => {
  const { stdout } = await runCommand(['view', recording, recording])
  const path = stdout.trim()
  expect(path.startsWith(tmpdir())).toBe(true)
  expect(dataOf(path).groups).toHaveLength(2)
  rmSync(join(path, '..'), { recursive: true })
})

test('what is no recording is refused, and nothing is written', async () => {
  const other = join(folder, 'other')
  mkdirSync(other)
  writeFileSync(join(other, 'timeline.ndjson'), '{"kind":"shopping list"}\n')
  const { code, stderr } = await runCommand(['view', other])
  expect(code).toBe(1)
  expect(stderr).toMatch(/RTK_RECORDING/)
  expect(readdirSync(other)).toEqual(['timeline.ndjson'])
})

test('a place that cannot be written is named', async () => {
  const { code, stderr } = await runCommand(['view', recording, '--out', join(folder, 'no/such/folder/x.html')])
  expect(code).toBe(1)
  expect(stderr).toMatch(/RTK_RECORDING.*x\.html cannot be written.*\nName another place with --out\./)
})
