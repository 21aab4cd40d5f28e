// The document of the viewer: lanes, sound and causes out of a timeline; limits; and a page that no text can break out of.

import { expect, test } from 'vitest'
import { encodeBase64 } from '../../audio/base64.ts'
import { dataPlace, renderViewer } from '../../src/report/render-viewer.ts'
import { viewDataOf } from '../../src/report/view-model.ts'
import type { Note, TimelineEntry } from '../../src/runtime/timeline.ts'
import { type Moment, timeline, tone, view } from './view-cases.ts'

test('what makes a test red by default points to the entry that it names first', () => {
  const message = '[RTK_WIRE_ERROR] The service told the app of an error:\n  #1 invalid_value: no\n  #0 x\n\nWhat happened in "a"'
  const entries = timeline([0, 'app', { type: 'nonsense' }], [0, 'service', { type: 'error' }])
  const failureOf = (text: string) => viewDataOf([{ title: 'a', entries, failure: { message: text } }]).sources[0]!.failure
  expect(failureOf(message)!.entry).toBe(1)
  expect(failureOf('expected 1 to be 2\n\nWhat happened in "a":\n  #1 +0ms')).toEqual({ message: 'expected 1 to be 2' })
})

test('messages of a telephone are named by what they are, all else on the line by who did it', () => {
  const phone = (by: 'app' | 'caller' | 'platform', what: string): Moment => [0, { type: 'phone', callId: 'CA1', by, what }]
  const { entries } = view(phone('caller', 'hung up'), phone('platform', 'POST https://app.test/'), phone('app', 'clear'))
  expect(entries.map(({ name, details }) => `${name} | ${details}`)).toEqual([
    'phone caller | caller: hung up',
    'phone platform | platform: POST https://app.test/',
    'phone clear | app: clear',
  ])
})

test('on a telephone: marks come back, keys are told, and sound is cleared because somebody spoke', () => {
  const phone = (by: 'app' | 'caller' | 'platform', what: string, name?: string): Moment => [
    0,
    { type: 'phone', callId: 'CA1', by, what, ...(name && { message: { mark: { name } } }) },
  ]
  const { entries } = view(
    phone('app', 'mark', 'one'),
    phone('app', 'mark', 'two'),
    phone('platform', 'mark', 'one'),
    phone('caller', 'pressed 1'),
    phone('platform', 'dtmf'),
    [0, 'service', { type: 'input_audio_buffer.speech_started', item_id: 'item_1' }],
    phone('app', 'clear'),
    phone('platform', 'stop'),
  )
  expect(entries.map(({ cause, guessed }) => cause ?? guessed)).toEqual([
    ...[undefined, undefined, 0, undefined, 3, undefined, 5, undefined],
  ])
})

test('G.711 is read as G.711', () => {
  const [group] = view(
    [0, 'service', { type: 'session.updated', session: { audio: { input: { format: { type: 'audio/pcmu' } } } } }],
    [500, 'app', { type: 'input_audio_buffer.append', audio: encodeBase64(new Uint8Array(4000).fill(0x80)) }],
  ).groups
  expect(group!.input.sounds).toMatchObject([{ startMs: 0, durationMs: 500 }])
})

test('a response has its first delta, its first sound, its end, its words and its scores', () => {
  const [group] = view(
    [10, 'service', { type: 'response.created', response: { id: 'resp_1' } }],
    [10, { type: 'selected', responseId: 'resp_1', name: 'greeting', why: {} }],
    [20, 'service', { type: 'response.output_audio_transcript.delta', response_id: 'resp_1', delta: 'Hi' }],
    [30, 'service', { type: 'response.output_audio.delta', response_id: 'resp_1', item_id: 'i', delta: tone(10) }],
    [
      40,
      'service',
      { type: 'response.done', response: { id: 'resp_1', status: 'cancelled', output: [{ content: [{ transcript: 'Hi' }] }] } },
    ],
    [50, 'service', { type: 'response.created', response: { id: 'resp_2' } }],
  ).groups
  expect(group!.responses).toMatchObject([
    {
      startMs: 10,
      endMs: 40,
      firstDeltaMs: 20,
      firstAudioMs: 30,
      status: 'cancelled',
      text: 'Hi',
      reply: 'greeting',
      selection: 1,
    },
    { startMs: 50, status: 'in_progress', label: 'resp_2' },
  ])
  expect(group!.responses[1]).not.toHaveProperty('endMs')
})

