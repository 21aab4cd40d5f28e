// Large recordings are read as streams. Told by what is read, not by how long it takes: a reader that stops early never sees the end.

import { closeSync, mkdirSync, openSync, statSync, truncateSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { readEntries, readRecording, readRecordingSync } from '../../src/recording/read-recording.ts'
import { sha256 } from '../../src/recording/sound-files.ts'
import { wavFile } from '../../src/recording/wav-bytes.ts'
import { bytes, ownFolder } from './sample.ts'

const header = {
  ...{ kind: 'vitest-realtime recording', version: 1, name: 'long', source: 'service', profile: 'openai', models: [] },
  ...{ tools: {}, redactions: {}, sessions: [] },
}
const count = 120_000
let folder: string
let file: string

/** 40 MB of text, one sound that many lines name, and a damaged line at the end. */
beforeEach(() => {
  folder = ownFolder()
  file = join(folder, 'timeline.ndjson')
  const sound = bytes(960)
  mkdirSync(join(folder, 'audio'))
  const wav = openSync(join(folder, 'audio/s1-input.wav'), 'w')
  writeSync(wav, wavFile(sound, { type: 'audio/pcm', rate: 24_000 }))
  closeSync(wav)
  const place = { wav: 'audio/s1-input.wav', offset: 0, bytes: 960, sha256: sha256(sound) }
  const line = (at: number) =>
    `${JSON.stringify({ atMs: at * 20, sessionId: 's1', from: 'app', event: { type: 'input_audio_buffer.append', audio: place }, comment: 'x'.repeat(120) })}\n`
  const text = openSync(file, 'w')
  writeSync(text, `${JSON.stringify(header)}\n`)
  for (let start = 0; start < count; start += 1000) {
    writeSync(text, Array.from({ length: 1000 }, (_, at) => line(start + at)).join(''))
  }
  writeSync(text, '{"atMs":')
  closeSync(text)
})

describe('a recording of 40 MB', () => {
  test('is read entry by entry: who stops early never comes to the damaged end', async () => {
    expect(statSync(file).size).toBeGreaterThan(40e6)
    const seen = []
    for await (const entry of readEntries(folder)) {
      seen.push(entry)
      if (seen.length === 10) break
    }
    expect(seen).toHaveLength(10)
    expect(seen[9]).toMatchObject({ index: 9, atMs: 180, event: { audio: bytes(960).toString('base64') } })
    // What has been read by now is what the stream holds, however long the file is.
    truncateSync(file, 10e6)
  })

  test('the damaged line is named by its number', async () => {
    const error = {
      code: 'RTK_RECORDING',
      message: expect.stringContaining(`timeline.ndjson:${count + 2}: ends in the middle of a line`),
    }
    await expect(
      (async () => {
        for await (const _ of readEntries(folder));
      })(),
    ).rejects.toMatchObject(error)
  })

  test('whole and at once give the same, within the bounds of memory', async () => {
    truncateSync(file, statSync(file).size - 8)
    const { entries } = await readRecording(folder)
    expect(entries).toHaveLength(count)
    expect(readRecordingSync(folder).entries.at(-1)).toEqual(entries.at(-1))
  })
})
