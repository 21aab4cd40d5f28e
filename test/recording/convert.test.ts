import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { convertLog } from '../../src/recording/convert-log.ts'
import { openRecording } from '../../src/recording/open-recording.ts'
import type { Recording } from '../../src/recording/recording.ts'
import { ownFolder } from './sample.ts'

const created = {
  type: 'session.created',
  event_id: 'event_1',
  session: { id: 'sess_DuqWT8k2LmZp4Xv9Ra1Bc', model: 'gpt-realtime' },
}
const ask = { type: 'response.create' }
const answer = { type: 'response.done', event_id: 'event_2', response: { id: 'resp_DuqWVd1Ys7BhT4uNk6iCf', status: 'completed' } }
const events = [created, ask, answer]

const shape = ({ entries }: Recording) =>
  entries.map((entry) => [entry.sessionId, entry.from, entry.atMs, 'event' in entry ? entry.event.type : entry.note.type])

const expected = (times: readonly number[]) => [
  ['s1', 'kit', times[0], 'connected'],
  ['s1', 'service', times[0], 'session.created'],
  ['s1', 'app', times[1], 'response.create'],
  ['s1', 'service', times[2], 'response.done'],
]

describe('logs that tools write', () => {
  const stamps = [1_764_000_000_000, 1_764_000_000_040, 1_764_000_000_400]
  const lines = (line: (event: object, index: number) => string) => events.map(line).join('\n')
  const sent = [false, true, false]
  const logs: readonly (readonly [string, string, readonly number[]])[] = [
    ['an array of events', JSON.stringify(events, undefined, 2), [0, 0, 0]],
    ['a line of JSON each', lines((event) => JSON.stringify(event)), [0, 0, 0]],
    ['wrapped, Unix ms', lines((event, at) => JSON.stringify({ ts: stamps[at], event })), [0, 40, 400]],
    ['wrapped, Unix seconds', lines((data, at) => JSON.stringify({ time: (stamps[at] ?? 0) / 1000, data })), [0, 40, 400]],
    ['an array of wrapped ones', JSON.stringify(events.map((message, at) => ({ at: stamps[at], message }))), [0, 40, 400]],
    ['dates', lines((event, at) => JSON.stringify({ timestamp: new Date(stamps[at] ?? 0).toISOString(), event })), [0, 40, 400]],
    [
      'events as texts',
      lines((event, at) => JSON.stringify({ t: (stamps[at] ?? 0) - 1_763_999_999_000, payload: JSON.stringify(event) })),
      [0, 40, 400],
    ],
    [
      'direction and date in front',
      lines((event, at) => `${new Date(stamps[at] ?? 0).toISOString()} ${sent[at] ? '>' : '<'} ${JSON.stringify(event)}`),
      [0, 40, 400],
    ],
    ['lines without JSON between', `connecting …\n${lines((event) => JSON.stringify(event))}\n\nbye\r\n`, [0, 0, 0]],
  ]
  test.for(logs)('%s', ([, text, times]) => {
    const recording = convertLog(text, { name: 'log' })
    expect(shape(recording)).toEqual(expected(times))
    expect(recording.header).toMatchObject({
      source: 'service',
      profile: 'openai',
      models: ['gpt-realtime'],
      sessions: [{ id: 's1' }],
    })
  })

  test('who sent it is taken from the log before the type', () => {
    const wrapped = [
      { direction: 'server', event: { type: 'mine.own' } },
      { direction: 'client', event: { type: 'mine.own' } },
    ]
    expect(shape(convertLog(JSON.stringify(wrapped), { name: 'log' })).map(([, from]) => from)).toEqual(['kit', 'service', 'app'])
  })

  test('events that have a field of the name of a wrapper’s are events', () => {
    const dtmf = { type: 'input_audio_buffer.dtmf_event_received', event: '5', received_at: 7 }
    expect(convertLog(JSON.stringify([dtmf]), { name: 'log' }).entries[1]).toMatchObject({
      from: 'service',
      event: { event: '5' },
    })
  })

  test('a HAR: sockets apart, binary messages left out, times from the first', () => {
    const messages = events.map((event, at) => ({
      type: sent[at] ? 'send' : 'receive',
      time: (stamps[at] ?? 0) / 1000,
      opcode: 1,
      data: JSON.stringify(event),
    }))
    const entry = (model: string) => ({
      request: { url: `wss://api.openai.com/v1/realtime?model=${model}&api-key=0f9a8b7c6d5e` },
      _webSocketMessages: [...messages, { opcode: 2, data: 'AA==' }],
    })
    const har = { log: { entries: [{ request: { url: 'https://example.com' } }, entry('one'), entry('two')] } }
    const recording = convertLog(JSON.stringify(har), { name: 'har' })
    expect(shape(recording).slice(0, 4)).toEqual(expected([0, 40, 400]))
    expect(recording.entries).toHaveLength(8)
    expect(recording.header.sessions.map(({ url }) => url)).toEqual([
      'wss://api.openai.com/v1/realtime?model=one&api-key=[key]',
      'wss://api.openai.com/v1/realtime?model=two&api-key=[key]',
    ])
  })

  test('a second greeting is a second connection; the beta is known by its events', () => {
    const text = JSON.stringify([
      created,
      ask,
      { ...created, session: { id: 'sess_other00000000000001' } },
      { type: 'response.audio.delta', delta: 'AAA=' },
    ])
    const recording = convertLog(text, { name: 'log' })
    expect(recording.header).toMatchObject({ profile: 'beta', sessions: [{ id: 's1' }, { id: 's2' }] })
    expect(shape(recording).map(([session]) => session)).toEqual(['s1', 's1', 's1', 's2', 's2', 's2'])
  })

  test('secrets are blacked out here too', () => {
    const text = JSON.stringify([{ type: 'session.update', session: { instructions: 'Use sk-abcdefghijkl.' } }])
    expect(JSON.stringify(convertLog(text, { name: 'log' }))).not.toContain('sk-abcdefghijkl')
  })
})