test('a function call lasts until the app gives its output', () => {
  const [group] = view(
    [10, 'service', { type: 'response.function_call_arguments.done', call_id: 'call_1', name: 'book', arguments: '{"seats":2}' }],
    [90, 'app', { type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_1', output: 'yes' } }],
  ).groups
  expect(group!.calls).toEqual([{ startMs: 10, endMs: 90, label: 'book({"seats":2})', entry: 0 }])
})

test('causes are those of the timeline; others follow from ids and are marked', () => {
  const entries = timeline(
    [0, 'app', { type: 'response.create' }],
    [5, 'service', { type: 'response.created', response: { id: 'resp_1' } }],
    [9, 'service', { type: 'response.done', response: { id: 'resp_1' } }],
    [9, 'service', { type: 'rate_limits.updated' }],
  )
  entries[1] = { ...entries[1]!, cause: 0 } as TimelineEntry
  const causes = viewDataOf([{ title: 'a', entries }]).entries.map(({ cause, guessed }) => [cause, guessed])
  expect(causes).toEqual([
    [undefined, undefined],
    [0, undefined],
    [1, true],
    [undefined, undefined],
  ])
})

test('what the caller says belongs to the session that hears it, also when it was said before', () => {
  const said: Note = { type: 'said', text: 'Hello', startMs: 200, endMs: 900, injected: false }
  const entries = timeline([0, said], [5, 'service', { type: 'session.created', session: { model: 'gpt-realtime' } }])
  entries[0] = { ...entries[0]!, sessionId: '' } as TimelineEntry
  const [group, ...more] = viewDataOf([{ title: 'a', entries }]).groups
  expect(group).toMatchObject({
    title: 'Session A',
    model: 'gpt-realtime',
    said: [{ startMs: 200, endMs: 900, label: 'Hello', entry: 0 }],
  })
  expect(more).toEqual([])
})

test.for([
  ['the entry that it is told', { message: 'no', index: 2 }, { message: 'no', entry: 2 }],
  ['the entry that a message marks', { message: 'no\n\n    #0 x\n\u001b[2m  > #1\u001b[22m   +0ms x' }, { entry: 1 }],
  ['the end, for a message that marks none', { message: 'a > #1 b' }, { message: 'a > #1 b' }],
  ['no entry that is not there', { message: 'no', index: 99 }, { message: 'no' }],
] as const)('a failure is put at %s', ([, failure, expected]) => {
  const entries = timeline([0, 'app', { type: 'a' }], [0, 'app', { type: 'b' }], [0, 'app', { type: 'c' }])
  const [source] = viewDataOf([{ title: 'a', entries, failure }]).sources
  expect(source!.failure).toMatchObject(expected)
  if (!('entry' in expected)) expect(source!.failure).not.toHaveProperty('entry')
})

test('the story of a red test is not told twice, and colours of terminals are left out', () => {
  const message = '\u001b[31mexpected 1\u001b[39m\n\nWhat happened in "x" (virtual ms):\n    #0 x'
  expect(viewDataOf([{ title: 'a', entries: [], failure: { message } }]).sources[0]!.failure!.message).toBe('expected 1')
})

test('several timelines are one list in order of time; what refers to entries follows', () => {
  const one = timeline(
    [0, 'app', { type: 'response.create' }],
    [50, 'service', { type: 'response.created', response: { id: 'r' } }],
  )
  const data = viewDataOf([
    { title: 'before', entries: one, failure: { message: 'no', index: 1 } },
    { title: 'after', entries: one.map((entry) => ({ ...entry, atMs: entry.atMs / 2 })) },
  ])
  expect(data.entries.map(({ index, atMs, group, cause }) => [index, atMs, group, cause])).toEqual([
    [0, 0, 0, undefined],
    [0, 0, 1, undefined],
    [1, 25, 1, 1],
    [1, 50, 0, 0],
  ])
  expect(data.groups.map(({ title, responses }) => [title, responses[0]!.entry])).toEqual([
    ['before · Session A', 3],
    ['after · Session A', 2],
  ])
  expect(data.sources[0]!.failure!.entry).toBe(3)
})

test('sound that is too much is sent at a lower rate, then left out, and the page says so', () => {
  const entries = timeline([0, 'app', { type: 'input_audio_buffer.append', audio: tone(1000) }])
  const trackOf = (maxSoundBytes: number) => viewDataOf([{ title: 'a', entries }], { maxSoundBytes })
  expect(trackOf(40_000).groups[0]!.input.rateHz).toBe(24_000)
  expect(trackOf(12_000).groups[0]!.input.rateHz).toBe(8000)
  expect(trackOf(12_000).groups[0]!.input.mulaw!.length).toBeLessThan(12_000)
  const without = trackOf(5000)
  expect(without.groups[0]!.input).not.toHaveProperty('mulaw')
  expect(without.groups[0]!.input.peaks.length).toBeGreaterThan(100)
  expect(without.leftOut).toEqual(['the sound: 1 s would make the page too big'])
})

test('sound is in the tracks and not in the JSON of events', () => {
  const [entry] = view([0, 'app', { type: 'input_audio_buffer.append', audio: tone(1000) }]).entries
  expect(entry!.json).toEqual({ type: 'input_audio_buffer.append', audio: '(base64, 48000 bytes)' })
})

test('too many entries: the middle of repeats goes first, and the page says how many are missing', () => {
  const deltas = Array.from(
    { length: 50 },
    (): Moment => [1, 'service', { type: 'response.output_text.delta', item_id: 'i', delta: 'x' }],
  )
  const entries = timeline([0, 'app', { type: 'response.create' }], ...deltas, [
    9,
    'service',
    { type: 'response.done', response: { id: 'r' } },
  ])
  const data = viewDataOf([{ title: 'a', entries }], { maxEntries: 20 })
  expect(data.entries.map(({ index }) => index)).toEqual([0, 1, 50, 51])
  expect(data.leftOut).toEqual(['48 of 52 entries'])
})

test('values of any shape become JSON that stays small', () => {
  const loop: Record<string, unknown> = { type: 'x', big: 1n, pattern: /a/, bytes: new Uint8Array(3), text: 'é'.repeat(30_000) }
  loop.self = loop
  const [entry] = view([0, 'app', loop]).entries
  expect(entry!.json).toMatchObject({ big: '1', pattern: '/a/', bytes: '(3 bytes)' })
  expect((entry!.json as { text: string }).text).toMatch(/… \(10000 more characters\)$/)
})

test('the page is the template with the data in it; no text of a timeline ends its script', () => {
  const html = renderViewer([{ title: '</script><b>', entries: timeline([0, 'app', { type: `${dataPlace}</script><!--` }]) }])
  const [, json] = /<script type="application\/json" id="view-data">(.*?)<\/script>/s.exec(html)!
  expect(json).not.toContain('<')
  expect(JSON.parse(json!)).toMatchObject({ title: '</script><b>' })
  expect(html).not.toMatch(/<[^>]*\b(?:src|href)=/)
  expect(html).toMatch(
    /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'/,
  )
})

test('repeats that alternate are folded, and what matters between them ends the fold', () => {
  const delta: Moment = [1, 'service', { type: 'response.output_audio.delta', item_id: 'i', delta: '' }]
  const played: Moment = [1, { type: 'played', itemId: 'i', heardMs: 1, stopped: false }]
  const limits: Moment = [1, 'service', { type: 'rate_limits.updated' }]
  const stopped: Moment = [2, { type: 'played', itemId: 'i', heardMs: 2, stopped: true }]
  const { entries } = view(delta, played, limits, delta, played, stopped, delta, delta)
  expect(entries.map(({ run }) => run)).toEqual([0, 1, undefined, 0, 1, undefined, 2, 2])
})
