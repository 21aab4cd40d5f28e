import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { compareRecordings } from '../../src/recording/compare-recordings.ts'
import { differenceLines } from '../../src/recording/difference-text.ts'
import { recordingOf } from '../../src/recording/recording-of.ts'
import { timingFigures } from '../../src/recording/timing-figures.ts'
import { writeRecording } from '../../src/recording/write-recording.ts'
import type { ViewData } from '../../src/report/view-data.ts'
import { live, ownFolder, type Sampler, spokenTurn, textTurn } from './sample.ts'

const facts = { name: 'hours', source: 'simulation' } as const
const record = ({ entries }: Sampler) => recordingOf(entries, facts)

/** A sound of so many ms at this pitch, as the wire has it. */
function tone(ms: number, hz: number): string {
  const samples = Int16Array.from(
    { length: ms * 24 },
    (_, at) => 8000 * Math.sin((at / 24_000) * hz * 2 * Math.PI) * Math.sin((at / 24_000) * 9) ** 2,
  )
  return Buffer.from(samples.buffer).toString('base64')
}

const says = (ms: number, hz: number) =>
  textTurn().service({
    type: 'response.output_audio.delta',
    response_id: live.response,
    item_id: live.answer,
    delta: tone(ms, hz),
  })

describe('compareRecordings', () => {
  const all = { aspects: ['order', 'texts', 'calls', 'usage', 'timing', 'audio', 'fields'] } as const

  test('the same twice, whatever things were called', () => {
    const renamed = JSON.parse(
      JSON.stringify(textTurn().entries).replaceAll(live.item, 'item_other0000000000001').replaceAll('my-event-1', 'x'),
    )
    expect(compareRecordings(record(textTurn()), recordingOf(renamed, facts), all)).toEqual([])
    expect(compareRecordings(record(spokenTurn()), record(spokenTurn()), all)).toEqual([])
  })

  test('an event more is one difference, one that moved tells where it went', () => {
    const more = textTurn('At ten.').app({ type: 'response.cancel' }).service({ type: 'input_audio_buffer.cleared' })
    const differences = compareRecordings(record(textTurn('At ten.')), record(more))
    expect(differences).toEqual([
      { aspect: 'order', what: '→ response.cancel', actual: 'response.cancel', actualIndex: 11 },
      { aspect: 'order', what: '← input_audio_buffer.cleared', actual: 'input_audio_buffer.cleared', actualIndex: 12 },
    ])
    const back = compareRecordings(record(more), record(textTurn('At ten.')))
    expect(differenceLines(back)).toEqual([
      'Order of events:',
      '  - #11 → response.cancel  <<<<< only in the recording',
      '  - #12 ← input_audio_buffer.cleared  <<<<< only in the recording',
    ])
  })

  test('an event that moved', () => {
    const early = textTurn('At ten.')
    const late = textTurn('At ten.')
    const entries = [...late.entries]
    const [item] = entries.splice(4, 1)
    if (item) entries.push(item)
    const [lost, found] = compareRecordings(record(early), recordingOf(entries, facts))
    expect(lost).toMatchObject({ what: '→ response.create', recordedIndex: 4, hint: 'it came as #10' })
    expect(found).toMatchObject({ what: '→ response.create', actualIndex: 10, hint: 'recorded as #4' })
  })

  test('how a text is cut into deltas is no difference; its words are', () => {
    expect(compareRecordings(record(textTurn('We open at ten.')), record(textTurn('We open at ten.')), all)).toEqual([])
    const differences = compareRecordings(record(textTurn('We open at ten.')), record(textTurn('We open at nine sharp.')))
    expect(differenceLines(differences)).toEqual([
      'Texts:',
      '  #12 / #13 assistant  <<<<<',
      '    recorded  "We open at ten."',
      '    now       "We open at nine sharp."',
      '    words     We open at [-ten-]{+nine sharp+}.',
    ])
  })

  test('timing: one late step is one difference, within the tolerance none', () => {
    const late = textTurn('At ten.')
    const shifted = late.entries.map((entry) => (entry.index >= 9 ? { ...entry, atMs: entry.atMs + 70 } : entry))
    const recorded = record(textTurn('At ten.'))
    expect(compareRecordings(recorded, recordingOf(shifted, facts), { aspects: ['timing'] })).toMatchObject([
      { what: 'response.output_text.done after response.output_text.delta', recorded: '20 ms', actual: '90 ms', hint: '+70 ms' },
    ])
    expect(compareRecordings(recorded, recordingOf(shifted, facts), { aspects: ['timing'], toleranceMs: 70 })).toEqual([])
  })

  test('fields and usage, by their paths; ignored ones are', () => {
    const entries = textTurn('At ten.').entries.map((entry) => {
      if (!('event' in entry) || entry.event.type !== 'response.done') return entry
      const { response } = entry.event as unknown as { response: object }
      return { ...entry, event: { ...entry.event, response: { ...response, status: 'incomplete', usage: { total_tokens: 31 } } } }
    })
    const now = recordingOf(entries as never, facts)
    const recorded = record(textTurn('At ten.'))
    const fields = compareRecordings(recorded, now, { aspects: ['fields'] }).map(({ what }) => what)
    expect(fields).toEqual([
      'response.done  response.status',
      'response.done  response.usage.total_tokens',
      'response.done  response.usage.input_tokens',
      'response.done  response.usage.output_tokens',
    ])
    const ignore = ['response.usage', 'response.done/response.status']
    expect(compareRecordings(recorded, now, { aspects: ['fields'], ignore })).toEqual([])
    expect(compareRecordings(recorded, now, { aspects: ['usage'] })).toHaveLength(1)
  })

  test('sound: as it sounds, not byte for byte', () => {
    const sounds = (one: Sampler, other: Sampler, similarity = 0.95) =>
      compareRecordings(record(one), record(other), { aspects: ['audio'], similarity })
    expect(sounds(says(1000, 300), says(1000, 300))).toEqual([])
    expect(sounds(says(1000, 300), says(1000, 305))).toEqual([])
    expect(sounds(says(1000, 300), says(700, 300))).toMatchObject([
      { recorded: '1000 ms', actual: '700 ms', hint: '300 ms shorter' },
    ])
    expect(sounds(says(1000, 300), says(700, 300), 0.5)).toEqual([])
    expect(sounds(says(1000, 300), says(1000, 0))).toMatchObject([{ hint: 'it is silent' }])
    expect(sounds(says(1000, 300), textTurn())).toMatchObject([{ hint: 'no sound any more' }])
  })

  test('a session that is missing', () => {
    const two = textTurn('At ten.').service({ type: 'session.created', session: {} }, undefined, 'sess_DuqX00000000000000099')
    expect(compareRecordings(record(two), record(textTurn('At ten.')))).toMatchObject([
      { what: '← session.created', recordedIndex: 11 },
    ])
  })

  test('how long responses took, as a whole', () => {
    expect(timingFigures(record(textTurn('At ten.')))).toEqual({
      durationMs: 360.123,
      firstOutput: { count: 1, p50: 340.123, p95: 340.123, max: 340.123 },
      wholeResponse: { count: 1, p50: 360.123, p95: 360.123, max: 360.123 },
    })
  })
})

