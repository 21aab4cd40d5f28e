import { describe, expect, test } from 'vitest'
import { Arrivals } from '../../src/runtime/arrivals.ts'
import { type Utterance, Utterances } from '../../src/runtime/utterances.ts'

/** Words of 400 ms each, 100 ms apart, after 200 ms of silence. */
function say(text: string, beganMs: number, sessionId?: string): Utterance {
  const words = text.split(' ').map((word, index) => ({ text: word, startMs: 200 + index * 500, endMs: 600 + index * 500 }))
  const endMs = beganMs + (words.at(-1)?.endMs ?? 200)
  return { text, words, beganMs, startMs: beganMs + 200, endMs, sessionId: () => sessionId }
}

function heard(...utterances: Utterance[]): Utterances {
  const all = new Utterances()
  for (const utterance of utterances) all.add(utterance)
  return all
}

describe('words between two moments', () => {
  test('are the whole text, with its punctuation, where all of it lies there', () => {
    const utterances = heard(say('Hello there, you!', 1000))
    expect(utterances.wordsBetween(900, 3000, 's')).toMatchObject({ text: 'Hello there, you!', isWhole: true })
  })

  test('are those whose middle lies there', () => {
    const utterances = heard(say('one two three four', 0))
    expect(utterances.wordsBetween(0, 1100, 's')).toMatchObject({ text: 'one two', isWhole: false })
    expect(utterances.wordsBetween(1100, 3000, 's')).toMatchObject({ text: 'three four', isWhole: false })
  })

  test('part an utterance without doubling or losing a word, wherever it is cut', () => {
    const utterances = heard(say('one two three four', 0))
    for (let cutMs = 450; cutMs <= 1850; cutMs += 50) {
      const parts = [utterances.wordsBetween(0, cutMs, 's'), utterances.wordsBetween(cutMs, 2400, 's')]
      const whole = parts.find((part) => part?.isWhole)
      if (!whole) expect(parts.map((part) => part?.text).join(' ')).toBe('one two three four')
    }
  })

  test('are forgiven some lateness on the way, up to 300 ms', () => {
    const utterances = heard(say('Hello there', 1000))
    // Turn detection keeps 300 ms before the speech and 200 ms after it.
    for (const delayMs of [0, 100, 200, 300]) {
      expect(utterances.wordsBetween(900 + delayMs, 2300 + delayMs, 's')).toMatchObject({ text: 'Hello there', isWhole: true })
    }
  })

  test('of several utterances are joined in order', () => {
    const utterances = heard(say('Hello there', 0), say('my friend', 2000))
    expect(utterances.wordsBetween(0, 4000, 's')).toMatchObject({ text: 'Hello there my friend', isWhole: true })
  })

  test('are unknown where nobody spoke, and where sound has no words', () => {
    const utterances = heard(say('Hello', 0), { ...say('', 2000), words: [], text: '' })
    expect(utterances.wordsBetween(700, 1900, 's')).toBeUndefined()
    expect(utterances.wordsBetween(1900, 4000, 's')).toBeUndefined()
  })

  test('without word times count when the bounds fit', () => {
    const utterances = heard({ ...say('Hello there', 1000), words: [] })
    expect(utterances.wordsBetween(1300, 2300, 's')).toMatchObject({ text: 'Hello there', isWhole: true })
    expect(utterances.wordsBetween(1700, 2300, 's')).toBeUndefined()
  })

  test('are not those that were said to another session', () => {
    const utterances = heard(say('Hello there', 0, 'a'), say('my friend', 0, undefined))
    expect(utterances.wordsBetween(0, 2000, 'a')?.text).toBe('Hello there my friend')
    expect(utterances.wordsBetween(0, 2000, 'b')?.text).toBe('my friend')
  })
})

describe('words of speech that goes on', () => {
  const pieces = (utterances: Utterances, startMs: number, endMs: number) =>
    utterances.piecesBetween(startMs, endMs, 's').join('|')

  test('are those that are over, as they stand in the text', () => {
    const utterances = heard(say('Hello there, my friend!', 1000))
    expect([1599, 1600, 2100, 5000].map((endMs) => pieces(utterances, 0, endMs))).toEqual([
      '',
      'Hello',
      'Hello| there,',
      'Hello| there,| my| friend!',
    ])
  })

  test('join to the text that the commit finds', () => {
    const utterances = heard(say('Hello there, you!', 0), say('How — are you?', 3000))
    const { text } = utterances.wordsBetween(0, 9000, 's')!
    expect(pieces(utterances, 0, 9000).replaceAll('|', '')).toBe(text)
  })

  test('are not those before the stretch, nor those to another session', () => {
    const utterances = heard(say('one two three', 0), say('no', 0, 'other'))
    expect(pieces(utterances, 700, 5000)).toBe('two| three')
  })

  test('are unknown without word times', () => {
    expect(pieces(heard({ ...say('Hello there', 0), words: [] }), 0, 5000)).toBe('')
  })
})

