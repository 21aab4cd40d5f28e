import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readEntries, readRecording, readRecordingSync } from '../../src/recording/read-recording.ts'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { writeRecording } from '../../src/recording/write-recording.ts'
import { linesOf, ownFolder, spokenTurn, textTurn } from './sample.ts'

const facts = { name: 'hours', source: 'simulation' } as const

async function spoken(): Promise<string> {
  const folder = join(ownFolder(), 'hours')
  await writeRecording(folder, recordingOf(spokenTurn().entries, facts))
  return folder
}

/** Rewrites lines of the recording; line 1 is the header. */
function edit(folder: string, change: (lines: string[]) => void): string {
  const lines = linesOf(folder)
  change(lines)
  writeFileSync(join(folder, 'timeline.ndjson'), `${lines.join('\n')}\n`)
  return folder
}

async function failure(folder: string): Promise<string> {
  const error = await readRecording(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ code: 'RTK_RECORDING' })
  let atOnce: unknown
  try {
    readRecordingSync(folder)
  } catch (reason) {
    atOnce = reason
  }
  expect(atOnce).toMatchObject({ code: 'RTK_RECORDING', message: (error as Error).message })
  return (error as Error).message.replaceAll(dirname(folder), '…').replaceAll(folder, '…/hours')
}

test('whole, at once, and entry by entry give the same; by the folder and by the file', async () => {
  const folder = await spoken()
  const recording = await readRecording(folder)
  expect(recording.entries).toHaveLength(spokenTurn().entries.length)
  expect(readRecordingSync(folder)).toEqual(recording)
  expect(await readRecording(join(folder, 'timeline.ndjson'))).toEqual(recording)
  const entries = []
  for await (const entry of readEntries(folder)) entries.push(entry)
  expect(entries).toEqual(recording.entries)
})

describe('edited by hand', () => {
  test('a line less, a line more: entries are numbered anew, causes find their entries by name', async () => {
    const folder = join(ownFolder(), 'hours')
    await writeRecording(folder, recordingOf(textTurn('At ten.').entries, facts))
    edit(folder, (lines) => {
      lines.splice(3, 2)
      lines.splice(3, 0, '{"atMs":1,"sessionId":"s1","from":"app","event":{"type":"input_audio_buffer.clear"}}', '')
    })
    const { entries } = await readRecording(folder)
    expect(entries.map(({ index }) => index)).toEqual(entries.map((_, index) => index))
    const created = entries.find((entry) => 'event' in entry && entry.event.type === 'response.created')
    expect(created && entries[created.cause ?? -1]).toMatchObject({ event: { type: 'response.create' } })
    expect(entries.at(-1)).toMatchObject({ event: { event_id: `event_${entries.length - 1}` } })
  })

  test('the cause was taken away: the entry has none', async () => {
    const folder = join(ownFolder(), 'hours')
    await writeRecording(folder, recordingOf(textTurn('At ten.').entries, facts))
    edit(folder, (lines) => lines.splice(5, 1))
    const { entries } = await readRecording(folder)
    expect(entries.filter((entry) => entry.cause !== undefined)).toHaveLength(1)
  })

  test('line ends of Windows, a byte order mark, no line end at the end', async () => {
    const folder = await spoken()
    const whole = await readRecording(folder)
    writeFileSync(join(folder, 'timeline.ndjson'), `\uFEFF${linesOf(folder).join('\r\n')}`)
    expect(await readRecording(folder)).toEqual(whole)
    expect(readRecordingSync(folder)).toEqual(whole)
  })

  test('other sound: the hash says so; without the hash it is taken', async () => {
    const folder = await spoken()
    const wav = join(folder, 'audio/s1-input.wav')
    const sound = readFileSync(wav)
    sound[44 + 960] = (sound[44 + 960] ?? 0) ^ 1
    writeFileSync(wav, sound)
    expect(await failure(folder)).toMatchInlineSnapshot(`
      "[RTK_RECORDING] …/hours/timeline.ndjson:5: audio/s1-input.wav has changed: bytes 960 to 1920 are not what was recorded (sha256 differs).
      Put the file back; or, if it was changed on purpose, take "sha256" out of this line and it is used as it is."
    `)
    edit(folder, (lines) => {
      lines[4] = (lines[4] ?? '').replace(/,"sha256":"\w+"/, '')
    })
    expect((await readRecording(folder)).entries[3]).toMatchObject({
      event: { audio: sound.subarray(44 + 960, 44 + 1920).toString('base64') },
    })
  })

  test('a sound file that a tool has saved again, with chunks of its own', async () => {
    const folder = await spoken()
    const whole = await readRecording(folder)
    const wav = join(folder, 'audio/s1-input.wav')
    const sound = readFileSync(wav)
    const chunk = Buffer.from('LIST\x05\0\0\0abcde\0', 'latin1')
    writeFileSync(wav, Buffer.concat([sound.subarray(0, 36), chunk, sound.subarray(36)]))
    expect(await readRecording(folder)).toEqual(whole)
  })
})

