import { describe, expect, test } from 'vitest'
import { detectionAccuracy, segmentsOf, speechStarts } from '../../src/runtime/speech-figures.ts'
import type { EventEntry } from '../../src/runtime/timeline.ts'

/** Server events of one session, at these times. */
function events(...all: readonly (readonly [atMs: number, event: object])[]): EventEntry[] {
  return all.map(
    ([atMs, event], index) => ({ index, atMs, sessionId: 'sess_1', from: 'service', event }) as unknown as EventEntry,
  )
}

const started = (audio_start_ms: number) => ({ type: 'input_audio_buffer.speech_started', audio_start_ms, item_id: 'item_1' })
const stopped = (audio_end_ms: number) => ({ type: 'input_audio_buffer.speech_stopped', audio_end_ms, item_id: 'item_1' })
const updated = (turn_detection: object | null) => ({
  type: 'session.updated',
  session: { type: 'realtime', audio: { input: { turn_detection } } },
})
/** The session's sound began 50 ms after the clock. */
const timeOf = (positionMs: number): number => positionMs + 50

describe('how far announced bounds lie from the true ones', () => {
  const heard = { text: 'Hello', startMs: 1050, endMs: 2050 }

  test('padding and closing silence are those of the session then', () => {
    const first = segmentsOf(events([1200, started(720)], [2300, stopped(2180)]))
    expect(detectionAccuracy(first, [heard], timeOf)).toMatchObject({ startErrorsMs: [20], endErrorsMs: [-20] })
    const settings = { type: 'server_vad', prefix_padding_ms: 100, silence_duration_ms: 500 }
    const other = segmentsOf(events([0, updated(settings)], [1200, started(900)], [2600, stopped(2510)]))
    expect(detectionAccuracy(other, [heard], timeOf)).toMatchObject({ startErrorsMs: [0], endErrorsMs: [10] })
  })
  test('a semantic detector and none at all have the usual ones', () => {
    for (const detection of [{ type: 'semantic_vad' }, null]) {
      const segments = segmentsOf(events([0, updated(detection)], [1200, started(700)], [2300, stopped(2200)]))
      expect(detectionAccuracy(segments, [heard], timeOf)).toMatchObject({ startErrorsMs: [0], endErrorsMs: [0] })
    }
  })
  test('where the padding reaches before the first sound, any onset within it is right', () => {
    const early = segmentsOf(events([300, started(0)], [1000, stopped(900)]))
    const errors = (startMs: number) => detectionAccuracy(early, [{ text: 'Hi', startMs, endMs: 750 }], timeOf)?.startErrorsMs
    expect(errors(60)).toEqual([0])
    expect(errors(350)).toEqual([0])
    expect(errors(380)).toEqual([-30])
    expect(errors(40)).toEqual([10])
  })
  test('speech that goes on has no end yet; what nobody said has no truth', () => {
    const open = segmentsOf(events([1200, started(700)]))
    expect(detectionAccuracy(open, [heard], timeOf)).toMatchObject({ startErrorsMs: [0], endErrorsMs: [], found: 1 })
    const false_ = segmentsOf(events([9000, started(8500)], [9500, stopped(9400)]))
    expect(detectionAccuracy(false_, [heard], timeOf)).toMatchObject({ startErrorsMs: [], falseSegments: 1, missed: 1 })
    expect(detectionAccuracy(open, [], timeOf)).toBeNull()
  })
})

test('the user begins to speak when it is true, else when it was announced', () => {
  const segments = segmentsOf(events([1200, started(700)], [2300, stopped(2200)], [5000, started(4500)]))
  expect(speechStarts(segments, [])).toEqual([1200, 5000])
  expect(speechStarts(segments, [{ text: 'Hello', startMs: 1050, endMs: 2050 }])).toEqual([1050])
})
