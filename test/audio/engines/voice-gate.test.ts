import { describe, expect, test } from 'vitest'
import { VoiceGate } from '../../../audio/engines/voice-gate.ts'

const power = (dbfs: number): number => 10 ** (dbfs / 10)

/** Frames as [probability, level in dBFS, how many]; what the gate makes of them. */
function heard(...runs: readonly (readonly [number, number, number?])[]): number[] {
  const gate = new VoiceGate()
  return runs.flatMap(([probability, dbfs, count = 1]) =>
    Array.from({ length: count }, () => gate.next(probability, power(dbfs))),
  )
}

const room = [0.05, -50, 20] as const

describe('what stands out passes as the model gave it', () => {
  test('a voice that is louder than the room', () => {
    expect(heard(room, [0.6, -40, 3]).slice(-3)).toEqual([0.6, 0.6, 0.6])
  })

  test('a voice that the model is sure of, however soft', () => {
    expect(heard(room, [0.91, -50])).toContain(0.91)
  })

  test('any sound after digital silence', () => {
    expect(heard([0, -Infinity, 5], [0.6, -70])).toContain(0.6)
  })

  test('weak endings and pauses up to 320 ms of a voice that stood out', () => {
    const frames = heard(room, [0.95, -30, 5], [0.2, -50, 9], [0.6, -50, 2])
    expect(frames.slice(-2)).toEqual([0.6, 0.6])
  })

  test('a word that a stream begins with, once it gets softer: there was no noise before it', () => {
    const frames = heard([0.3, -16, 3], [0.7, -16, 6], [0.7, -24, 6])
    expect(frames.slice(3, 9)).toEqual([0.45, 0.45, 0.45, 0.45, 0.45, 0.45])
    expect(frames.at(-1)).toBe(0.7)
  })

  test('a vowel soon after the line opened, which the model comes to late', () => {
    const frames = heard([0.02, -63, 6], [0.3, -15, 7], [0.64, -15], [0.8, -21])
    expect(frames.slice(-2)).toEqual([0.64, 0.8])
  })

  test('the last frames of a word that a stream begins with: it ends at once', () => {
    expect(heard([0.3, -20, 8], [0.6, -34], [0.88, -41]).slice(-2)).toEqual([0.6, 0.88])
  })
})

describe('what does not counts as less likely than not', () => {
  test('a crowd that the model takes for speech, from the first frame on and later', () => {
    expect(Math.max(...heard([0.8, -50, 10]))).toBe(0.45)
    expect(Math.max(...heard(room, [0.8, -47.5, 10]))).toBe(0.45)
  })

  test('the room again, 320 ms after a voice', () => {
    expect(heard(room, [0.95, -30, 5], [0.2, -50, 20], [0.8, -50, 5]).slice(-5)).toEqual([0.45, 0.45, 0.45, 0.45, 0.45])
  })

  test('a louder room, once it has been loud for a while', () => {
    const frames = heard(room, [0.1, -40, 80], [0.8, -39, 5])
    expect(frames.slice(-5)).toEqual([0.45, 0.45, 0.45, 0.45, 0.45])
  })

  test('a crowd that begins, once it has been heard for longer than that', () => {
    expect(heard(room, [0.1, -30, 20], [0.8, -29, 5]).slice(-5)).toEqual([0.45, 0.45, 0.45, 0.45, 0.45])
  })

  test('what the model doubts itself stays as it is', () => {
    expect(heard([0.02, -50], [0.3, -50], [0.44, -50])).toEqual([0.02, 0.3, 0.44])
  })
})
