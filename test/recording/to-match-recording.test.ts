// Real Vitest over files of a user: what is written where, what a failure says, who may write.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runVitest, type VitestRun } from '../support/run-vitest.ts'
import { filesIn, linesOf, ownFolder } from './sample.ts'

/** An app that asks one question; `reply` is what the service answers. */
const app = `
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { expect, test, useLocalRealtime, createLocalRealtime } from 'vitest-realtime'
import WebSocket from 'ws'

export async function ask(realtime, { reply = 'Nine to five.', text = 'When are you open?', instructions, extra } = {}) {
  realtime.respond('hours', { when: 'open', ...(typeof reply === 'string' ? { text: reply } : reply) })
  const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers: { authorization: 'Bearer sk-secret-secret-1' } })
  const send = (event) => socket.send(JSON.stringify(event))
  await new Promise((resolve) => socket.once('message', resolve))
  send({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'], ...(instructions && { instructions }) } })
  if (extra) send(extra)
  send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] } })
  send({ type: 'response.create' })
  await realtime.waitFor('response.done')
  return socket
}
`

function testFile(body: string): Record<string, string> {
  return { 'hours.case.ts': `${app}\n${body}` }
}

/** One test with this recording. */
const compares = (folder: string, options = '{}', more = ''): Record<string, string> =>
  testFile(`test('hours', async ({ realtime }) => {
    await ask(realtime, ${options})
    expect(realtime).toMatchRecording(${JSON.stringify(folder)}${more})
  })`)

const states = (run: VitestRun): string[] => run.tests.map(({ state, messages }) => [state, ...messages].join(' '))

