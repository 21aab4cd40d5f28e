// Rows of the capability table about what stands around the service: checks, event builders, suites, the demo, figures, reports.

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import {
  createLocalConnection,
  createLocalRealtime,
  expect,
  LocalRealtimeClient,
  LocalResponseConfig,
  test,
} from 'vitest-realtime'
import { quantile } from '../bench/stats.ts'
import { respond, says } from '../conformance/support/client-events.ts'
import { allSampleServerEvents } from '../support/sample-server-events.ts'
import { assertStrictServerEvent, assertValidServerEvent } from '../support/server-event-schema.ts'
import { connectTextApp } from '../support/text-app.ts'
import { filesBelow, projectRoot, readProjectFile } from '../tidy/project-files.ts'
import { next } from './support/socket-talk.ts'
import { temporaryFolder } from './support/sounds.ts'
import { startWire } from './support/wire.ts'

/** Where configs are given, and who checks them. */
const doors: Readonly<Record<string, (value: any) => object>> = {
  reply: (reply) => createLocalRealtime({ responses: { mine: reply } }),
  config: (config) => new LocalResponseConfig(config),
  options: (options) => createLocalRealtime(options),
  client: (options) => new LocalRealtimeClient(options),
}

test.for<[string, unknown]>([
  ['reply', 'Hello.'],
  ['reply', { text: 'Hello.', delayMs: 0 }],
  ['reply', { call: { name: 'look_up', arguments: { id: 1 } }, then: 'Found.' }],
  ['reply', { when: { keywords: ['hello'], minTurn: 1, maxTurn: 1 }, text: 'Hello.' }],
  ['config', undefined],
  ['config', { functionCall: { name: 'look_up', arguments: { id: 1 } }, text: '' }],
  ['config', { text: 'Hello.', charDelayMs: 0, chunkDelayMs: 0.5 }],
  ['options', { latency: { firstTextMs: 0 }, streaming: { chunk: 'word', delayMs: 5 }, seed: 7 }],
  ['client', { enableVad: null, vadConfig: { threshold: 0.3 }, defaultResponseConfig: { text: 'Hm.' } }],
])('row 61: validators and event builders, good configs: %s %j', async ([door, value]) => {
  const made = doors[door]!(value)
  if ('close' in made && typeof made.close === 'function') await made.close()
  expect(made).toBeInstanceOf(Object)
})

test.for<[string, unknown, RegExp]>([
  ['reply', {}, /RTK_REPLY.*'mine'/],
  ['reply', { text: 5 }, /RTK_REPLY.*`text` must be .*got 5/],
  ['reply', { txt: 'Hello.' }, /RTK_REPLY.*`txt` is no .*Did you mean `text`\?/],
  ['reply', { text: 'Hello.', delayMs: -1 }, /RTK_REPLY.*`delayMs` must be .*got -1/],
  ['reply', { call: { arguments: {} } }, /RTK_REPLY.*call.*name/],
  ['reply', { when: { minTurn: 3, maxTurn: 1 }, text: 'Hello.' }, /RTK_REPLY.*minTurn/],
  ['reply', { when: { intents: ['greetings'] }, text: 'Hello.' }, /RTK_REPLY.*greetings.*Did you mean.*greeting/],
  ['config', { text: 5 }, /RTK_OPTION.*`text` must be .*got 5/],
  ['config', { charDelayMs: 'slow' }, /RTK_OPTION.*`charDelayMs` must be .*got "slow"/],
  ['config', { chunkDelayMs: -1 }, /RTK_OPTION.*`chunkDelayMs` must be .*got -1/],
  ['config', { functionCall: 'look_up' }, /RTK_OPTION.*functionCall/],
  ['config', { functionCall: { arguments: {} } }, /RTK_OPTION.*`name` is missing/],
  ['config', { functionCall: { name: 'f', arguments: '{}' } }, /RTK_OPTION.*Give the object, not its JSON/],
  ['options', { latency: { firstTextMs: '3' } }, /RTK_OPTION.*firstTextMs/],
  ['options', { streaming: { burst: 0 } }, /RTK_OPTION.*burst/],
  ['client', { vadConfig: { threshold: 2 } }, /RTK_OPTION.*threshold/],
  ['client', { responses: {} }, /RTK_OPTION.*`responses` is no/],
])('row 61: validators and event builders, bad configs: %s %j', ([door, value, message]) => {
  expect(() => doors[door]!(value)).toThrow(new RegExp(message.source, 's'))
})

