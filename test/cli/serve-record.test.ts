// `serve --record`: a recording of each session, written when it is over.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRecording } from '../../src/recording/read-recording.ts'
import { ownFolder } from '../recording/sample.ts'
import { Client } from './support/client.ts'
import { runCommand, startServe } from './support/serve-process.ts'

test('when a session closes, and at SIGTERM what is still open; what lies there stays', async () => {
  const folder = join(ownFolder(), 'deep/recordings')
  mkdirSync(join(folder, 'session-1'), { recursive: true })
  writeFileSync(join(folder, 'session-1/timeline.ndjson'), 'mine')
  const served = await startServe(['--timing', 'instant', '--record', folder])
  const first = new Client(served.ready.url, { key: 'sk-abcdefgh12345678' })
  const second = new Client(served.ready.url)
  await second.next('session.created')
  await first.next('session.created')
  expect(await first.ask('Hello, call me at +15550100199')).not.toBe('')
  expect(readdirSync(folder)).toEqual(['session-1'])
  first.drop()
  await second.ask('Hello')
  await expect.poll(() => existsSync(join(folder, 'session-2/timeline.ndjson'))).toBe(true)
  const { code, stderr } = await served.stop()
  expect(code).toBe(0)
  expect(stderr.trim().split('\n')).toEqual([expect.stringContaining('session-2'), expect.stringContaining('session-3')])
  expect(readdirSync(folder)).toEqual(['session-1', 'session-2', 'session-3'])
  expect(readFileSync(join(folder, 'session-1/timeline.ndjson'), 'utf8')).toBe('mine')

  const { header, entries } = await readRecording(join(folder, 'session-2'))
  expect(header).toMatchObject({ name: 'session-2', source: 'simulation', sessions: [{ id: 's1' }], models: ['gpt-realtime'] })
  expect(header.redactions.phone).toBeGreaterThan(0)
  expect(entries.map(({ index }) => index)).toEqual(entries.map((_, index) => index))
  expect(entries[0]).toMatchObject({ sessionId: 's1', note: { type: 'connected' } })
  expect(entries.at(-1)).toMatchObject({ note: { type: 'closed', by: 'app' } })
  expect(readFileSync(join(folder, 'session-2/timeline.ndjson'), 'utf8')).not.toMatch(/5550100|sk-abc/)
  const last = await readRecording(join(folder, 'session-3'))
  expect(last.entries.at(-1)).toMatchObject({ note: { type: 'closed', by: 'service', code: 1001 } })
})

test('a folder that cannot be written is told before anybody connects', async () => {
  const file = join(ownFolder(), 'file')
  writeFileSync(file, '')
  const { code, stderr } = await runCommand(['serve', '--record', file])
  expect(code).toBe(1)
  expect(stderr).toMatch(/RTK_RECORDING.*--record .*recordings cannot be written there/s)
})
