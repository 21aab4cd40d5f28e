import { describe, expect, test } from 'vitest'
import { heardText, type SpokenItem } from '../../../src/runtime/caller/heard-text.ts'
import { Playback } from '../../../src/runtime/caller/playback.ts'

const rateHz = 1000
const sound = (ms: number, value = 1): Int16Array => new Int16Array(ms).fill(value)

describe('a loudspeaker', () => {
  test('plays pieces one after the other, however early they come', () => {
    const playback = new Playback()
    expect(playback.play(100, 'a', sound(300), rateHz)).toBe(400)
    expect(playback.play(110, 'a', sound(200), rateHz)).toBe(600)
    expect([99, 100, 250, 600, 900].map((ms) => playback.heardMs('a', ms))).toEqual([0, 0, 150, 500, 500])
    expect([99, 599, 600].map((ms) => playback.isPlaying(ms))).toEqual([true, true, false])
    expect(playback.totalMs(250)).toBe(150)
  })

  test('is silent while nothing has come', () => {
    const playback = new Playback()
    playback.play(0, 'a', sound(100), rateHz)
    expect(playback.runStartMs(50)).toBe(0)
    expect(playback.runStartMs(300)).toBeUndefined()
    playback.play(500, 'a', sound(100), rateHz)
    expect([50, 300, 550, 700].map((ms) => playback.heardMs('a', ms))).toEqual([50, 100, 150, 200])
    expect(playback.runStartMs(550)).toBe(500)
    expect(playback.runStartMs(700)).toBeUndefined()
  })

  test('pieces of one item that came a little late are one run, those of another are not', () => {
    const playback = new Playback()
    playback.play(0, 'a', sound(20), rateHz)
    playback.play(35, 'a', sound(20), rateHz)
    expect(playback.runStartMs(40)).toBe(0)
    playback.play(70, 'b', sound(20), rateHz)
    expect(playback.runStartMs(80)).toBe(70)
    playback.play(400, 'b', sound(20), rateHz)
    expect(playback.runStartMs(410)).toBe(400)
  })

  test('gives the parts of items that were heard, a stale end as what it is', () => {
    const playback = new Playback({ resumes: true })
    playback.play(0, 'a', sound(1000), rateHz)
    playback.stop(300)
    expect(playback.isStopped('a')).toBe(true)
    playback.play(500, 'b', sound(100), rateHz)
    playback.play(500, 'a', sound(200), rateHz, 800)
    expect(playback.passages(1000)).toEqual([
      { itemId: 'a', fromMs: 0, toMs: 300 },
      { itemId: 'b', fromMs: 0, toMs: 100 },
      { itemId: 'a', fromMs: 800, toMs: 1000 },
    ])
    expect(playback.givenMs('a')).toBe(1000)
  })

  test('knows nothing of an item that it never played', () => {
    const playback = new Playback()
    playback.play(0, 'a', sound(0), rateHz)
    expect(playback.heardMs('a', 100)).toBeUndefined()
    expect(playback.stop(0)).toEqual([])
    expect(playback.passages(100)).toEqual([])
  })

  test('counts pieces without a gap as one run, over items too', () => {
    const playback = new Playback()
    playback.play(200, 'a', sound(100), rateHz)
    playback.play(200, 'b', sound(100), rateHz)
    expect(playback.runStartMs(350)).toBe(200)
    expect(playback.passages(350).map(({ itemId }) => itemId)).toEqual(['a', 'b'])
    expect(playback.heardMs('b', 350)).toBe(50)
  })

  test('cuts what has not sounded, and does not play what still comes of it', () => {
    const playback = new Playback()
    playback.play(0, 'a', sound(100), rateHz)
    playback.play(0, 'b', sound(300), rateHz)
    playback.play(0, 'c', sound(300), rateHz)
    expect(playback.stop(250)).toEqual(['b', 'c'])
    expect(playback.endMs).toBe(250)
    expect(playback.play(260, 'b', sound(100), rateHz)).toBe(250)
    expect(['a', 'b', 'c'].map((item) => playback.heardMs(item, 1000))).toEqual([100, 150, 0])
    expect(playback.play(300, 'd', sound(100), rateHz)).toBe(400)
    expect(playback.totalMs(1000)).toBe(350)
  })

  test('gives the sound that was heard, piece by piece', () => {
    const playback = new Playback()
    playback.play(0, 'a', sound(100, 1), rateHz)
    playback.play(0, 'b', sound(100, 2), rateHz)
    playback.stop(150)
    const pieces = playback.pieces(1000)
    expect(pieces.map(({ samples }) => samples.length)).toEqual([100, 50])
    expect(pieces[1]?.samples.every((sample) => sample === 2)).toBe(true)
  })
})

describe('the words that were heard', () => {
  const words = [
    { text: 'Good', startMs: 0, endMs: 100 },
    { text: 'morning,', startMs: 100, endMs: 300 },
    { text: 'sir.', startMs: 320, endMs: 400 },
  ]
  const items: Record<string, SpokenItem> = {
    known: { text: 'Good morning, sir.', sentMs: 420, words },
    plain: { text: 'one two three four', sentMs: 400, words: undefined },
  }
  const heard = (item: string, ms: number): string => {
    const playback = new Playback()
    playback.play(0, item, sound(420), rateHz)
    return heardText(playback, ms, (id) => items[id])
  }

  test('are those whose middle has sounded', () => {
    expect([0, 49, 50, 199, 200, 359, 360].map((ms) => heard('known', ms))).toEqual([
      '',
      '',
      'Good',
      'Good',
      'Good morning,',
      'Good morning,',
      'Good morning, sir.',
    ])
  })

  test('are spread evenly where no times are known', () => {
    expect([99, 100, 250].map((ms) => heard('plain', ms))).toEqual(['', 'one', 'one two'])
  })

  test('are the whole text once all but a breath of it has sounded', () => {
    expect(heard('plain', 369)).toBe('one two three')
    expect(heard('plain', 370)).toBe('one two three four')
  })

  test('of several items are joined, unknown items left out', () => {
    const playback = new Playback()
    for (const item of ['known', 'other', 'plain']) playback.play(0, item, sound(420), rateHz)
    expect(heardText(playback, 2000, (id) => items[id])).toBe('Good morning, sir. one two three four')
  })
})
