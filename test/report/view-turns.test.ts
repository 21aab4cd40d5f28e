// The conversation in words: what the viewer says first. Figures are counted as the reporter counts them.

import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { expect, test } from 'vitest'
import { createLocalRealtime } from 'vitest-realtime'
import type { ViewTurn } from '../../src/report/view-data.ts'
import { viewDataOf } from '../../src/report/view-model.ts'
import { bookingEntries, type WithInternals } from '../viewer/support/conversation.ts'
import { type Moment, tone, view } from './view-cases.ts'

const turnsOf = (...moments: readonly Moment[]): readonly ViewTurn[] => view(...moments).groups[0]!.turns

test('who said what, how long the answer took, and how much of it was heard', async () => {
  const [group] = viewDataOf([{ title: 'books', entries: await bookingEntries() }]).groups
  expect(group!.turns.map(({ who, text }) => `${who}: ${text}`)).toEqual([
    'caller: Hello there',
    'model: Hello! How can I help you today? We are open until ten.',
    'caller: A table for two please',
    'function: book_table({"seats":2})',
    'model: Done.',
  ])
  const [, greeting, , call] = group!.turns
  expect(greeting).toMatchObject({ reply: 'greeting', status: 'completed' })
  expect(greeting!.heardMs).toBeGreaterThanOrEqual(900)
  expect(call).toMatchObject({ reply: 'book', result: 'booked' })
})

test('first sound counts from what is answered, as in session.metrics', async () => {
  await using realtime = createLocalRealtime()
  const { caller, timeline } = (realtime as unknown as WithInternals).internals
  realtime.respond('hi', { text: 'Hello.', times: 3 })
  await realtime.run(async () => {
    const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
    caller.attach(app)
    await realtime.waitForSession()
    await caller.says('Good morning')
    await realtime.settled()
    const ask = (modalities: 'audio' | 'text') =>
      app.send({ type: 'response.create', response: { output_modalities: [modalities] } })
    ask('audio')
    await realtime.settled()
    ask('text')
    await realtime.settled()
  })
  const [group] = viewDataOf([{ title: '', entries: timeline.entries }]).groups
  const answers = group!.turns.filter(({ who }) => who === 'model')
  const { byResponse } = realtime.session.metrics
  expect(answers).toHaveLength(3)
  expect(answers.map(({ firstAudioMs = null }) => firstAudioMs)).toEqual(byResponse.map(({ firstAudioMs }) => firstAudioMs))
  expect(answers[2]!.firstTextMs).toBe(byResponse[2]!.firstTextMs)
})

test('what was understood stands beside what was said; without a known caller it is what was said', () => {
  const completed = (transcript: string) => ({
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'item_1',
    transcript,
  })
  const failed = { type: 'conversation.item.input_audio_transcription.failed', item_id: 'item_2', error: {} }
  const turns = turnsOf(
    [0, 'service', { type: 'session.created', session: {} }],
    [0, { type: 'said', text: 'Tell me a story', startMs: 200, endMs: 900, injected: false }],
    [1200, 'service', completed('Sell me a story')],
    [2000, 'service', completed('and more')],
    [3000, 'service', failed],
  )
  expect(turns).toEqual([
    { who: 'caller', atMs: 200, text: 'Tell me a story', entry: 1, understood: 'Sell me a story' },
    { who: 'caller', atMs: 2000, text: 'and more', understood: 'and more', entry: 3 },
    { who: 'caller', atMs: 3000, text: '', understood: null, entry: 4 },
  ])
})

test('keys, typed words, MCP calls, and an interpreter who never pauses for responses', () => {
  const words = (delta: string) => ({ type: 'session.output_transcript.delta', delta })
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }
  const call = { type: 'mcp_call', name: 'forecast', arguments: '{}', output: 'Sunny' }
  const turns = turnsOf(
    [0, { type: 'phone', callId: 'CA1', by: 'caller', what: 'pressed 1' }],
    [10, 'app', { type: 'conversation.item.create', item }],
    [20, 'service', { type: 'conversation.item.done', item: call }],
    [30, 'service', words('Buenos ')],
    [90, 'service', words('días.')],
    [4000, 'service', words('Una mesa.')],
  )
  expect(turns.map(({ who, text, result }) => [who, text, result])).toEqual([
    ['keys', '1', undefined],
    ['user', 'Hi', undefined],
    ['function', 'forecast({})', 'Sunny'],
    ['model', 'Buenos días.', undefined],
    ['model', 'Una mesa.', undefined],
  ])
})

test('an app that plays late is told: sent after 100 ms, heard after 1.5 s', () => {
  const ids = { response_id: 'resp_1', item_id: 'item_1' }
  const [turn] = turnsOf(
    [0, 'app', { type: 'response.create' }],
    [20, 'service', { type: 'response.created', response: { id: 'resp_1' } }],
    [100, 'service', { type: 'response.output_audio.delta', ...ids, delta: tone(400) }],
    [1500, { type: 'played', itemId: 'item_1', heardMs: 0, stopped: false }],
    [1600, { type: 'played', itemId: 'item_1', heardMs: 100, stopped: false }],
    [1700, { type: 'played', itemId: 'item_1', heardMs: 150, stopped: true }],
  )
  expect(turn).toMatchObject({ firstAudioMs: 100, firstHeardMs: 1500, heardMs: 150 })
})

test('events of any shape are read', () => {
  const odd = [null, 7, 'x', [], { id: 7 }].flatMap((value): Moment[] => [
    [0, 'service', { type: 'response.created', response: value }],
    [0, 'service', { type: 'response.done', response: value }],
    [0, 'app', { type: 'conversation.item.create', item: value }],
    [0, 'service', { type: 'session.output_transcript.delta', delta: value }],
    [0, 'service', { type: 'conversation.item.input_audio_transcription.completed', transcript: value }],
  ])
  expect(turnsOf(...odd).every(({ text }) => typeof text === 'string')).toBe(true)
})
