import { describe, expect, test } from 'vitest'
import { speechSegments } from '../../audio/segments.ts'
import type { SpeechFrame } from '../../audio/types.ts'

/** One frame of 32 ms for each probability, at 1,000 Hz. */
const frames = (...probabilities: number[]) =>
  probabilities.map((probability, index) => ({ endSample: (index + 1) * 32, probability }))

test('a segment runs from the first frame of the rise to the threshold to the last one over the lower threshold', () => {
  expect(speechSegments(frames(0.1, 0.4, 0.6, 0.9, 0.4, 0.3, 0.1), 1000)).toEqual([{ startMs: 32, endMs: 160 }])
  expect(speechSegments(frames(0.1, 0.12, 0.6, 0.9, 0.4, 0.3, 0.1), 1000)).toEqual([{ startMs: 64, endMs: 160 }])
  expect(speechSegments(frames(...new Array<number>(9).fill(0.4), 0.6, 0.9), 1000)).toEqual([{ startMs: 192, endMs: 352 }])
})

test('silence that an engine tells of is no speech: at the edges of frames, and in frames that it hangs on', () => {
  const heard = [
    { endSample: 32, probability: 0.9, silentUntilSample: 24 },
    { endSample: 64, probability: 0.9 },
    { endSample: 96, probability: 0.9, silentFromSample: 72 },
    { endSample: 128, probability: 0.6, silentUntilSample: 128, silentFromSample: 96 },
  ]
  expect(speechSegments(heard, 1000)).toEqual([{ startMs: 24, endMs: 72 }])
})

describe('sound that outlasts the detector', () => {
  const voiced = [
    { endSample: 32, probability: 0.9 },
    { endSample: 64, probability: 0.9 },
  ]
  const endOf = (...rest: SpeechFrame[]) => speechSegments([...voiced, ...rest], 1000)[0]?.endMs

  test('is speech up to its end, when that is near and there is no break before it', () => {
    const tail = { endSample: 96, probability: 0.1 }
    expect(endOf(tail, { endSample: 128, probability: 0.05, silentFromSample: 104 })).toBe(104)
    expect(endOf({ ...tail, silentFromSample: 80 }, { endSample: 128, probability: 0 })).toBe(80)
    expect(endOf({ ...tail, silentUntilSample: 72 }, { endSample: 128, probability: 0, silentFromSample: 104 })).toBe(64)
    expect(endOf({ ...tail, silentFromSample: 80 }, { endSample: 128, probability: 0, silentUntilSample: 120 })).toBe(80)
  })

  test('is not, where nobody can see its end: noise goes on', () => {
    const noise = Array.from({ length: 9 }, (_, index) => ({ endSample: 96 + index * 32, probability: 0.1 }))
    expect(endOf(...noise)).toBe(64)
    expect(endOf(...noise.slice(0, 4), { endSample: 224, probability: 0.1, silentFromSample: 200 })).toBe(200)
    expect(endOf(...noise.slice(0, 5), { endSample: 256, probability: 0.1, silentFromSample: 232 })).toBe(64)
  })

  test('goes on with the next segment as before', () => {
    const tail = { endSample: 96, probability: 0.1, silentFromSample: 80 }
    expect(endOf(tail, { endSample: 128, probability: 0.9 })).toBe(128)
  })
})

test('frames of a rise do not make a click longer', () => {
  expect(speechSegments(frames(0.4, 0.4, 0.6, 0, 0), 1000)).toEqual([])
})

test('short pauses are bridged, longer ones are not', () => {
  const speech = [1, 1, 1]
  const pause = (count: number) => Array.from({ length: count }, () => 0)
  expect(speechSegments(frames(...speech, ...pause(9), ...speech), 1000)).toHaveLength(1)
  expect(speechSegments(frames(...speech, ...pause(10), ...speech), 1000)).toHaveLength(2)
  expect(speechSegments(frames(...speech, ...pause(10), ...speech), 1000, { minSilenceMs: 320 })).toHaveLength(2)
  expect(speechSegments(frames(...speech, ...pause(10), ...speech), 1000, { minSilenceMs: 321 })).toHaveLength(1)
})

test('a single frame is no speech', () => {
  expect(speechSegments(frames(0, 1, 0, 0), 1000)).toEqual([])
  expect(speechSegments(frames(0, 1, 0, 0), 1000, { minSpeechMs: 0 })).toEqual([{ startMs: 32, endMs: 64 }])
})
