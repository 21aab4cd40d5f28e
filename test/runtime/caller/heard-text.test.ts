// The words that were heard, of items and of parts of them.

import { describe, expect, test } from 'vitest'
import { heardText } from '../../../src/runtime/caller/heard-text.ts'
import { Playback } from '../../../src/runtime/caller/playback.ts'

const rateHz = 8000
const sound = (ms: number): Int16Array => new Int16Array((ms * rateHz) / 1000).fill(1000)
const words = ['One', 'two', 'three', 'four'].map((text, at) => ({ text, startMs: at * 250, endMs: at * 250 + 200 }))
const item = { text: 'One, two, three, four.', sentMs: 1000, words }
const textAt = (playback: Playback, nowMs: number): string => heardText(playback, nowMs, () => item)

describe('heardText', () => {
  test('a whole item has its punctuation, a cut one the words whose middle sounded', () => {
    const playback = new Playback()
    playback.play(0, 'a', sound(1000), rateHz)
    expect(textAt(playback, 980)).toBe('One, two, three, four.')
    expect(textAt(playback, 349)).toBe('One')
    expect(textAt(playback, 360)).toBe('One two')
  })

  test('the end of an answer that was cut earlier is no whole answer', () => {
    const playback = new Playback({ resumes: true })
    playback.play(0, 'a', sound(1000), rateHz)
    playback.stop(400)
    playback.play(600, 'a', sound(250), rateHz, 750)
    expect(textAt(playback, 2000)).toBe('One two four')
  })

  test('nor is an answer without its beginning', () => {
    const playback = new Playback({ resumes: true })
    playback.play(0, 'a', sound(750), rateHz, 250)
    expect(textAt(playback, 2000)).toBe('two three four')
  })

  test('pieces at the pace of their sound are one, also with a seam between them', () => {
    const playback = new Playback({ resumes: true })
    for (let at = 0; at < 1000; at += 20) playback.play(at + (at % 60), 'a', sound(20), rateHz, at + (at % 40 ? 3 : 0))
    expect(textAt(playback, 3000)).toBe('One, two, three, four.')
  })

  test('without word times by the share that sounded', () => {
    const playback = new Playback({ resumes: true })
    playback.play(0, 'a', sound(1000), rateHz)
    expect(heardText(playback, 600, () => ({ ...item, words: undefined }))).toBe('One, two,')
    playback.stop(500)
    playback.play(600, 'a', sound(250), rateHz, 750)
    expect(heardText(playback, 2000, () => ({ ...item, words: undefined }))).toBe('One, two, four.')
  })
})
