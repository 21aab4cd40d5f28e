import { expect, test } from 'vitest'
import { recognizeKnown } from '../../audio/known-speech.ts'
import { rmsDbfs } from '../../audio/level.ts'
import { slicePcm } from '../../audio/pcm.ts'
import { speech } from '../../audio/speech.ts'
import { mixVoices } from '../../audio/voices.ts'

test('two voices after one another: each lies where the truth says, and both are known again', async () => {
  const [question, answer] = [await speech('Any questions?'), await speech('Yes, one about the invoice.', { voice: 'rms' })]
  const { audio, segments } = mixVoices([
    { speaker: 'A', audio: question },
    { speaker: 'B', audio: answer },
  ])
  expect(segments.map(({ speaker, text }) => [speaker, text])).toEqual([
    ['A', 'Any questions?'],
    ['B', 'Yes, one about the invoice.'],
  ])
  const [first, second] = segments as [(typeof segments)[0], (typeof segments)[0]]
  expect(second.start - first.end).toBeCloseTo(0.3, 6)
  for (const { start, end } of segments) expect(rmsDbfs(slicePcm(audio, start * 1000, end * 1000).samples)).toBeGreaterThan(-35)
  expect(rmsDbfs(slicePcm(audio, first.end * 1000 + 80, second.start * 1000 - 80).samples)).toBeLessThan(-45)
  expect(audio.text).toBe('Any questions? Yes, one about the invoice.')
  expect(audio.speechSpan).toEqual({ startMs: first.start * 1000, endMs: second.end * 1000 })
  expect(audio.words!.map(({ text }) => text).join(' ')).toBe(audio.text)
  expect(recognizeKnown(slicePcm(audio, second.start * 1000 - 100))?.text).toBe('Yes, one about the invoice.')
})

test('at the same time, softer, at other rates: placed to the sample', async () => {
  const [a, b] = [
    await speech('Hello there', { leadMs: 0 }),
    await speech('Not now!', { voice: 'awb', rateHz: 8000, leadMs: 150 }),
  ]
  const { audio, segments } = mixVoices([
    { speaker: 'A', audio: a, atMs: 0 },
    { speaker: 'B', audio: b, atMs: 100, gainDb: -200 },
  ])
  expect(segments.map(({ start }) => start)).toEqual([0, 0.1])
  // So soft that it is not there.
  expect(audio.samples.subarray(0, a.samples.length)).toEqual(a.samples)
  expect(audio.rateHz).toBe(a.rateHz)
})

test('no voices are no sound', () => {
  expect(mixVoices([])).toMatchObject({ audio: { durationMs: 0 }, segments: [] })
})