describe('versions', () => {
  test('version 0 goes through every step', async () => {
    const { header, entries } = await readRecording(join(import.meta.dirname, 'version-0'))
    expect(header).toEqual({
      ...{ kind: 'vitest-realtime recording', version: 1, name: 'first', source: 'simulation', profile: 'openai' },
      ...{ models: ['gpt-realtime'], tools: {}, redactions: {}, sessions: [] },
    })
    expect(entries[2]).toMatchObject({ index: 2, event: { audio: 'AAECAwQFBgc=' } })
    expect(entries[5]).toMatchObject({ index: 5, cause: 3, event: { delta: 'CAkKCw==', event_id: 'event_5' } })
  })

  test('written again it is of this version', async () => {
    const old = await readRecording(join(import.meta.dirname, 'version-0'))
    const folder = join(ownFolder(), 'first')
    await writeRecording(folder, old)
    expect(linesOf(folder)[0]).toContain('"version":1')
    expect(await readRecording(folder)).toEqual(old)
  })

  test('version 0 that was edited: numbers no longer fit their lines', async () => {
    const folder = join(ownFolder(), 'first')
    cpSync(join(import.meta.dirname, 'version-0'), folder, { recursive: true })
    edit(folder, (lines) => lines.splice(3, 1))
    const { entries } = await readRecording(folder)
    expect(entries[4]).toMatchObject({ index: 4, cause: 2 })
  })

  test('a newer one is refused with the way out', async () => {
    const folder = edit(await spoken(), (lines) => {
      lines[0] = (lines[0] ?? '').replace('"version":1', '"version":2')
    })
    expect(await failure(folder)).toMatchInlineSnapshot(`
      "[RTK_RECORDING] …/hours/timeline.ndjson:1: has version 2; this vitest-realtime reads up to version 1.
      It was written by a newer one: update vitest-realtime, or record again with this one."
    `)
  })

  test.for(['"version":-1', '"version":"1"', '"version":0.5'])('%s is none', async (version) => {
    const folder = edit(await spoken(), (lines) => {
      lines[0] = (lines[0] ?? '').replace('"version":1', version)
    })
    expect(await failure(folder)).toContain('timeline.ndjson:1: has the version')
  })
})

