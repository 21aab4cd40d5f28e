import { expect, test } from 'vitest'
import { compareSounds } from '../../../audio/compare.ts'
import { type SoundEffect, withEffects } from '../../../audio/effects/chain.ts'
import { babble, clipping, gain, noisy } from '../../../audio/effects/level-effects.ts'
import { bandLimit, dropouts, jitter, telephone } from '../../../audio/effects/line.ts'
import { echo, reverb } from '../../../audio/effects/room.ts'
import { activeSpeechDbfs, rmsDbfs } from '../../../audio/level.ts'
import { concatPcm, pcm, silence, slicePcm } from '../../../audio/pcm.ts'
import { speech } from '../../../audio/speech.ts'
import type { Pcm } from '../../../audio/types.ts'
import { sine } from '../support/sine.ts'

const hello = await speech('Hello there, how are you today?')

function tone(hz: number, ms = 500, rateHz = 24_000): Pcm {
  return pcm(
    Int16Array.from(sine(hz, rateHz, ms / 1000), (value) => Math.round(value * 16_000)),
    rateHz,
  )
}

test('the same chain and seed give the same samples, another seed others, and what is known stays', () => {
  const chain = [telephone('pcmu'), noisy({ snrDb: 15 }), dropouts({ rate: 0.1 }), reverb()]
  const once = withEffects(hello, chain, { seed: 4 })
  expect(withEffects(hello, chain, { seed: 4 }).samples).toEqual(once.samples)
  expect(withEffects(hello, chain, { seed: 5 }).samples).not.toEqual(once.samples)
  expect(once).toMatchObject({ text: hello.text, words: hello.words, speechSpan: hello.speechSpan })
})

test('effects of your own are effects; one that gives no sound, or another rate, is named', () => {
  const reversed: SoundEffect = (audio) => pcm(audio.samples.toReversed(), audio.rateHz)
  expect(withEffects(hello, [reversed]).samples[0]).toBe(hello.samples.at(-1))
  const nothing = (() => undefined) as unknown as SoundEffect
  expect(() => withEffects(hello, [gain(-3), nothing])).toThrow('Effect 2 of 2 (nothing) gave undefined')
  expect(() => withEffects(hello, [() => silence(10, { rateHz: 8000 })])).toThrow('gave sound at 8000 Hz')
})

test('gain and clipping change the level by the decibels asked for', () => {
  expect(rmsDbfs(withEffects(hello, [gain(-12)]).samples)).toBeCloseTo(rmsDbfs(hello.samples) - 12, 1)
  const driven = withEffects(hello, [clipping({ driveDb: 30 })])
  expect(driven.samples.filter((sample) => Math.abs(sample) >= 32_767).length).toBeGreaterThan(1000)
})

test.for([20, 5])('noise and babble lie %i dB below the speech', (snrDb) => {
  const others = [tone(220), tone(330, 700), tone(150, 900)]
  for (const effect of [noisy({ snrDb, kind: 'pink' }), babble({ snrDb, voices: others })]) {
    const behind = withEffects(hello, [effect]).samples.map((sample, index) => sample - hello.samples[index]!)
    expect(rmsDbfs(behind)).toBeCloseTo(activeSpeechDbfs(hello.samples, hello.rateHz) - snrDb, 0)
  }
})

test('babble says which side is silent', () => {
  expect(() => withEffects(hello, [babble({ snrDb: 10, voices: [] })])).toThrow('no voice of `voices` is audible')
  expect(() => withEffects(silence(100), [babble({ snrDb: 10, voices: [hello] })])).toThrow('the sound is silent')
})

test('an echo comes after its delay, at its level', () => {
  const click = concatPcm(tone(1000, 20), silence(80))
  const echoed = withEffects(click, [echo({ delayMs: 300, gainDb: -12, repeats: 2 })])
  expect(echoed.durationMs).toBe(700)
  const levelAt = (ms: number): number => rmsDbfs(slicePcm(echoed, ms, ms + 20).samples)
  expect(levelAt(300) - levelAt(0)).toBeCloseTo(-12, 1)
  expect(levelAt(600) - levelAt(0)).toBeCloseTo(-24, 1)
  expect(levelAt(200)).toBe(-Infinity)
})

test('a room sounds on, and is 60 dB softer after its decay', () => {
  const clap = concatPcm(tone(1000, 10), silence(390))
  const inRoom = withEffects(clap, [reverb({ decayMs: 400, wetDb: 0 })])
  const early = rmsDbfs(slicePcm(inRoom, 60, 110).samples)
  const late = rmsDbfs(slicePcm(inRoom, 260, 310).samples)
  expect(early).toBeGreaterThan(-60)
  expect(early - late).toBeGreaterThan(20)
  expect(early - late).toBeLessThan(40)
})

test('a band keeps its middle and softens what lies an octave outside by 24 dB', () => {
  const level = (hz: number): number => {
    const before = tone(hz)
    const after = withEffects(before, [bandLimit({ lowHz: 300, highHz: 3400 })])
    return rmsDbfs(slicePcm(after, 100, 400).samples) - rmsDbfs(slicePcm(before, 100, 400).samples)
  }
  expect(level(1000)).toBeCloseTo(0, 1)
  expect(level(3400)).toBeCloseTo(-3, 0)
  expect(level(150)).toBeCloseTo(-24, 0)
  expect(level(6800)).toBeLessThan(-24)
  expect(() => withEffects(tone(440, 100, 8000), [bandLimit({ highHz: 4000 })])).toThrow('0 < lowHz < highHz < 4000')
})

test('over the telephone nothing above 4 kHz is left, and the voice is the same', () => {
  expect(rmsDbfs(slicePcm(withEffects(tone(6000), [telephone()]), 100, 400).samples)).toBeLessThan(-70)
  const narrow = withEffects(hello, [telephone('pcma')])
  expect(narrow.samples).toHaveLength(hello.samples.length)
  expect(compareSounds(hello, narrow)).toMatchObject({ lagMs: 0 })
  expect(compareSounds(hello, narrow).snrDb).toBeGreaterThan(10)
})

test('lost packets are silent, or the packet before once more', () => {
  const steady = tone(440, 2000)
  const holes = withEffects(steady, [dropouts({ rate: 0.2 })])
  const silent = [...holes.frames(20)].filter((frame) => frame.samples.every((sample) => sample === 0)).length
  expect(silent).toBeGreaterThan(8)
  expect(silent).toBeLessThan(35)
  const repeated = withEffects(steady, [dropouts({ rate: 0.2, instead: 'repeat' })])
  const quiet = [...repeated.frames(20)].map((frame) => frame.samples.every((sample) => sample === 0))
  expect(quiet.lastIndexOf(true), 'only the first has none before it').toBeLessThan(1)
})

test('late packets leave gaps of at most their lateness, and the length stays', () => {
  const late = withEffects(tone(440, 2000), [jitter({ rate: 0.3, maxMs: 40 })])
  expect(late.durationMs).toBe(2000)
  let longest = 0
  let run = 0
  for (const sample of late.samples) {
    run = sample === 0 ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  expect(longest).toBeGreaterThan(100)
})
