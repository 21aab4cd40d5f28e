import { describe, expect, test } from 'vitest'
import { normalizeWords, wordErrorRate } from '../../audio/wer.ts'

describe('normalizeWords', () => {
  test.each([
    ["I'm 21, OK?", 'i am twenty one ok'],
    ['Café — “naïve”', 'cafe naive'],
    ["It's Bob's; they won't, can't, didn't!", 'it is bobs they will not can not did not'],
    ['1,250.5 or 3,000,017', 'one thousand two hundred fifty point five or three million seventeen'],
    ['the 1st, 2nd, 3rd, 12th, 20th and 45th', 'the first second third twelfth twentieth and forty fifth'],
    ['call 0170 now', 'call zero one seven zero now'],
    ['50% & more', 'fifty percent and more'],
    ["rock'n'roll", 'rocknroll'],
    ['Grüße, 你好', 'gruße 你好'],
    ['...', ''],
  ])('%j', (text, expected) => {
    expect(normalizeWords(text).join(' ')).toBe(expected)
  })
})

describe('wordErrorRate', () => {
  test('counts substitutions, deletions and insertions over the words of the reference', () => {
    const errors = wordErrorRate('the cat sat', 'the bat sat down')
    expect(errors).toMatchObject({ substitutions: 1, deletions: 0, insertions: 1, referenceWords: 3 })
    expect(errors.rate).toBeCloseTo(2 / 3)
    expect(errors.pairs).toEqual([
      { kind: 'same', reference: 'the', hypothesis: 'the' },
      { kind: 'substituted', reference: 'cat', hypothesis: 'bat' },
      { kind: 'same', reference: 'sat', hypothesis: 'sat' },
      { kind: 'inserted', hypothesis: 'down' },
    ])
  })

  test('spelling of numbers, case and punctuation are no errors', () => {
    expect(wordErrorRate("It's 5 o'clock.", 'it is five oclock').rate).toBe(0)
  })

  test('deletions at both ends', () => {
    expect(wordErrorRate('a b c d', 'b c')).toMatchObject({ deletions: 2, rate: 0.5 })
  })

  test('empty texts', () => {
    expect(wordErrorRate('', '').rate).toBe(0)
    expect(wordErrorRate('hello', '')).toMatchObject({ rate: 1, deletions: 1 })
    expect(wordErrorRate('', 'two words')).toMatchObject({ rate: 2, insertions: 2 })
  })
})

describe('words that are also names of JavaScript, and scripts whose vowels are marks', () => {
  test('stay what they are', () => {
    expect(normalizeWords('The constructor, valueOf and __proto__')).toEqual(['the', 'constructor', 'valueof', 'and', 'proto'])
    expect(normalizeWords("x'constructor")).toEqual(['xconstructor'])
    expect(wordErrorRate('नमस्ते दुनिया', 'नमस्ता दुनिया').rate).toBe(0.5)
    expect(normalizeWords('が か')).toEqual(['が', 'か'])
    expect(normalizeWords('naïve Ελλάδα')).toEqual(['naive', 'ελλαδα'])
    expect(normalizeWords('ภาษาไทย')).toEqual(['ภาษาไทย'])
  })
})