describe('bad input', () => {
  test('not there, no recording, empty, foreign', async () => {
    const folder = await spoken()
    rmSync(folder, { recursive: true })
    expect(await failure(folder)).toContain('…/hours: is not there.')
    mkdirSync(folder)
    expect(await failure(folder)).toContain(
      '…/hours/timeline.ndjson: is not there.\nA recording is a folder with timeline.ndjson',
    )
    const file = join(folder, 'timeline.ndjson')
    writeFileSync(file, '')
    expect(await failure(folder)).toContain('…/hours/timeline.ndjson: is empty.')
    writeFileSync(file, '{"type":"session.created"}\n')
    expect(await failure(folder)).toContain('…/hours/timeline.ndjson:1: is no header of a recording')
    writeFileSync(file, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0xff]))
    expect(await failure(folder)).toContain('…/hours/timeline.ndjson:1:')
    writeFileSync(file, '[1, 2]\n')
    expect(await failure(folder)).toContain('is no JSON object')
  })

  test('torn: cut off in the last line', async () => {
    const folder = await spoken()
    const file = join(folder, 'timeline.ndjson')
    truncateSync(file, readFileSync(file).byteLength - 40)
    expect(await failure(folder)).toMatchInlineSnapshot(`
      "[RTK_RECORDING] …/hours/timeline.ndjson:11: ends in the middle of a line: it was not written to its end.
      Delete this line, or record again."
    `)
  })

  test('a line that is damaged in the middle', async () => {
    const folder = edit(await spoken(), (lines) => {
      lines[3] = (lines[3] ?? '').slice(0, 50)
    })
    expect(await failure(folder)).toMatch(/timeline\.ndjson:4: is no JSON: .*\nMend the line, or delete it/)
  })

  const lines: readonly (readonly [string, string])[] = [
    ['{"from":"app","event":{"type":"x"}}', 'has no "atMs"'],
    ['{"atMs":"1","from":"app","event":{"type":"x"}}', 'has no "atMs"'],
    ['{"atMs":1,"from":"app"}', 'needs either an "event" or a "note"'],
    ['{"atMs":1,"from":"app","event":{"type":"x"},"note":{"type":"call"}}', 'needs either an "event" or a "note"'],
    ['{"atMs":1,"from":"nobody","event":{"type":"x"}}', 'has "from": "nobody"; allowed: "app", "service"'],
    ['{"atMs":1,"from":"app","note":{"type":"call"}}', 'allowed: "kit", "caller"'],
    ['{"atMs":1,"from":"app","event":[]}', 'has an "event" that is no object'],
    ['{"atMs":1,"from":"app","event":{"type":7}}', 'has an "event" without a "type"'],
    ['{"atMs":1,"from":"kit","note":{"type":"constructor"}}', 'has a "note" of the unknown type "constructor"'],
    [
      '{"atMs":1,"from":"kit","note":{"type":"said","text":1,"startMs":0,"endMs":1,"injected":true}}',
      'whose "text" is no string',
    ],
    ['{"atMs":1,"sessionId":{},"from":"app","event":{"type":"x"}}', 'has a "sessionId" that is no text'],
  ]
  test.for(lines)('%s', async ([line, problem]) => {
    const folder = edit(await spoken(), (all) => all.splice(2, 0, line))
    expect(await failure(folder)).toMatch(new RegExp(`timeline\\.ndjson:3: .*${problem}`))
  })

  test('a header with wrong fields', async () => {
    const folder = edit(await spoken(), (all) => {
      all[0] = '{"kind":"vitest-realtime recording","version":1,"name":"x","source":"simulation","profile":"openai","models":[1]}'
    })
    expect(await failure(folder)).toContain('timeline.ndjson:1: is a header whose "models" is no list of names.')
  })

  test('nested beyond reason', async () => {
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`
    const folder = edit(await spoken(), (all) => all.splice(2, 0, `{"atMs":1,"from":"app","event":{"type":"x","deep":${deep}}}`))
    expect(await failure(folder)).toContain('timeline.ndjson:3: is nested deeper than 200 levels.')
  })

  test('fields that would be prototypes are fields', async () => {
    const folder = edit(await spoken(), (all) =>
      all.splice(2, 0, '{"atMs":1,"from":"app","event":{"type":"x","__proto__":{"polluted":true}}}'),
    )
    const { entries } = await readRecording(folder)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(Object.getPrototypeOf((entries[1] as { event: object }).event)).toBe(Object.prototype)
  })

  const places = [
    '../secret.wav',
    'audio/../../secret.wav',
    '/etc/passwd',
    'audio/a\0.wav',
    'audio\\..\\x.wav',
    'timeline.ndjson',
    'audio/..wav/x.wav',
  ]
  test.for(places)('sound at %j is not looked for', async (wav) => {
    const folder = await spoken()
    writeFileSync(join(dirname(folder), 'secret.wav'), readFileSync(join(folder, 'audio/s1-input.wav')))
    edit(folder, (all) => {
      all[3] = (all[3] ?? '').replace('"audio/s1-input.wav"', JSON.stringify(wav))
    })
    expect(await failure(folder)).toMatch(/timeline\.ndjson:4: names the sound file .*: sound lies in audio\/ of the recording/)
  })

  test('a sound file, its folder or the text that is a link', async () => {
    const folder = await spoken()
    const outside = join(dirname(folder), 'outside')
    renameSync(join(folder, 'audio'), outside)
    symlinkSync(outside, join(folder, 'audio'))
    expect(await failure(folder)).toContain('timeline.ndjson:4: needs audio/s1-input.wav, which is a link')
    rmSync(join(folder, 'audio'))
    mkdirSync(join(folder, 'audio'))
    symlinkSync(join(outside, 's1-input.wav'), join(folder, 'audio/s1-input.wav'))
    expect(await failure(folder)).toContain('timeline.ndjson:4: needs audio/s1-input.wav, which is a link')
    renameSync(join(folder, 'timeline.ndjson'), join(outside, 'timeline.ndjson'))
    symlinkSync(join(outside, 'timeline.ndjson'), join(folder, 'timeline.ndjson'))
    expect(await failure(folder)).toContain('timeline.ndjson: is a link')
  })

  test('a sound file that is missing, cut off, or none', async () => {
    const folder = await spoken()
    const wav = join(folder, 'audio/s1-input.wav')
    truncateSync(wav, 44 + 1000)
    expect(await failure(folder)).toContain(
      'timeline.ndjson:5: needs bytes 960 to 1920 of audio/s1-input.wav, which has 1000 bytes',
    )
    writeFileSync(wav, 'RIFF')
    expect(await failure(folder)).toContain('which is no WAV file')
    rmSync(wav)
    expect(await failure(folder)).toContain('timeline.ndjson:4: needs audio/s1-input.wav, which is not there.')
    mkdirSync(wav)
    expect(await failure(folder)).toContain('which is no file')
  })

  test.for(['-1', '1e300', '0.5', '"0"', 'null'])('sound from %s on', async (offset) => {
    const folder = edit(await spoken(), (all) => {
      all[3] = (all[3] ?? '').replace('"offset":0', `"offset":${offset}`)
    })
    expect(await failure(folder)).toContain('timeline.ndjson:4: names sound by offset')
  })

  test('a line longer than any event', async () => {
    const folder = await spoken()
    const file = join(folder, 'timeline.ndjson')
    appendFileSync(file, 'x'.repeat(17 << 20))
    appendFileSync(file, 'x'.repeat(17 << 20))
    expect(await failure(folder)).toContain('timeline.ndjson:12: is longer than 33554432 characters')
  })
})
