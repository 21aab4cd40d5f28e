import { expect, test } from 'vitest'
import { scriptedVad } from '../../../audio/engines/scripted-vad.ts'
import { silence } from '../../../audio/pcm.ts'
import { speechSegments } from '../../../audio/segments.ts'

test('gives its probabilities frame by frame, at any rate and in any pieces, and then silence', async () => {
  const engine = scriptedVad({ probabilities: [0.1, 0.9, 0.4] })
  for (const rateHz of [8000, 16_000, 24_000]) {
    const stream = engine.open(rateHz)
    const frames = []
    for (const piece of silence(160, { rateHz }).frames(7)) frames.push(...(await stream.push(piece.samples)))
    expect(frames.map(({ probability }) => probability)).toEqual([0.1, 0.9, 0.4, 0, 0])
    expect(frames.map(({ endSample }) => (endSample * 1000) / rateHz)).toEqual([32, 64, 96, 128, 160])
  }
})

test('stretches of speech are found where they lie; a stream that is reset begins anew', async () => {
  const stream = scriptedVad({
    speech: [
      { startMs: 320, endMs: 960 },
      { startMs: 2000, endMs: 2500 },
    ],
  }).open(16_000)
  const heard = silence(3200, { rateHz: 16_000 }).samples
  const segments = speechSegments(await stream.push(heard), 16_000)
  expect(segments).toEqual([
    { startMs: 320, endMs: 960 },
    { startMs: 1984, endMs: 2496 },
  ])
  stream.reset()
  expect(speechSegments(await stream.push(heard), 16_000)).toEqual(segments)
})

test.each([
  [{ probabilities: [0.5, 1.2] }, 'probabilities[1] must be a number from 0 to 1, got 1.2'],
  [{ probabilities: [Number.NaN] }, 'probabilities[0] must be a number from 0 to 1, got NaN'],
  [{ speech: [{ startMs: 500, endMs: 200 }] }, 'speech[0] must end after it starts, at 0 ms or later, got 500 to 200'],
])('%j is refused', (script, message) => {
  expect(() => scriptedVad(script)).toThrow(message)
})