test('row 61: validators and event builders, events that the schemas accept', async () => {
  await using socket = createLocalConnection()
  const { client: old } = socket
  await next(socket, 'session.created')
  const built: string[] = []
  const check = async (): Promise<object> => {
    const event = await next(socket)
    for (const assertion of [assertValidServerEvent, assertStrictServerEvent]) assertion(event)
    built.push(event.type)
    return event
  }
  old.sendError('odd_thing', 'Something odd.')
  old.sendRateLimits([{ name: 'requests', limit: 100, remaining: 1, reset_seconds: 12 }])
  old.setActiveResponseId('resp_mine')
  old.sendContentPartAdded({ type: 'text', text: '' })
  old.sendContentPartDone({ type: 'text', text: 'by hand' })
  old.sendTranscriptDelta('by hand', true)
  old.sendInputTranscriptDelta('item_mine', 'by hand', true)
  old.sendInputTranscriptFailed('item_mine', 'too quiet')
  for (let count = 0; count < 9; count++) await check()
  expect(new Set(built).size).toBe(9)
  // One of each shape, without its event_id: it is filled in, but in the one kind of event that the live service sends without.
  for (const sample of allSampleServerEvents) {
    const { event_id, ...event } = { event_id: undefined, ...sample }
    old.realtime.session.send(event)
    const filled = event_id === undefined ? {} : { event_id: expect.stringMatching(/^event_/) }
    expect(await check()).toEqual({ ...event, ...filled })
  }
})

test('row 88: four suites: units, integration, performance, errors', () => {
  const suites = {
    unit: ['session', 'protocol', 'responses', 'audio'],
    integration: ['contract', 'conformance', 'msw', 'examples'],
    error: ['messages', 'fuzz', 'fixtures'],
  }
  for (const [suite, folders] of Object.entries(suites)) {
    for (const folder of folders)
      expect(filesBelow(`test/${folder}`, ['.test.ts']), `${suite}: test/${folder}`).not.toHaveLength(0)
  }
  // Performance is measured by programs, which CI runs too: under load a timed test would fail by chance.
  const { scripts } = JSON.parse(readProjectFile('package.json'))
  const [, program = ''] = /node (test\/bench\/\S+)/.exec(scripts.bench) ?? []
  expect(readProjectFile(program)).toContain('const benchmarks')
  expect(readProjectFile('.ci/run')).toContain(program)
})

test.for(['virtual', 'real'] as const)('row 88: four suites, timing with a fake and a real clock: %s', async (timing) => {
  const { realtime, client: app } = await startWire({
    timing,
    latency: 'instant',
    responses: { any: { text: 'Late.', delayMs: 120 } },
  })
  const startedNs = process.hrtime.bigint()
  await app.turn(says('Hello'), respond())
  const realMs = Number(process.hrtime.bigint() - startedNs) / 1e6
  const [figures] = realtime.session.metrics.byResponse
  if (timing === 'virtual') expect(figures?.firstDeltaMs).toBe(120)
  else for (const ms of [figures?.firstDeltaMs, realMs]) expect(ms).toBeGreaterThanOrEqual(119)
})