describe('what cannot be understood', () => {
  const logs: readonly (readonly [string, string])[] = [
    ['', 'log: has no events in it.'],
    ['hello\nworld', 'log: has no events in it.'],
    ['[]', 'log: has no events in it.'],
    [`${JSON.stringify(created)}\n{"type":"response.cre`, 'log:2: is no JSON.'],
    [`${JSON.stringify(created)}\n{"typ":"response.create"}`, 'log:2: is no event of the Realtime API'],
    ['[{"type":"session.created"},7]', 'log[1]: is no event of the Realtime API'],
    ['{"type":"my.own"}', 'log:1: does not tell who sent "my.own".'],
    [`{"type":"session.created","a":${'['.repeat(5000)}${']'.repeat(5000)}}`, 'log: has an event that is nested deeper than 200'],
  ]
  test.for(logs)('%s', ([text, problem]) => {
    expect(() => convertLog(text, { name: 'log' })).toThrow(
      expect.objectContaining({ code: 'RTK_RECORDING', message: expect.stringContaining(problem) }),
    )
  })
})

test('a HAR of a page that has other sockets too: theirs are left out', () => {
  const received = (data: string, time: number) => ({ type: 'receive', opcode: 1, time, data })
  const page = {
    request: { url: 'ws://localhost:5173/' },
    _webSocketMessages: [received('{"type":"connected"}', 1), received('ping', 1)],
  }
  const session = {
    request: { url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime' },
    _webSocketMessages: [received(JSON.stringify(created), 1_764_000_000)],
  }
  const har = (...entries: unknown[]) => JSON.stringify({ log: { entries } })
  const recording = convertLog(har(page, session), { name: 'page' })
  expect(shape(recording).map(([, , , type]) => type)).toEqual(['connected', 'session.created'])
  expect(recording.header.sessions).toEqual([{ id: 's1', url: 'wss://api.openai.com/v1/realtime?model=gpt-realtime' }])
  expect(() => convertLog(har(page), { name: 'page' })).toThrow('has no events in it')
})

test('UTF-16, as shells of Windows write it', async () => {
  const log = join(ownFolder(), 'socket.log')
  writeFileSync(log, Buffer.from(`\uFEFF${events.map((event) => JSON.stringify(event)).join('\r\n')}\r\n`, 'utf16le'))
  expect(shape(await openRecording(log))).toEqual(expected([0, 0, 0]))
})
