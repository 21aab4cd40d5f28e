import { describe, expect, test } from 'vitest'
import { alignWords, parsePhones, speechSpanOf } from '../../audio/word-times.ts'

const hello = 'pau:0.164 hh:0.255 ax:0.304 l:0.412 ow:0.523 dh:0.572 eh:0.664 r:0.817 pau:0.921'

describe('phone times', () => {
  test('are read with the start of each sound', () => {
    expect(parsePhones(' pau:0.164 hh:0.255 \n')).toEqual([
      { name: 'pau', startMs: 0, endMs: 164 },
      { name: 'hh', startMs: 164, endMs: 255 },
    ])
  })

  test('give the true bounds: without the pauses at both ends', () => {
    expect(speechSpanOf(parsePhones(hello))).toEqual({ startMs: 164, endMs: 817 })
    expect(speechSpanOf(parsePhones('pau:0.186'))).toBeUndefined()
  })
})

describe('alignWords', () => {
  test('deals the sounds out to the words', () => {
    expect(alignWords('Hello there', parsePhones(hello))).toEqual([
      { text: 'Hello', startMs: 164, endMs: 523 },
      { text: 'there', startMs: 523, endMs: 817 },
    ])
  })

  test('a pause lies between words, never within one', () => {
    const phones = parsePhones('pau:0.1 m:0.2 ey:0.3 th:0.4 er:0.5 d:0.6 pau:0.8 y:0.9 uw:1.0 n:1.1 ow:1.2 pau:1.4')
    expect(alignWords('May 3rd, you know.', phones)).toEqual([
      { text: 'May', startMs: 100, endMs: 300 },
      { text: '3rd,', startMs: 300, endMs: 600 },
      { text: 'you', startMs: 800, endMs: 1000 },
      { text: 'know.', startMs: 1000, endMs: 1200 },
    ])
  })

  test('not even where the letters would fit better', () => {
    const words = alignWords('banana no', parsePhones('b:0.1 ae:0.2 pau:0.4 n:0.5 ae:0.6 n:0.7 ax:0.8 n:0.9 ow:1.0'))
    expect(words.map(({ endMs }) => endMs)).toEqual([200, 1000])
  })

  test('signs alone are no words; no sounds give no words', () => {
    expect(alignWords('Hello – there', parsePhones(hello)).map(({ text }) => text)).toEqual(['Hello', 'there'])
    expect(alignWords('Hello', parsePhones('pau:0.2'))).toEqual([])
  })

  test('more words than sounds still have times in order', () => {
    const words = alignWords('a b c d e f g h i j', parsePhones('pau:0.1 ey:0.2 b:0.3 pau:0.4'))
    expect(words).toHaveLength(10)
    for (const [index, word] of words.entries()) {
      expect(word.endMs).toBeGreaterThanOrEqual(word.startMs)
      expect(word.startMs).toBeGreaterThanOrEqual(words[index - 1]?.startMs ?? 0)
    }
  })
})
