// What people hand to readers that is no recording, or one that something has changed on the way: where, what, and the way out.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readRecording, readRecordingSync } from '../../src/recording/read-recording.ts'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { writeRecording } from '../../src/recording/write-recording.ts'
import { renderViewer } from '../../src/report/render-viewer.ts'
import { failureOf } from '../support/failure-of.ts'
import { linesOf, ownFolder, textTurn } from './sample.ts'

async function written(change: (lines: string[]) => string | Uint8Array): Promise<string> {
  const folder = join(ownFolder(), 'hours')
  await writeRecording(folder, recordingOf(textTurn().entries, { name: 'hours', source: 'simulation' }))
  writeFileSync(join(folder, 'timeline.ndjson'), change(linesOf(folder)))
  return folder
}

const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`

/** Both readers say the same. */
async function failure(folder: string): Promise<string> {
  const message = await failureOf(() => readRecording(folder))
  expect(await failureOf(async () => readRecordingSync(folder))).toBe(message)
  return message
}

test('a log in the place of a recording: how to make one of it', async () => {
  const folder = ownFolder()
  const log = join(folder, 'socket.log')
  writeFileSync(log, '{"type":"session.created"}\n')
  expect(await failure(log)).toMatch(
    /socket\.log: is a file: a recording is a folder with timeline\.ndjson in it\.\nA log .*vitest-realtime convert LOG FOLDER/,
  )
})

describe('no text in UTF-8', () => {
  const utf16 = (lines: readonly string[]): Buffer => Buffer.from(`\uFEFF${joined(lines)}`, 'utf16le')
  const kinds: readonly (readonly [string, (lines: string[]) => Uint8Array])[] = [
    ['UTF-16, as some editors save', utf16],
    ['UTF-16, the other way round', (lines) => utf16(lines).swap16()],
    ['zeros of a disk', () => new Uint8Array(10_000)],
    ['packed', () => Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 1, 2, 3, 4)],
  ]
  test.for(kinds)('%s', async ([, change]) => {
    const message = await failure(await written(change))
    expect(message).toMatch(/timeline\.ndjson:1: is no text in UTF-8\.\nSave the file as UTF-8, or record again\./)
  })
})

test.for([
  ['a list', (lines: string[]) => `[${lines.join(',\n')}]`],
  ['spread over lines by a formatter', (lines: string[]) => JSON.stringify(JSON.parse(lines[0] ?? ''), null, 2)],
  ['cut off', (lines: string[]) => (lines[0] ?? '').slice(0, 60)],
] as const)('a header that is no header: %s', async ([, change]) => {
  const message = await failure(await written(change))
  expect(message).toMatch(/timeline\.ndjson:1: /)
  expect(message).toContain('A recording begins with its header, in one line: put it back, or record again.')
})

describe('a header or a line that no replay could follow', () => {
  const edits: readonly (readonly [string, (line: string) => string, RegExp])[] = [
    [
      'no URL',
      (line) => line.replace(/"url":"[^"]*"/, '"url":"http://[::1"'),
      /:1: .*has the URL "http:\/\/\[::1", which is none/,
    ],
    [
      'an id twice',
      (line) => line.replace(/"sessions":\[(.*?)\]/, '"sessions":[$1,$1]'),
      /:1: is a header whose "sessions" has "s1" twice\./,
    ],
    [
      'beyond all time',
      (line) => line.replace(/^\{"atMs":[\d.]+/, '{"atMs":1e300'),
      /:\d+: has "atMs": 1e\+300, which is more than a year/,
    ],
  ]
  test.for(edits)('%s', async ([, change, says]) => {
    const folder = await written((lines) => joined(lines.map(change)))
    expect(await failure(folder)).toMatch(says)
  })
})

test('names that every object has are names like others: of events, ids and fields', async () => {
  const strange =
    '{"atMs":9,"sessionId":"s1","from":"app","event":{"type":"constructor","toString":"abc","metadata":{"valueOf":"x"}}}'
  const folder = await written((lines) => joined([...lines, strange]))
  const { header, entries } = await readRecording(folder)
  expect(renderViewer([{ title: header.name, entries }], { unit: 'ms' })).toContain('constructor')
  const again = recordingOf(entries, { name: 'again', source: 'simulation' })
  expect(again.entries.at(-1)).toMatchObject({
    event: { type: 'constructor', toString: 'abc', metadata: { valueOf: 'x' } },
  })
  mkdirSync(join(folder, '..', 'again'))
  await writeRecording(join(folder, '..', 'again'), again)
})
