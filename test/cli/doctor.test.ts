import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { EngineReport } from '../../src/cli/engine-checks.ts'
import { runCommand } from './support/serve-process.ts'

/** Of packages; of Whisper also its build and its models. */
const commands = /^(npm install |apt-get install |npx vitest-realtime doctor --setup whisper$|sh \S+download-ggml-model\.sh base)/

test('a row for each engine, from a real run of each', { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await runCommand(['doctor', '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const reports: EngineReport[] = JSON.parse(stdout)
  expect(reports.map(({ engine, part }) => `${engine} ${part}`)).toEqual([
    'flite voice',
    'energy vad',
    'silero-v6 vad',
    'silero-v4 vad',
    'pocketsphinx transcription',
    'whisper transcription',
    'whisper (addon) transcription',
    'speex resampling',
  ])
  const byName = Object.fromEntries(reports.map((report) => [report.engine, report]))
  expect(byName.flite).toMatchObject({
    state: 'ok',
    version: expect.stringMatching(/^\d/),
    found: expect.stringContaining('said'),
  })
  expect(byName.energy).toMatchObject({ state: 'ok', version: '' })
  expect(byName['silero-v6']).toMatchObject({ state: 'ok', modelSha256: expect.stringMatching(/^1a153a22/) })
  if (byName.pocketsphinx?.state === 'ok')
    expect(byName.pocketsphinx.modelSha256).toBe(
      createHash('sha256').update(readFileSync('/usr/share/pocketsphinx/model/en-us/en-us.lm.bin')).digest('hex'),
    )
  for (const report of reports.filter(({ state }) => state !== 'ok'))
    expect(report).toMatchObject({ state: 'missing', install: expect.stringMatching(commands) })
})

test('the table says what to install', { timeout: 60_000 }, async () => {
  const { code, stdout } = await runCommand(['doctor'], { env: { PATH: '/nowhere' } })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^engine +for +state +version +model +found\nflite +voice +ok +/)
  expect(stdout).toMatch(
    /To have what is missing:\n(.*\n)* {2}whisper: (npm install --save-dev nodejs-whisper && )?(npx vitest-realtime doctor --setup whisper|sh \S+ base)\n/,
  )
})

test('an engine that is not built is no engine to set up', async () => {
  const { code, stderr } = await runCommand(['doctor', '--setup', 'flite'])
  expect(code).toBe(1)
  expect(stderr).toContain("--setup flite: only 'whisper' is built by the kit")
})
