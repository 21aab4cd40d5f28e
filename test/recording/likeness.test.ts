// What the rule 'energy' can tell: the same sentence through lines and gains is alike, others of its length are not.

import { beforeAll, expect, test } from 'vitest'
import { decodeWireAudio, encodeWireAudio } from '../../audio/formats.ts'
import { concatPcm, pcm, silence } from '../../audio/pcm.ts'
import { resamplePcm } from '../../audio/resample.ts'
import { speech } from '../../audio/speech.ts'
import type { Pcm } from '../../audio/types.ts'
import { likeness } from '../../src/recording/likeness.ts'
import { LevelSteps, speechIn, stepMs, toleranceMs, unlikeness } from '../../src/recording/replay-sound.ts'

const sentences = [
  ...['A table for two please.', 'Could you repeat that please?', 'Please book a flight to Rome.', 'I lost my credit card.'],
  ...['Can I talk to a person?', 'What is the weather in Paris?', 'How much does it cost today?', 'Do you have vegan dishes?'],
  ...['Send me the bill by mail.', 'Turn on the kitchen light.', 'Make it half past seven.', 'I need a new appointment.'],
]

const outlineOf = ({ samples, rateHz }: Pcm): readonly number[] => speechIn(new LevelSteps().push(samples, rateHz), 0).outline
const scaled = ({ samples, rateHz }: Pcm, factor: number): Pcm =>
  pcm(
    samples.map((sample) => sample * factor),
    rateHz,
  )

let spoken: Pcm[]
beforeAll(async () => {
  spoken = await Promise.all(sentences.map((text) => speech(text)))
})

const line = { type: 'audio/pcmu' } as const
const ways: Readonly<Record<string, (sound: Pcm) => Pcm>> = {
  'a telephone line': (sound) => pcm(decodeWireAudio(encodeWireAudio(resamplePcm(sound, 8000).samples, line), line), 8000),
  'a quieter microphone': (sound) => scaled(sound, 0.3),
  'frames that begin elsewhere': ({ samples, rateHz }) => pcm(samples.slice(Math.round(rateHz * 0.007)), rateHz),
}

test.for(Object.keys(ways))('%s changes nothing', (name) => {
  for (const sound of spoken) {
    const [before, after] = [outlineOf(sound), outlineOf(ways[name]!(sound))]
    expect(likeness(before, after, 5)).toBeGreaterThan(0.9)
    expect(unlikeness(before, after)).toBeUndefined()
  }
})

test('a pause that is a little longer', () => {
  const [one, other] = [spoken[0]!, spoken[1]!]
  const before = outlineOf(concatPcm(one, other))
  expect(unlikeness(before, outlineOf(concatPcm(one, silence(60, { rateHz: one.rateHz }), other)))).toBeUndefined()
})

test('other sentences of the same length', () => {
  const outlines = spoken.map(outlineOf)
  const pairs = outlines.flatMap((one, place) =>
    outlines.flatMap((other, at) => {
      const areAsLong = Math.abs(one.length - other.length) * stepMs <= toleranceMs(one.length * stepMs)
      return at !== place && areAsLong ? [unlikeness(one, other) !== undefined] : []
    }),
  )
  expect(pairs.length).toBeGreaterThan(60)
  expect(pairs.filter((isTold) => !isTold).length / pairs.length).toBeLessThan(0.05)
})

test('tones and silence have one level', () => {
  const tone = Array.from({ length: 50 }, (_, step) => -20 + (step % 3) * 0.1)
  expect(likeness(tone, [...tone].reverse(), 5)).toBe(1)
  expect(
    likeness(
      tone,
      tone.map((level, step) => level - (step % 2) * 20),
      5,
    ),
  ).toBe(0)
  expect(likeness([], [], 5)).toBe(1)
  expect(likeness([], tone, 5)).toBe(0)
})