const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [main, ...args])) }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, stdout, stderr }
  }
}

describe('vitest-realtime diff', () => {
  test('exit codes for CI; text, JSON and a page', async () => {
    const folder = ownFolder()
    const [before, after] = [join(folder, 'before'), join(folder, 'after')]
    await writeRecording(before, record(textTurn('At ten.')))
    await writeRecording(after, record(textTurn('At nine.')))

    expect(await run('diff', before, before)).toEqual({ code: 0, stdout: `${before} and ${before} are the same.\n`, stderr: '' })

    const different = await run('diff', before, after)
    expect(different).toMatchObject({ code: 1, stderr: '' })
    expect(different.stdout.replaceAll(folder, '…')).toMatchInlineSnapshot(`
      "recorded  …/before  (11 entries, 360.123 ms)
      now       …/after  (11 entries, 360.123 ms)

      Texts:
        #10 / #10 assistant  <<<<<
          recorded  "At ten."
          now       "At nine."
          words     At [-ten-]{+nine+}.
      Responses, in ms (p50, p95, longest):
        first output    recorded 340.123, 340.123, 340.123 of 1  now 340.123, 340.123, 340.123 of 1
        whole response  recorded 360.123, 360.123, 360.123 of 1  now 360.123, 360.123, 360.123 of 1
      "
    `)

    const json = await run('diff', before, after, '--json', '--only', 'texts')
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      equal: false,
      recorded: { name: 'hours', entries: 11, timing: { firstOutput: { p50: 340.123 } } },
      differences: [{ aspect: 'texts', what: 'assistant', recorded: 'At ten.', actual: 'At nine.' }],
    })
    expect((await run('diff', before, after, '--only', 'order,calls')).code).toBe(0)

    const page = join(folder, 'both.html')
    expect((await run('diff', before, after, '--html', page)).code).toBe(1)
    expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>/i)
    const [, data = ''] = /id="view-data">(.*?)<\/script>/s.exec(readFileSync(page, 'utf8')) ?? []
    const { sources, entries } = JSON.parse(data) as ViewData
    const all = JSON.parse((await run('diff', before, after, '--json')).stdout) as { differences: unknown[] }
    expect(sources.map(({ differences = [] }) => differences.length)).toEqual([0, all.differences.length])
    const [first] = sources[1]!.differences!
    expect(first!.message).toMatch(/^#\d+ \/ #\d+ assistant\n {2}recorded {2}"At ten\."\n {2}now {7}"At nine\."/)
    expect(entries[first!.entry!]!.index).toBe(10)
  })

  test('what cannot be read is code 2', async () => {
    const folder = ownFolder()
    const good = join(folder, 'good')
    await writeRecording(good, record(textTurn()))
    expect(await run('diff', good, join(folder, 'none'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('RTK_RECORDING'),
    })
    writeFileSync(join(folder, 'torn.log'), '{"type":')
    expect(await run('diff', join(folder, 'torn.log'), good)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('torn.log:1: is no JSON'),
    })
  })

  test('a log in the place of a recording, and convert', async () => {
    const folder = ownFolder()
    const log = join(folder, 'socket.log')
    const events = textTurn('At ten.').entries.flatMap((entry) => ('event' in entry ? [JSON.stringify(entry.event)] : []))
    writeFileSync(log, events.join('\n'))
    const made = join(folder, 'made')
    expect(await run('convert', log, made)).toMatchObject({ code: 0, stdout: `${made}: 11 entries\n` })
    expect(await run('diff', made, log)).toEqual({ code: 0, stdout: `${made} and ${log} are the same.\n`, stderr: '' })
    expect(await run('convert', join(folder, 'none.log'), join(folder, 'never'))).toMatchObject({ code: 2 })
    expect(existsSync(join(folder, 'never'))).toBe(false)
  })
})
