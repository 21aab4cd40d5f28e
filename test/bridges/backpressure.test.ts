// Sockets that are full: sound waits, in bounds, and goes on when there is room.

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { encodeBase64 } from '../../audio/base64.ts'
import { CallerAudio } from '../../src/bridges/caller-audio.ts'
import type { BridgeEvent } from '../../src/bridges/model-link.ts'
import type { PhoneSide } from '../../src/bridges/phone-side.ts'
import { Speaker } from '../../src/bridges/speaker.ts'

const format = { encoding: 'mulaw', rateHz: 8000 } as const
const frame = encodeBase64(new Uint8Array(160))
const place = { responseId: 'r', itemId: 'i', contentIndex: 0 }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function phone(buffered: { bytes: number }, leadMs = Number.POSITIVE_INFINITY): PhoneSide & { played: number } {
  const nothing = (): void => {}
  return {
    platform: 'test',
    hasMarks: false,
    frameMs: 20,
    latencyMs: 0,
    leadMs,
    played: 0,
    get bufferedBytes() {
      return buffered.bytes
    },
    play(bytes) {
      this.played += bytes.length
    },
    ready: nothing,
    mark: nothing,
    endAnswer: nothing,
    clear: nothing,
    speech: nothing,
    recognized: nothing,
    hangUp: nothing,
    fail: nothing,
  }
}

function speaker(side: PhoneSide, queueMs = 60_000): { speaker: Speaker; dropped: () => number } {
  let dropped = 0
  const made = new Speaker({
    format,
    phone: side,
    highWaterBytes: 1000,
    queueMs,
    prebufferMs: 0,
    onFirstSound: () => {},
    onDropped: (bytes) => {
      dropped += bytes
    },
    onIdle: () => {},
  })
  return { speaker: made, dropped: () => dropped }
}

test('the agent waits while the platform reads slowly, and goes on behind it', () => {
  const buffered = { bytes: 5000 }
  const side = phone(buffered)
  const { speaker: made } = speaker(side)
  made.push(place, new Uint8Array(1600))
  vi.advanceTimersByTime(200)
  expect(side.played).toBe(0)
  buffered.bytes = 0
  vi.advanceTimersByTime(40)
  expect(side.played).toBe(1600)
})

test('more of the agent than fits is dropped and counted', () => {
  const side = phone({ bytes: 5000 })
  const { speaker: made, dropped } = speaker(side, 1000)
  made.push(place, new Uint8Array(16_000))
  expect(dropped()).toBe(8000)
})

test('sound is sent no further ahead than the platform wants, and without a gap', () => {
  const side = phone({ bytes: 0 }, 300)
  const { speaker: made } = speaker(side)
  made.push(place, new Uint8Array(16_000))
  expect(side.played).toBe(300 * 8)
  for (let ms = 0; ms < 1600; ms += 10) {
    vi.advanceTimersByTime(10)
    const aheadMs = side.played / 8 - (ms + 10)
    expect(aheadMs).toBeGreaterThan(200)
    expect(aheadMs).toBeLessThanOrEqual(320)
  }
  expect(made.underruns).toBe(0)
})

test('an answer begins when there is enough of it, or after a while, or when it is whole', () => {
  const side = phone({ bytes: 0 })
  const options = { format, phone: side, highWaterBytes: 1000, queueMs: 60_000, prebufferMs: 150, onDropped() {}, onIdle() {} }
  const begun: string[] = []
  const made = new Speaker({ ...options, onFirstSound: (id) => begun.push(id) })
  made.push(place, new Uint8Array(800))
  expect(begun).toEqual([])
  made.push(place, new Uint8Array(800))
  expect(begun).toEqual(['r'])
  vi.advanceTimersByTime(5000)
  made.push({ ...place, responseId: 'late' }, new Uint8Array(800))
  vi.advanceTimersByTime(299)
  expect(begun).toEqual(['r'])
  vi.advanceTimersByTime(1)
  expect(begun).toEqual(['r', 'late'])
  vi.advanceTimersByTime(5000)
  made.push({ ...place, responseId: 'short' }, new Uint8Array(320))
  made.end('short')
  expect(begun).toEqual(['r', 'late', 'short'])
})

test('the caller waits while the model reads slowly; the oldest sound goes first', () => {
  const sent: BridgeEvent[] = []
  const line = { isReady: true, bufferedBytes: 0, send: (event: BridgeEvent) => void sent.push(event) }
  let dropped = 0
  const ear = new CallerAudio({
    format,
    line,
    queueMs: 100,
    highWaterBytes: 1000,
    onDropped: (bytes) => {
      dropped += bytes
    },
  })
  ear.push(frame, 0)
  line.bufferedBytes = 5000
  for (let index = 0; index < 8; index++) ear.push(frame, index * 20)
  expect(sent).toHaveLength(1)
  expect(ear.waitingMs).toBe(100)
  expect(dropped).toBe(3 * 160)
  line.bufferedBytes = 0
  ear.push(frame, 200)
  expect(sent).toHaveLength(7)
  ear.close()
})
