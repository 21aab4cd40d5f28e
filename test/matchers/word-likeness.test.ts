import { expect, test } from 'vitest'
import { alike, likeness } from '../../matchers/word-likeness.ts'

test('counts words, not letters', () => {
  expect(likeness('response.audio.delta', 'response.output_audio.delta')).toBe(0.75)
  expect(likeness('response.done', 'response.cancel')).toBeCloseTo(1 / 3)
  expect(likeness('response.done', 'response.done')).toBe(1)
  expect(likeness('', '')).toBe(0)
})

test.for([
  ['response.doen', 'response.done'],
  ['session.update', 'session.updated'],
  ['input_audio_buffer.commited', 'input_audio_buffer.committed'],
  ['response.output_audio.detla', 'response.output_audio.delta'],
  ['rate_limit.updated', 'rate_limits.updated'],
] as const)('%s is a slip of %s', ([slip, meant]) => {
  expect(likeness(slip, meant)).toBe(1)
})

test('short words must be equal', () => {
  expect(likeness('a.b', 'a.c')).toBeCloseTo(1 / 3)
})

test('gives the best first, and nothing that is far', () => {
  const known = ['response.cancel', 'response.output_text.delta', 'response.output_audio.delta']
  expect(alike('response.output_audio', known)).toEqual(['response.output_audio.delta'])
  expect(alike('hello', known)).toEqual([])
})