test('the bounds of what was said are those of the utterances, as far as the stretch goes', () => {
  const utterances = heard(say('one two', 1000), say('three', 3000))
  expect(utterances.wordsBetween(0, 9000, 's')).toMatchObject({ startMs: 1200, endMs: 3600 })
  expect(utterances.wordsBetween(1500, 3400, 's')).toMatchObject({ startMs: 1500, endMs: 3400 })
})

test('the utterance that began last is the one before a moment', () => {
  const utterances = heard(say('one', 1000), say('two', 3000), say('other', 3500, 'a'))
  expect([1100, 1200, 3300, 9000].map((atMs) => utterances.lastBegun(atMs, 's')?.text)).toEqual([undefined, 'one', 'two', 'two'])
})

describe('true speech', () => {
  const utterances = heard(say('one two', 1000, 'a'))

  test('covers what lies between its bounds, in its session', () => {
    expect([1199, 1200, 2100, 2101].map((ms) => utterances.speaksAt(ms, 'a'))).toEqual([false, true, true, false])
    expect(utterances.speaksAt(1500, 'b')).toBe(false)
  })

  test('ended at its last sound, or at the end of the last word so far', () => {
    expect(utterances.lastEndMs(1000, 'a')).toBeUndefined()
    expect(utterances.lastEndMs(5000, 'a')).toBe(2100)
    expect(utterances.lastEndMs(1800, 'a')).toBe(1600)
    expect(utterances.lastEndMs(5000, 'b')).toBeUndefined()
  })
})

describe('arrivals', () => {
  /** Chunks of audio, each with the time at which it came. */
  function arrived(...chunks: [ms: number, atMs: number][]): Arrivals {
    const arrivals = new Arrivals()
    let endMs = 0
    for (const [ms, atMs] of chunks) {
      endMs += ms
      arrivals.note(endMs, atMs)
    }
    return arrivals
  }

  test('in real time tell when each position was spoken', () => {
    const arrivals = arrived([20, 1020], [20, 1040], [20, 1060])
    expect([0, 10, 20, 40, 60].map((ms) => arrivals.timeOf(ms))).toEqual([1000, 1010, 1020, 1040, 1060])
    expect(arrivals.endMs).toBe(60)
    expect(arrivals.cameInRealTime(0, 60)).toBe(true)
  })

  test('in batches count back from the end of each', () => {
    const arrivals = arrived([100, 1100], [100, 1200], [100, 1300])
    expect([0, 50, 150, 300].map((ms) => arrivals.timeOf(ms))).toEqual([1000, 1050, 1150, 1300])
  })

  test('of unsteady lateness follow the least late', () => {
    const arrivals = arrived([100, 1190], [100, 1200], [100, 1350])
    expect(arrivals.timeOf(50)).toBe(1050)
  })

  test('in one heap were recorded before', () => {
    const arrivals = arrived([500, 3000], [500, 3000], [1000, 3000])
    expect([0, 500, 1500].map((ms) => arrivals.timeOf(ms))).toEqual([1000, 1500, 2500])
    expect(arrivals.cameInRealTime(0, 2000)).toBe(false)
  })

  test('after a time without microphone do not shift what came before', () => {
    const arrivals = arrived([100, 100], [100, 200], [100, 5100], [100, 5200])
    expect([50, 150, 250].map((ms) => arrivals.timeOf(ms))).toEqual([50, 150, 5050])
  })

  test('are not needed before there are any', () => {
    const arrivals = new Arrivals()
    expect(arrivals.timeOf(100)).toBe(0)
    expect(arrivals.endMs).toBe(0)
    expect(arrivals.cameInRealTime(0, 100)).toBe(false)
  })

  test('of long sessions are bounded: the oldest go, the newest stay exact', () => {
    const arrivals = new Arrivals()
    for (let frame = 1; frame <= 250_000; frame++) arrivals.note(frame * 20, frame * 20 + 7)
    expect(arrivals.timeOf(4_999_990)).toBe(4_999_997)
    expect(arrivals.timeOf(4_000_000)).toBe(4_000_007)
  })
})
