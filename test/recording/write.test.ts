import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readWav } from '../../audio/wav.ts'
import { readRecording } from '../../src/recording/read-recording.ts'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { writeRecording } from '../../src/recording/write-recording.ts'
import { bytes, filesIn, linesOf, live, ownFolder, Sampler, spokenTurn, textTurn } from './sample.ts'

const facts = { name: 'hours', source: 'simulation' } as const

async function written(sampler: Sampler): Promise<string> {
  const folder = join(ownFolder(), 'hours')
  await writeRecording(folder, recordingOf(sampler.entries, facts))
  return folder
}

test('a line for the header and one for each entry, as people read and change them', async () => {
  const folder = await written(textTurn('At ten.'))
  expect(readdirSync(folder)).toEqual(['timeline.ndjson'])
  const [header, ...lines] = linesOf(folder)
  expect(JSON.parse(header ?? '')).toEqual({
    kind: 'vitest-realtime recording',
    version: 1,
    name: 'hours',
    source: 'simulation',
    profile: 'openai',
    models: ['gpt-realtime'],
    tools: { 'vitest-realtime': expect.stringMatching(/^\d+\.\d+\.\d+/) },
    redactions: {},
    sessions: [{ id: 's1', url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime' }],
  })
  expect(lines.slice(2, 8)).toEqual([
    '{"atMs":0,"sessionId":"s1","from":"app","event":{"type":"conversation.item.create","event_id":"app_event_1","item":{"type":"message","role":"user","content":[{"type":"input_text","text":"When are you open?"}]}}}',
    '{"atMs":0,"sessionId":"s1","from":"service","event":{"type":"conversation.item.added","item":{"type":"message","id":"item_1","role":"user"},"previous_item_id":null},"cause":"conversation.item.create"}',
    '{"atMs":0,"sessionId":"s1","from":"app","event":{"type":"response.create"}}',
    '{"atMs":320.123,"sessionId":"s1","from":"service","event":{"type":"response.created","response":{"id":"resp_1","status":"in_progress","output":[]}},"cause":"response.create"}',
    '{"atMs":320.123,"sessionId":"s1","from":"service","event":{"type":"response.output_item.added","item":{"type":"message","id":"item_2","role":"assistant"},"response_id":"resp_1"}}',
    '{"atMs":340.123,"sessionId":"s1","from":"service","event":{"type":"response.output_text.delta","content_index":0,"delta":"At","item_id":"item_2","response_id":"resp_1"},"cause":"response.create"}',
  ])
})

describe('what is read back is what was recorded', () => {
  const formats = [
    ...[24_000, 16_000].map((rate) => ({ type: 'audio/pcm', rate })),
    ...[{ type: 'audio/pcmu' }, { type: 'audio/pcma' }],
  ]
  test.for(formats)('%j, byte for byte, also half a sample at the end', async (format) => {
    const recording = recordingOf(spokenTurn(format).entries, facts)
    const folder = join(ownFolder(), 'hours')
    await writeRecording(folder, recording)
    expect(await readRecording(folder)).toEqual(recording)
  })

  test('text, causes, notes, several sessions, what belongs to none', async () => {
    const other = 'sess_DuqX00000000000000099'
    const sampler = textTurn()
      .note({ type: 'finding', message: 'No key was given.' }, '')
      .note({ type: 'said', text: 'Hello', startMs: 1, endMs: 9.5, injected: true }, live.session, 'caller')
      .app({ type: 'response.create' }, other)
      .service({ type: 'response.created' }, 4, other)
    const recording = recordingOf(sampler.entries, facts)
    const folder = join(ownFolder(), 'hours')
    await writeRecording(folder, recording)
    expect(await readRecording(folder)).toEqual(recording)
    expect(linesOf(folder).at(-1)).toContain('"cause":"s1/response.create"')
  })

  test('a name of an event that is given by the service, and one that is not', async () => {
    const sampler = new Sampler().connect().app({ type: 'response.create' })
    sampler.timeline.append({
      ...{ atMs: 0, sessionId: live.session, from: 'service' },
      event: { type: 'input_audio_buffer.dtmf_event_received', event: '1', received_at: 5 } as never,
    })
    const folder = await written(sampler)
    const { entries } = await readRecording(folder)
    expect(entries[1]).toMatchObject({ event: { event_id: 'event_1' } })
    expect(entries[3]).not.toHaveProperty('event.event_id')
  })

  test('what only looks like sound stays a text', async () => {
    const app = ['no base64!', 'YWJj*', '', 7, null].map((audio) => ({ type: 'input_audio_buffer.append', audio }))
    const sampler = app.reduce((all, event) => all.app(event), new Sampler().connect())
    const recording = recordingOf(sampler.entries, facts)
    const folder = join(ownFolder(), 'hours')
    await writeRecording(folder, recording)
    expect(readdirSync(folder)).toEqual(['timeline.ndjson'])
    expect(await readRecording(folder)).toEqual(recording)
  })
})

describe('sound beside the text', () => {
  test('one file per item, one for what the app sent; players can open them', async () => {
    const folder = await written(spokenTurn())
    expect(readdirSync(join(folder, 'audio'))).toEqual(['item_1.wav', 's1-input.wav'])
    const input = readWav(readFileSync(join(folder, 'audio/s1-input.wav')), { strict: true, rateHz: 24_000 })
    expect(Buffer.from(input.buffer)).toEqual(Buffer.concat([bytes(960, 1), bytes(960, 2), bytes(960, 3)]))
    expect(linesOf(folder)[4]).toContain('"audio":{"bytes":960,"offset":960,"sha256":"')
    expect(linesOf(folder).join('\n')).not.toContain(bytes(960, 1).toString('base64').slice(0, 40))
  })

  test('G.711 is written as G.711', async () => {
    const folder = await written(spokenTurn({ type: 'audio/pcmu' }))
    const file = readFileSync(join(folder, 'audio/s1-input.wav'))
    expect(file.readUInt16LE(20)).toBe(7)
    expect(readWav(file, { rateHz: 8000 }).samples).toHaveLength(3 * 960)
  })

  test('another file where the format changes', async () => {
    const sampler = spokenTurn()
      .service({ type: 'session.updated', session: { audio: { input: { format: { type: 'audio/pcma' } } } } })
      .app({ type: 'input_audio_buffer.append', audio: bytes(160).toString('base64') })
    const folder = await written(sampler)
    expect(readdirSync(join(folder, 'audio'))).toEqual(['item_1.wav', 's1-input-2.wav', 's1-input.wav'])
    expect(readFileSync(join(folder, 'audio/s1-input-2.wav')).readUInt16LE(20)).toBe(6)
  })

  test('sound within items, kept once', async () => {
    const content = [{ type: 'input_audio', audio: bytes(480).toString('base64') }]
    const item = { id: live.item, type: 'message', role: 'user', content }
    const sampler = new Sampler()
      .connect()
      .app({ type: 'conversation.item.create', item })
      .service({ type: 'conversation.item.retrieved', item })
      .service({ type: 'conversation.item.retrieved', item })
    const folder = await written(sampler)
    expect(filesIn(folder)['audio/item_1-content.wav']).toHaveLength(44 + 480)
    expect((await readRecording(folder)).entries.at(-1)).toMatchObject({ event: { item: { content } } })
  })
})

describe('as a whole or not at all', () => {
  test('two runs give the same bytes', async () => {
    expect(filesIn(await written(spokenTurn()))).toEqual(filesIn(await written(spokenTurn())))
  })

  test('the new one replaces the old one, sound files that are needed no more go', async () => {
    const folder = await written(spokenTurn())
    await writeRecording(folder, recordingOf(textTurn().entries, facts))
    expect(readdirSync(folder)).toEqual(['timeline.ndjson'])
    expect(readdirSync(dirname(folder))).toEqual(['hours'])
  })

  test('what somebody put beside it stays', async () => {
    const folder = await written(textTurn())
    writeFileSync(join(folder, 'NOTES.md'), 'made on a Monday')
    await writeRecording(folder, recordingOf(textTurn('Later.').entries, facts))
    expect(readFileSync(join(folder, 'NOTES.md'), 'utf8')).toBe('made on a Monday')
  })

  test('a recording that cannot be written leaves the old one and nothing else', async () => {
    const folder = await written(textTurn())
    const before = filesIn(dirname(folder))
    const recording = recordingOf(textTurn('Later.').entries, facts)
    const looped: Record<string, unknown> = { type: 'response.create' }
    looped.self = looped
    const entries = [...recording.entries, { index: 99, atMs: 0, sessionId: 's1', from: 'app', event: looped } as never]
    await expect(writeRecording(folder, { ...recording, entries })).rejects.toMatchObject({ code: 'RTK_RECORDING' })
    expect(filesIn(dirname(folder))).toEqual(before)
  })

  test('a folder that is no recording is not touched', async () => {
    const folder = join(ownFolder(), 'src')
    mkdirSync(folder)
    writeFileSync(join(folder, 'agent.ts'), 'export {}')
    const recording = recordingOf(textTurn().entries, facts)
    await expect(writeRecording(folder, recording)).rejects.toThrow(/RTK_RECORDING.*holds no recording but agent\.ts/s)
    expect(filesIn(folder)).toEqual({ 'agent.ts': 'export {}' })
    await expect(writeRecording(join(folder, 'agent.ts'), recording)).rejects.toThrow('it is no folder')
  })

  test('a link in its place is not followed', async () => {
    const folder = ownFolder()
    mkdirSync(join(folder, 'elsewhere'))
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'hours'))
    await expect(writeRecording(join(folder, 'hours'), recordingOf(textTurn().entries, facts))).rejects.toThrow('it is no folder')
    expect(readdirSync(join(folder, 'elsewhere'))).toEqual([])
  })

  test('somebody was stopped between the two steps: what lay aside is the old one again', async () => {
    const folder = await written(textTurn())
    renameSync(folder, join(dirname(folder), '.hours.old'))
    await expect(readRecording(folder)).rejects.toThrow(/is not there/)
    await writeRecording(folder, recordingOf(textTurn('Later.').entries, facts))
    expect(readdirSync(dirname(folder))).toEqual(['hours'])
  })

  test('names of items cannot lead out of the folder', async () => {
    const { header, entries } = recordingOf(spokenTurn().entries, facts)
    const evil = entries.map((entry) =>
      'event' in entry && entry.from === 'service' && 'item_id' in entry.event
        ? { ...entry, event: { ...entry.event, item_id: '../../../../etc/evil' } }
        : entry,
    ) as typeof entries
    const folder = join(ownFolder(), 'hours')
    await writeRecording(folder, { header, entries: evil })
    expect(readdirSync(join(folder, 'audio'))).toEqual(['____________etc_evil.wav', 's1-input.wav'])
  })
})
