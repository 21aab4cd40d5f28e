// What was heard, from what was sent, the marks that came back, and the clock.

import { describe, expect, test } from 'vitest'
import { Playback } from '../../src/bridges/playback.ts'

const place = (itemId: string) => ({ responseId: `r_${itemId}`, itemId, contentIndex: 0 })

/** Sends so many pieces of 20 ms; every tenth has a mark. Gives the marks. */
function send(playback: Playback, itemId: string, pieces: number, nowMs = 0): string[] {
  playback.given(place(itemId), pieces * 20)
  return Array.from({ length: pieces }, (_, index) => {
    const piece = { ...place(itemId), bytes: new Uint8Array(160), ms: 20 }
    return playback.sent(piece, nowMs, { isMarked: index % 10 === 9 }).mark
  }).filter((_, index) => index % 10 === 9)
}

describe('with marks', () => {
  test('the clock tells what was heard since the last one, and no further than the next', () => {
    const playback = new Playback({ hasMarks: true })
    const [first = ''] = send(playback, 'a', 50)
    playback.reached(first, 240)
    expect(playback.clear(300)).toMatchObject([{ itemId: 'a', heardMs: 260, givenMs: 1000 }])
    send(playback, 'b', 50, 1000)
    expect(playback.clear(1900)).toMatchObject([{ itemId: 'b', heardMs: 200 }])
  })

  test('items that wait behind are heard for 0 ms, those before it not told at all', () => {
    const playback = new Playback({ hasMarks: true })
    const [, a] = send(playback, 'a', 20)
    send(playback, 'b', 20)
    send(playback, 'c', 20)
    playback.reached(a ?? '', 400)
    expect(playback.clear(500)).toMatchObject([
      { itemId: 'b', heardMs: 100 },
      { itemId: 'c', heardMs: 0 },
    ])
  })

  test('marks of before a clear say nothing', () => {
    const playback = new Playback({ hasMarks: true })
    const [first = ''] = send(playback, 'a', 50)
    playback.clear(100)
    send(playback, 'a', 50, 100)
    expect(playback.reached(first, 110)).toBe(false)
  })

  test('what was played to its end is nobody’s business any more', () => {
    const playback = new Playback({ hasMarks: true })
    for (const mark of send(playback, 'a', 20)) playback.reached(mark, 400)
    expect(playback.isSounding(500)).toBe(false)
    expect(playback.clear(500)).toEqual([])
  })

  test('an item whose answer is complete is forgotten when it was heard, and no earlier', () => {
    const playback = new Playback({ hasMarks: true })
    const [first = '', second = ''] = send(playback, 'a', 20)
    playback.reached(first, 200)
    playback.forget('r_a')
    expect(playback.clear(200)).toMatchObject([{ itemId: 'a', heardMs: 200, givenMs: 400 }])
    const [third = '', last = ''] = send(playback, 'b', 20)
    playback.forget('r_b')
    for (const mark of [second, third, last]) playback.reached(mark, 400)
    playback.given(place('b'), 20)
    expect(playback.clear(400)).toMatchObject([{ itemId: 'b', heardMs: 0, givenMs: 20 }])
  })

  test('sound without a mark that came back is not over, however late it is', () => {
    const playback = new Playback({ hasMarks: true })
    send(playback, 'a', 10)
    expect(playback.isSounding(5000)).toBe(true)
  })
})

test('without marks the clock alone tells, and sound takes its time to the ear', () => {
  const playback = new Playback({ hasMarks: false, latencyMs: 40 })
  send(playback, 'a', 50)
  expect(playback.clear(340)).toMatchObject([{ heardMs: 300 }])
  send(playback, 'b', 10, 1000)
  expect(playback.isSounding(1200)).toBe(true)
  expect(playback.isSounding(1240)).toBe(false)
})

test('what was heard is told once, where it sounded, and cut where it was cut', () => {
  const heard: [number, number][] = []
  const playback = new Playback({ hasMarks: false, onHeard: ({ bytes, atMs }) => heard.push([atMs, bytes.length]) })
  send(playback, 'a', 3, 1000)
  playback.clear(1030)
  expect(heard).toEqual([
    [1000, 160],
    [1020, 80],
  ])
})
