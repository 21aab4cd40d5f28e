// What a platform does with the app's sound: order, marks, clear, gaps, and the end of its patience.

import { expect, test } from 'vitest'
import { maxQueuedMs, Playout } from '../../src/telephony/playout.ts'

/** So many ms at 8,000 Hz, each sample told by its place. */
function sound(ms: number, first = 0): Int16Array {
  return Int16Array.from({ length: ms * 8 }, (_, index) => first + index)
}

function piece(itemId: string, ms: number, more: object = {}) {
  return { itemId, samples: sound(ms), rateHz: 8000, answer: itemId, ...more }
}

/** A playout, and the marks in the order in which they were reached. */
function playout() {
  const reached: string[] = []
  const out = new Playout()
  return { out, reached, mark: (atMs: number, name: string) => out.mark(atMs, (how) => reached.push(`${name} ${how}`)) }
}

test('a mark is reached when all before it has sounded', () => {
  const { out, reached, mark } = playout()
  out.play(0, piece('a', 300))
  mark(0, 'first')
  out.play(0, piece('a', 200))
  mark(0, 'second')
  expect(out.nextMarkMs).toBe(300)
  out.reach(299)
  expect(reached).toEqual([])
  out.reach(300)
  expect(reached).toEqual(['first played'])
  out.reach(600)
  expect(reached).toEqual(['first played', 'second played'])
})

test('a mark where nothing waits is reached at once', () => {
  const { out, reached, mark } = playout()
  mark(10, 'alone')
  out.play(10, piece('a', 100))
  mark(200, 'late')
  expect(reached).toEqual(['alone empty', 'late empty'])
})

test('marks keep their order, also those that wait for nothing', () => {
  const { out, reached, mark } = playout()
  out.play(0, piece('a', 100))
  mark(0, 'first')
  mark(0, 'second')
  out.reach(100)
  expect(reached).toEqual(['first played', 'second played'])
})

test('clear drops what has not sounded and gives all marks back, in order', () => {
  const { out, reached, mark } = playout()
  out.play(0, piece('a', 100))
  mark(0, 'played')
  out.play(0, piece('a', 400))
  mark(0, 'cut')
  out.play(0, piece('b', 400))
  mark(0, 'never begun')
  expect(out.clear(300)).toEqual(['a', 'b'])
  expect(reached).toEqual(['played played', 'cut cleared', 'never begun cleared'])
  expect(out.playback.heardMs('a', 5000)).toBe(300)
  expect(out.playback.heardMs('b', 5000)).toBe(0)
  expect(out.unplayedMs).toBe(600)
  expect(out.queuedMs(300)).toBe(0)
})

test('what comes after a clear sounds: nobody asks whether the app meant it', () => {
  const { out } = playout()
  out.play(0, piece('a', 500))
  out.clear(100)
  out.play(120, piece('a', 50, { itemOffsetMs: 500 }))
  expect(out.playback.heardMs('a', 1000)).toBe(550)
  expect(out.playback.totalMs(1000)).toBe(150)
})

test('a gap within an answer is an underrun, one between answers is none', () => {
  const { out } = playout()
  out.play(0, piece('a', 100))
  out.play(180, piece('a', 100))
  expect([out.underruns, out.underrunMs]).toEqual([1, 80])
  out.play(900, piece('b', 100))
  out.play(1000, piece('b', 100))
  expect([out.underruns, out.underrunMs]).toEqual([1, 80])
})

test('the jitter of timers and what was cleared make no underrun', () => {
  const { out } = playout()
  out.play(0, piece('a', 100))
  out.play(108, piece('a', 100))
  out.clear(150)
  out.play(400, piece('a', 100))
  expect(out.underruns).toBe(0)
})

test('more than ten minutes are discarded', () => {
  const { out } = playout()
  expect(out.play(0, piece('a', maxQueuedMs - 1000))).toBe(true)
  expect(out.play(0, piece('a', 2000))).toBe(false)
  expect(out.unplayedMs).toBe(2000)
  expect(out.play(2000, piece('a', 2000))).toBe(true)
})

test('what sounded is kept with its source, cut where it was cleared', () => {
  const { out } = playout()
  out.play(0, piece('a', 100))
  out.play(50, piece('b', 100))
  out.clear(160)
  expect(out.playback.runs(1000)).toEqual([
    { itemId: 'a', startMs: 0, endMs: 100 },
    { itemId: 'b', startMs: 100, endMs: 160 },
  ])
  expect(out.playback.soundBetween(90, 110, 8000)).toEqual(Int16Array.from([...sound(10, 720), ...sound(10)]))
  expect(out.playback.soundBetween(160, 200, 8000)).toBeUndefined()
})

test('pieces that are each a little late add up to a gap that is heard', () => {
  const { out } = playout()
  for (let at = 0; at < 50; at++) out.play(at * 24, piece('a', 20))
  expect(out.underruns).toBe(16)
  expect(out.underrunMs).toBe(192)
})

test('a timer that is late and catches up is no gap', () => {
  const { out } = playout()
  for (let at = 0; at < 50; at++) out.play(at * 20 + (at % 2) * 8, piece('a', 20))
  expect(out.underruns).toBe(0)
})

test('silence of the app takes its time, holds marks back, and is nothing that is heard', () => {
  const { out, reached, mark } = playout()
  out.silence(0, 200)
  mark(0, 'behind')
  expect([out.queuedMs(50), out.nextMarkMs, out.playback.isPlaying(50)]).toEqual([150, 200, false])
  out.play(50, piece('a', 100))
  expect(out.playback.runs(400)).toEqual([{ itemId: 'a', startMs: 200, endMs: 300 }])
  out.reach(200)
  expect(reached).toEqual(['behind played'])
  out.silence(300, 1000)
  out.clear(400)
  expect([out.queuedMs(400), out.unplayedMs]).toEqual([0, 0])
})

test('silence within an answer is a gap of it', () => {
  const { out } = playout()
  out.play(0, piece('a', 100))
  out.silence(100, 60)
  out.play(120, piece('a', 100))
  expect([out.underruns, out.underrunMs]).toEqual([1, 60])
})