test('row 90: the demo runs end to end and shows actual replies', { timeout: 120_000 }, async () => {
  const config = 'test/examples/demo.config.ts'
  expect(JSON.parse(readProjectFile('package.json')).scripts.demo).toContain(config)
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|OPENAI|NODE_OPTIONS|FORCE_COLOR)/.test(name))
  const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs')
  // Rejects when it ends with another code than 0.
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, 'run', '--config', config], {
    cwd: projectRoot,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1' },
    maxBuffer: 2 ** 26,
  })
  const shown = stripVTControlCharacters(stdout)
  expect(shown).toMatch(/Tests +3 passed \(3\)/)
  for (const said of ['Good morning! This is the support line', 'Your order has shipped', 'You are welcome. Goodbye!'])
    expect(shown).toContain(said)
})

test('row 92: time to the first event with zero delays, p95 reported', async () => {
  const { realtime, client: app } = await startWire({ latency: 'instant', responses: { any: 'Hello, how can I help you?' } })
  const samplesMs: number[] = []
  for (let turn = 0; turn < 220; turn++) {
    await app.ask(says('Hello'))
    const startedNs = process.hrtime.bigint()
    app.send(respond())
    await app.until('response.created')
    // The first ones warm up.
    if (turn >= 20) samplesMs.push(Number(process.hrtime.bigint() - startedNs) / 1e6)
    await app.until('rate_limits.updated')
  }
  const [p50, p95] = [0.5, 0.95].map((share) => `${quantile(samplesMs, share).toFixed(2)} ms`)
  console.log(`row 92: response.create to its first event, ${samplesMs.length} turns: p50 ${p50}, p95 ${p95}`)
  // How long it took is told, not judged; that no delay of the service is in it can be.
  expect(samplesMs).toHaveLength(200)
  expect(new Set(realtime.session.metrics.byResponse.map(({ firstDeltaMs }) => firstDeltaMs))).toEqual(new Set([0]))
})

test('row 97: report with a timeline per session, as text, JSON and a page', async ({ realtime }) => {
  realtime.respond('hello', { when: 'hello', text: 'Hello!' })
  realtime.respond('any', 'Hm.')
  const [first, second] = [await connectTextApp(), await connectTextApp('gpt-realtime-mini')]
  await first.ask('Hello')
  await second.ask('What now')
  const text = realtime.timeline.toString()
  expect(text).toMatch(/A = session sess_\S+ \(gpt-realtime\)\n +B = session sess_\S+ \(gpt-realtime-mini\)\n/)
  expect(text).toMatch(/\+ *\d+ms A ← response\.done .*"hello" +status=completed/)
  expect(text).toMatch(/\+ *\d+ms B ← response\.done .*"any" +status=completed/)

  const reports = realtime.sessions.map((session) => {
    const timeline = realtime.timeline.entries.filter((entry) => entry.session === session)
    return JSON.stringify({ timeline: timeline.map(({ session: _, ...entry }) => entry), metrics: session.metrics })
  })
  for (const [index, name] of ['hello', 'any'].entries()) {
    const { timeline, metrics } = JSON.parse(reports[index]!)
    expect(metrics).toEqual(realtime.sessions[index]?.metrics)
    expect(metrics).toMatchObject({ turns: { user: 1, assistant: 1 }, byResponse: [{ name, status: 'completed' }] })
    expect(timeline).toHaveLength(metrics.received + metrics.sent)
    const done = timeline.find(({ event }: any) => event.type === 'response.done')
    const [{ createdAtMs, durationMs }] = metrics.byResponse
    expect(done).toMatchObject({ from: 'service', atMs: createdAtMs + durationMs })
  }

  const folder = temporaryFolder()
  const recording = await realtime.saveRecording(join(folder, 'both'))
  const out = join(folder, 'report.html')
  const command = join(projectRoot, 'dist/src/cli/main.js')
  await promisify(execFile)(process.execPath, [command, 'view', recording, '--out', out])
  const page = readFileSync(out, 'utf8')
  expect(page).not.toMatch(/(?:src|href)="https?:/)
  const [, json = ''] = /<script type="application\/json" id="view-data">(.*?)<\/script>/s.exec(page) ?? []
  const { groups } = JSON.parse(json)
  expect(groups.map(({ responses }: any) => responses.map(({ reply }: any) => reply))).toEqual([['hello'], ['any']])
})
