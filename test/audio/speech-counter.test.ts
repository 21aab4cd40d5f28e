import { describe, expect, test } from 'vitest'
import { scriptedVad } from '../../audio/engines/scripted-vad.ts'
import { silence } from '../../audio/pcm.ts'
import { countingVad, createSpeechCounter } from '../../audio/speech-counter.ts'

describe('createSpeechCounter', () => {
  test('begins after two frames of speech in a row and ends after three of silence', () => {
    const counter = createSpeechCounter()
    const golden = [0.9, 0.1, 0.8, 0.9, 0.2, 0.2, 0.6, 0.1, 0.1, 0.1]
    const events = golden.map((probability) => counter.hear({ probability }))
    expect(events.map(({ event }) => event)).toEqual([
      undefined,
      undefined,
      undefined,
      'started',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'stopped',
    ])
    expect(events[3]!.confidence).toBeCloseTo(0.675, 10)
    expect(events[9]!.confidence).toBeCloseTo(0.22, 10)
    expect(events[9]!.recent).toEqual([0.2, 0.6, 0.1, 0.1, 0.1])
    expect(counter.state).toMatchObject({ speaking: false, silenceFrames: 3, speechFrames: 0 })
    counter.reset()
    expect(counter.state).toEqual({ speaking: false, confidence: 0, speechFrames: 0, silenceFrames: 0, recent: [], speechMs: 0 })
  })

  test('the end waits for the shortest speech; `isSpeech` overrules the threshold', () => {
    const counter = createSpeechCounter({ startFrames: 1, stopFrames: 1, minSpeechMs: 100, threshold: 0.3 })
    expect(counter.hear({ probability: 0.31, durationMs: 40 }).event).toBe('started')
    expect(counter.hear({ probability: 0.3, durationMs: 40 })).toMatchObject({ speaking: true, speechMs: 80 })
    expect(counter.hear({ probability: 0.9, isSpeech: false, durationMs: 40 }).event).toBe('stopped')
  })

  test.each([
    [{ threshold: 1.5 }, 'threshold of a speech counter must be a number from 0 to 1, got 1.5'],
    [{ startFrames: 0 }, 'startFrames of a speech counter must be a whole number above 0, got 0'],
    [{ minSpeechMs: Number.NaN }, 'minSpeechMs of a speech counter must be 0 or more, got NaN'],
  ])('%j is refused', (options, message) => {
    expect(() => createSpeechCounter(options)).toThrow(message)
    expect(() => countingVad(scriptedVad({ probabilities: [] }), options)).toThrow(message)
  })
})

describe('countingVad', () => {
  const script = [0.9, 0.1, 0.8, 0.9, 0.2, 0.2, 0.6, 0.1, 0.1, 0.1, 0.9]

  test('frames are certain: 1 from where speech begins to where it ends', async () => {
    const stream = countingVad(scriptedVad({ probabilities: script }), {}).open(16_000)
    const samples = silence(32 * script.length, { rateHz: 16_000 }).samples
    const expected = [0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0]
    expect((await stream.push(samples)).map(({ probability }) => probability)).toEqual(expected)
    stream.reset()
    expect((await stream.push(samples)).map(({ probability }) => probability)).toEqual(expected)
  })

  test('engines that need time are counted in order', async () => {
    const plain = scriptedVad({ probabilities: script })
    const slow = { ...plain, open: (rateHz: number) => ({ ...plain.open(rateHz), push: pushed(plain.open(rateHz)) }) }
    const stream = countingVad(slow).open(16_000)
    const frames = await Promise.all(
      [...silence(32 * script.length, { rateHz: 16_000 }).frames(32)].map(({ samples }) => stream.push(samples)),
    )
    expect(frames.flat().map(({ probability }) => probability)).toEqual([0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0])
  })
})

function pushed(
  stream: ReturnType<ReturnType<typeof scriptedVad>['open']>,
): (samples: Int16Array) => ReturnType<typeof stream.push> {
  return async (samples) => stream.push(samples)
}
