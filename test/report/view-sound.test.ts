// The sound of a timeline: where each piece stands, how much of it was heard, and what turn detection took for speech.

import { expect, test } from 'vitest'
import { type Moment, tone, view } from './view-cases.ts'

test('input sound stands where it was spoken: before it arrived, piece after piece', () => {
  const append = (atMs: number, ms: number): Moment => [atMs, 'app', { type: 'input_audio_buffer.append', audio: tone(ms) }]
  const [group] = view(append(20, 20), append(40, 20), append(500, 100), append(500, 100)).groups
  expect(group!.input.sounds.map(({ startMs, durationMs, trackMs }) => [startMs, durationMs, trackMs])).toEqual([
    [0, 40, 0],
    [400, 200, 40],
  ])
})

test('speech that was detected is placed by positions in the sound, and named by its transcript', () => {
  const [group] = view(
    [1000, 'app', { type: 'input_audio_buffer.append', audio: tone(600) }],
    [1000, 'service', { type: 'input_audio_buffer.speech_started', audio_start_ms: 100, item_id: 'item_1' }],
    [1300, 'service', { type: 'input_audio_buffer.speech_stopped', audio_end_ms: 500, item_id: 'item_1' }],
    [1400, 'service', { type: 'conversation.item.input_audio_transcription.completed', item_id: 'item_1', transcript: 'Hello' }],
  ).groups
  expect(group!.detected).toEqual([{ startMs: 500, endMs: 900, label: 'Hello', entry: 1 }])
})

test('speech after a pause in which the app sent nothing does not begin in the padding from before it', () => {
  const append = (atMs: number, ms: number): Moment => [atMs, 'app', { type: 'input_audio_buffer.append', audio: tone(ms) }]
  const [group] = view(append(1000, 1000), append(4400, 400), [
    4400,
    'service',
    { type: 'input_audio_buffer.speech_started', audio_start_ms: 900, item_id: 'item_1' },
  ]).groups
  expect(group!.detected).toEqual([{ startMs: 4000, label: 'speech', entry: 2 }])
})

test('sound that was played late stands where it sounded; where it ran out there is a pause', () => {
  const delta = (atMs: number, ms: number): Moment => [
    atMs,
    'service',
    { type: 'response.output_audio.delta', response_id: 'resp_1', item_id: 'item_1', delta: tone(ms) },
  ]
  const heard = (atMs: number, heardMs: number, stopped = false): Moment => [
    atMs,
    { type: 'played', itemId: 'item_1', heardMs, stopped },
  ]
  const soundsOf = (...moments: readonly Moment[]) =>
    view(...moments).groups[0]!.output.sounds.map(({ startMs, durationMs, trackMs }) => [startMs, durationMs, trackMs])
  // At once, and at the end of what there is: nothing is late.
  expect(soundsOf(delta(100, 400), heard(100, 0), heard(200, 100), heard(5000, 400))).toEqual([[100, 400, 0]])
  // 1.5 s late from the start, also what comes later.
  expect(soundsOf(delta(100, 400), heard(1600, 0), heard(1700, 100), delta(1800, 400))).toEqual([[1600, 800, 0]])
  // A second of silence somewhere after 100 ms of it.
  expect(soundsOf(delta(100, 400), heard(200, 100), delta(250, 400), heard(1500, 400), heard(1600, 500))).toEqual([
    [100, 100, 0],
    [1200, 700, 100],
  ])
})

test('output sound is as long as it was heard; where the app said that it was cut is told apart', () => {
  const [group] = view(
    [100, 'service', { type: 'response.created', response: { id: 'resp_1' } }],
    [100, { type: 'selected', responseId: 'resp_1', name: 'greeting', why: {} }],
    [200, 'service', { type: 'response.output_audio.delta', response_id: 'resp_1', item_id: 'item_1', delta: tone(1000) }],
    [220, 'service', { type: 'response.output_audio.delta', response_id: 'resp_1', item_id: 'item_1', delta: tone(1000) }],
    [700, { type: 'played', itemId: 'item_1', heardMs: 500, stopped: true }],
    [710, 'app', { type: 'conversation.item.truncate', item_id: 'item_1', audio_end_ms: 640 }],
    [800, 'service', { type: 'response.output_audio.delta', response_id: 'resp_2', item_id: 'item_2', delta: tone(300) }],
  ).groups
  expect(group!.output.sounds).toEqual([
    { startMs: 200, durationMs: 2000, trackMs: 0, label: 'greeting', entry: 2, heardMs: 500, truncatedMs: 640 },
    { startMs: 800, durationMs: 300, trackMs: 2000, label: '', entry: 6 },
  ])
})