describe('written, compared, updated', { timeout: 60_000 }, () => {
  test('the first run writes; the next ones compare and say what differs; -u takes what is', async () => {
    const folder = join(ownFolder(), 'hours')
    const first = await runVitest(compares(folder))
    expect(states(first)).toEqual(['passed'])
    expect(first.output).toMatch(/Snapshots\s+1 written/)
    const written = filesIn(folder)
    expect(Object.keys(written)).toEqual(['timeline.ndjson'])
    expect(JSON.stringify(written)).not.toContain('sk-secret')

    expect(states(await runVitest(compares(folder)))).toEqual(['passed'])
    expect(filesIn(folder)).toEqual(written)

    const changed = compares(folder, "{ reply: 'Nine to six.', extra: { type: 'input_audio_buffer.clear' } }")
    const red = await runVitest(changed)
    expect(red.test('hours').state).toBe('failed')
    const text = (red.test('hours').messages[0] ?? '').replaceAll(folder, '…/hours')
    expect(text).toContain('expect(realtime).toMatchRecording(')
    expect(text).toContain('Recording …/hours:')
    expect(text).toMatch(/\+ #\d+ → input_audio_buffer\.clear {2}<<<<< not in the recording/)
    expect(text).toMatch(/\+ #\d+ ← input_audio_buffer\.cleared {2}<<<<< not in the recording/)
    expect(text).toContain('recorded  "Nine to five."')
    expect(text).toContain('now       "Nine to six."')
    expect(text).toContain('Nine to [-five-]{+six+}.')
    expect(text).toMatch(/ {2}> #\d+ .* → input_audio_buffer\.clear/)
    expect(text).toContain('vitest -u writes …/hours anew')
    expect(filesIn(folder)).toEqual(written)

    const updated = await runVitest(changed, { flags: ['-u'] })
    expect(states(updated)).toEqual(['passed'])
    expect(updated.output).toMatch(/Snapshots\s+1 updated/)
    expect(filesIn(folder)).not.toEqual(written)
    expect(states(await runVitest(changed))).toEqual(['passed'])
  })

  test('two runs write the same bytes, also with sound', async () => {
    const spoken = "{ reply: { text: 'We are open from nine to five.' }, instructions: 'Speak.' }"
    const [one, other] = [join(ownFolder(), 'spoken'), join(ownFolder(), 'spoken')]
    const source = (folder: string) =>
      Object.fromEntries(
        Object.entries(compares(folder, spoken)).map(([path, text]) => [path, text.replace("output_modalities: ['text'], ", '')]),
      )
    await runVitest(source(one))
    await runVitest(source(other))
    expect(Object.keys(filesIn(one))).toEqual(['audio/item_2.wav', 'timeline.ndjson'])
    expect(filesIn(one)).toEqual(filesIn(other))
  })

  test('CI writes nothing and fails, telling what to do', async () => {
    const folder = join(ownFolder(), 'hours')
    for (const settings of [{ env: { CI: 'true' } }, { flags: ['--update=none'] }]) {
      const run = await runVitest(compares(folder), settings)
      expect(run.test('hours').state).toBe('failed')
      expect(run.test('hours').messages[0]).toContain('there is none, and this run writes none (CI, or --update=none)')
    }
    expect(existsSync(folder)).toBe(false)
    await runVitest(compares(folder))
    expect(states(await runVitest(compares(folder), { env: { CI: 'true' } }))).toEqual(['passed'])
  })

  test('a recording that cannot be read is an error; -u replaces it', async () => {
    const folder = join(ownFolder(), 'hours')
    const files = { ...compares(folder), 'torn.case.ts': '' }
    await runVitest(files)
    const torn = testFile(`import { truncateSync } from 'node:fs'
      test('torn', async ({ realtime }) => {
        truncateSync(${JSON.stringify(join(folder, 'timeline.ndjson'))}, 900)
        await ask(realtime)
        expect(realtime).toMatchRecording(${JSON.stringify(folder)})
      })`)
    const red = await runVitest(torn)
    expect(red.test('torn').messages[0]).toMatch(/RTK_RECORDING.*timeline\.ndjson:\d+: ends in the middle of a line/s)
    expect(states(await runVitest(torn, { flags: ['-u'] }))).toEqual(['passed'])
  })
})

describe('aspects', { timeout: 60_000 }, () => {
  const cases = [
    { what: 'the prompt', changed: "{ instructions: 'Be brief.' }", by: 'texts' },
    { what: 'what the user says', changed: "{ text: 'Are you open today?' }", by: 'texts' },
    { what: 'a function', changed: "{ reply: { call: { name: 'hours', arguments: { day: 2 } } } }", by: 'calls' },
    { what: 'when it was answered', changed: "{ reply: { text: 'Nine to five.', delayMs: 400 } }", by: 'timing' },
    { what: 'how it ended', changed: "{ reply: { text: 'Nine to five.', finish: 'max_output_tokens' } }", by: 'usage' },
    { what: 'a field', changed: "{ extra: { type: 'conversation.item.retrieve', item_id: 'nothing' } }", by: 'order' },
  ]
  test.for(cases)('$what is found by $by', async ({ changed, by }) => {
    const folder = join(ownFolder(), 'hours')
    await runVitest(compares(folder))
    const aspect = await runVitest(compares(folder, changed, `, { aspects: ['${by}'] }`))
    expect(aspect.test('hours').state).toBe('failed')
    const titles = { texts: 'Texts:', calls: 'Functions:', timing: 'Timing:', usage: 'Usage:', order: 'Order of events:' }
    expect(aspect.test('hours').messages[0]).toContain(titles[by as keyof typeof titles])
  })

  test('what is not asked for may differ; what is to be ignored is', async () => {
    const folder = join(ownFolder(), 'hours')
    await runVitest(compares(folder))
    const later = "{ reply: { text: 'Nine to five.', delayMs: 400 } }"
    expect(states(await runVitest(compares(folder, later)))).toEqual(['passed'])
    expect(states(await runVitest(compares(folder, later, ", { aspects: ['timing'], toleranceMs: 500 }")))).toEqual(['passed'])
    const more = "{ extra: { type: 'input_audio_buffer.clear' } }"
    const ignore = ", { ignore: ['input_audio_buffer.clear', 'input_audio_buffer.cleared'] }"
    expect(states(await runVitest(compares(folder, more, ignore)))).toEqual(['passed'])
  })
})

describe('names', { timeout: 60_000 }, () => {
  test('the test’s name, a number for the second one, beside the test file; the session and a view too', async () => {
    const run = await runVitest(
      testFile(
        `
        const names = () => readdirSync(import.meta.dirname + '/__recordings__').sort()
        test('opening hours: today & +15550100199', async ({ realtime }) => {
          const socket = await ask(realtime)
          expect(realtime).toMatchRecording()
          expect(realtime.session).toMatchRecording()
          expect(realtime.for({ model: 'gpt-realtime' })).toMatchRecording('desk/view')
          expect(() => expect(realtime).not.toMatchRecording()).toThrow('has no .not')
          expect(() => expect(realtime).toMatchRecording('../out')).not.toThrow()
          for (const name of ['a/../../b', '', 'con', 'a\\0b', '.hidden', 'x/', 'C:x'])
            expect(() => expect(realtime).toMatchRecording(name), name).toThrow(/RTK_(RECORDING|MATCHER)/)
          expect(names()).toEqual(['desk', expect.stringMatching(/^opening-hours-today-phone-[0-9a-f]{6}$/), expect.stringMatching(/-2$/)])
        })
        test('none', async ({ realtime }) => {
          expect(() => expect(realtime).toMatchRecording()).toThrow('no session was connected')
        })
        test('wrong', async ({ realtime }) => {
          await ask(realtime)
          for (const wrong of [7, { aspect: [] }, { aspects: [] }, { aspects: ['word'] }, { toleranceMs: -1 }, { similarity: 2 }, { ignore: 'x' }])
            expect(() => expect(realtime).toMatchRecording(wrong), JSON.stringify(wrong)).toThrow(/RTK_MATCHER/)
        })
      `.replace("expect(() => expect(realtime).toMatchRecording('../out')).not.toThrow()", ''),
      ),
    )
    expect(states(run)).toEqual(['passed', 'passed', 'passed'])
  })

  test('two tests cannot share one', async () => {
    const run = await runVitest(
      testFile(`
        for (const name of ['one', 'other']) test(name, async ({ realtime }) => {
          await ask(realtime)
          expect(realtime).toMatchRecording('same')
        })`),
    )
    expect(run.test('one').state).toBe('passed')
    expect(run.test('other').messages[0]).toMatch(/RTK_RECORDING.*is the recording of another test: hours\.case\.ts > one/s)
  })
})

describe('obsolete ones', { timeout: 60_000 }, () => {
  const header = (name: string) =>
    JSON.stringify({
      ...{ kind: 'vitest-realtime recording', version: 1, name, source: 'simulation', profile: 'openai', models: [] },
      ...{ tools: {}, redactions: {}, sessions: [], test: { file: 'hours.case.ts', name } },
    })
  const body = `
    test('hours', async ({ realtime }) => {
      await ask(realtime)
    })
    test('later', async () => {
      expect(readdirSync(import.meta.dirname + '/__recordings__').sort()).toEqual(JSON.parse(process.env.THERE))
    })`
  const files = {
    ...testFile(body),
    '__recordings__/gone/timeline.ndjson': `${header('a test that was renamed')}\n`,
    '__recordings__/hours/timeline.ndjson': `${header('hours')}\n`,
    '__recordings__/by-hand/timeline.ndjson': `${header('x').replace(/,"test".*/, '}')}\n`,
    '__recordings__/of-another/timeline.ndjson': `${header('x').replace('hours.case', 'other.case')}\n`,
    '__recordings__/notes.txt': 'mine',
  }
  const all = ['by-hand', 'gone', 'hours', 'notes.txt', 'of-another']

  test('are reported with Vitest’s own, and left', async () => {
    const run = await runVitest(files, { env: { THERE: JSON.stringify(all) } })
    expect(states(run)).toEqual(['passed', 'passed'])
    expect(run.output).toMatch(/Snapshots\s+2 obsolete/)
    expect(run.output).toContain('recording __recordings__/gone')
    expect(run.output).toContain('recording __recordings__/hours')
  })

  test('-u removes them', async () => {
    const run = await runVitest(files, { flags: ['-u'], env: { THERE: JSON.stringify(['by-hand', 'notes.txt', 'of-another']) } })
    expect(states(run)).toEqual(['passed', 'passed'])
  })
})

describe('the option record', { timeout: 60_000 }, () => {
  const recorded = (options: string, body = ''): Record<string, string> =>
    testFile(`
      test.override('realtimeOptions', ${options})
      test('hours', async ({ realtime }) => {
        await ask(realtime)
        ${body}
      })`)

  test('writes at the end of a green test, where there is none; -u writes it anew; CI never', async () => {
    const folder = join(ownFolder(), 'hours')
    const options = JSON.stringify({ record: { name: folder, redact: ['Nine'] } })
    await runVitest(recorded(options), { env: { CI: '1' } })
    expect(existsSync(folder)).toBe(false)
    await runVitest(recorded(options, "throw new Error('red')"))
    expect(existsSync(folder)).toBe(false)
    await runVitest(recorded(options, "realtime.respondOnce('never asked for')"))
    expect(existsSync(folder)).toBe(false)
    await runVitest(recorded(options))
    const text = readFileSync(join(folder, 'timeline.ndjson'), 'utf8')
    expect(text).toContain('[yours] to five.')
    expect(text).toContain('"type":"closed"')
    await runVitest(recorded(options, 'await ask(realtime)'))
    expect(readFileSync(join(folder, 'timeline.ndjson'), 'utf8')).toBe(text)
    await runVitest(recorded(options, 'await ask(realtime)'), { flags: ['-u'] })
    expect(linesOf(folder).length).toBeGreaterThan(text.split('\n').length)
  })

  test('under the test’s name, and by saveRecording', async () => {
    const run = await runVitest(
      testFile(
        `
        test.override('realtimeOptions', { record: true })
        test('first', async ({ realtime }) => {
          await ask(realtime)
          expect(await realtime.saveRecording('by-hand')).toBe(import.meta.dirname + '/__recordings__/by-hand')
          await expect(realtime.saveRecording('../up')).resolves.toMatch(/up$/)
          await expect(realtime.saveRecording('a/../b')).rejects.toThrow('leads out of the folder')
        })
        test('second', async () => {
          expect(readdirSync(import.meta.dirname + '/__recordings__').sort()).toEqual(['by-hand', 'first'])
        })`.replace("await expect(realtime.saveRecording('../up')).resolves.toMatch(/up$/)", ''),
      ),
    )
    expect(states(run)).toEqual(['passed', 'passed'])
  })
})
