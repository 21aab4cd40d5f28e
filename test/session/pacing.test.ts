// When the parts of a reply are sent: the figures of protocol.md 6, measured on the times of the events.

import { describe, expect, test } from 'vitest'
import type { ServerEvent } from '../../src/protocol/server-events.ts'
import type { ReplyPiece } from '../../src/session/inputs.ts'
import { instantLatency, openaiLatency, resolveLatency } from '../../src/session/latency.ts'
import { paceSpeech } from '../../src/session/pacing.ts'
import { splitTokens } from '../../src/session/tokens.ts'
import { end, SessionDriver, spoken, text } from './session-driver.ts'

interface Timed {
  readonly atMs: number
  readonly event: ServerEvent
}

/** The events of one response by the service's latencies; pieces arrive at the times given. */
function timed(modality: 'text' | 'audio', arrivals: readonly (readonly [atMs: number, ...ReplyPiece[]])[]): Timed[] {
  const session = new SessionDriver({ latency: 'openai' })
  session.client({ type: 'response.create', response: { output_modalities: [modality] } })
  const all: Timed[] = []
  const waiting = [...arrivals]
  for (let ms = 0; ms <= 8000; ms++) {
    for (const event of session.advance(ms === 0 ? 0 : 1)) all.push({ atMs: session.nowMs, event })
    while (waiting[0] && waiting[0][0] <= ms && session.effectsOf('ask-reply').length) {
      const [, ...pieces] = waiting.shift() ?? [0]
      for (const event of session.reply(...pieces)) all.push({ atMs: session.nowMs, event })
    }
  }
  return all
}

function timesOf(all: readonly Timed[], type: ServerEvent['type']): number[] {
  return all.filter(({ event }) => event.type === type).map(({ atMs }) => atMs)
}

describe('text', () => {
  test('created after 10 ms, first delta 200 ms later, then one each 6 ms', () => {
    const all = timed('text', [[10, text('one two three four'), end]])
    expect(timesOf(all, 'response.created')).toEqual([10])
    expect(timesOf(all, 'response.output_text.delta')).toEqual([210, 216, 222, 228])
    expect(timesOf(all, 'response.output_item.added')).toEqual([210])
    const [done = 0] = timesOf(all, 'response.done')
    expect(done).toBe(234)
    expect(timesOf(all, 'rate_limits.updated')).toEqual([done + openaiLatency.rateLimitsMs])
  })

  test('a reply that streams goes on where it was; a late piece waits for nothing more', () => {
    const all = timed('text', [
      [10, text('one')],
      [12, text(' two')],
      [900, text(' three four')],
      [1200, end],
    ])
    expect(timesOf(all, 'response.output_text.delta')).toEqual([210, 216, 900, 906])
    expect(timesOf(all, 'response.done')).toEqual([1200])
  })

  test('a pause puts off what follows', () => {
    const all = timed('text', [[10, { type: 'pause', ms: 1000 }, text('one'), { type: 'pause', ms: 300 }, text(' two'), end]])
    expect(timesOf(all, 'response.output_text.delta')).toEqual([1210, 1516])
  })

  test('a slow model starts when its reply comes', () => {
    const all = timed('text', [[700, text('one'), end]])
    expect(timesOf(all, 'response.output_text.delta')).toEqual([700])
  })
})

describe('audio', () => {
  const sentence = 'One two three four five six seven eight nine ten.'
  const all = timed('audio', [[10, text(sentence, spoken(5000)), end]])

  test('first audio 400 ms after created, then five times as fast as it sounds', () => {
    const times = timesOf(all, 'response.output_audio.delta')
    expect(times[0]).toBe(410)
    expect(times.at(-1)).toBe(410 + Math.ceil((5000 - 80) / 5))
    expect(times.slice(1, 4)).toEqual([470, 530, 590])
  })

  test('the transcript runs 200 ms ahead of the sound', () => {
    const times = timesOf(all, 'response.output_audio_transcript.delta')
    expect(times[0]).toBe(210)
    expect(times).toHaveLength(splitTokens(sentence).length)
    expect(times.at(-1)).toBeLessThanOrEqual(410 + 1000 - 200)
  })

  test('response.done comes with the last sound', () => {
    expect(timesOf(all, 'response.done')).toEqual([timesOf(all, 'response.output_audio.delta').at(-1)])
  })

  test('a second piece goes on in the same message, at the same speed', () => {
    const two = timed('audio', [[10, text('One two.', spoken(1000)), text(' Three.', spoken(1000)), end]])
    expect(timesOf(two, 'response.output_item.added')).toHaveLength(1)
    expect(timesOf(two, 'response.output_audio.delta').at(-1)).toBe(410 + Math.ceil((2000 - 80) / 5))
    const transcripts = two.filter(({ event }) => event.type === 'response.output_audio_transcript.done')
    expect(transcripts.map(({ event }) => event)).toMatchObject([{ transcript: 'One two. Three.' }])
  })

  test('without sound the transcript is paced as text', () => {
    const mute = timed('audio', [[10, text('one two'), end]])
    expect(timesOf(mute, 'response.output_audio_transcript.delta')).toEqual([210, 216])
    expect(timesOf(mute, 'response.output_audio.delta')).toEqual([])
    expect(timesOf(mute, 'response.output_audio.done')).toHaveLength(1)
  })
})

describe('pacing of words', () => {
  const options = { format: { type: 'audio/pcm', rate: 24_000 } as const, profile: openaiLatency, firstDeltaMs: 80 }
  const offsets = (words?: { text: string; startMs: number; endMs: number }[]) =>
    paceSpeech('Hi there, you.', spoken(2000, words), options).flatMap((delta) =>
      delta.type === 'transcript' ? [[delta.delta, delta.offsetMs]] : [],
    )

  test('known words pin their tokens', () => {
    const words = [
      { text: 'hi', startMs: 100, endMs: 300 },
      { text: 'there', startMs: 1000, endMs: 1300 },
      { text: 'you', startMs: 1700, endMs: 1900 },
    ]
    expect(offsets(words)).toEqual([
      ['Hi', 100 / 5 - 200],
      [' there', 1000 / 5 - 200],
      [',', expect.any(Number)],
      [' you', 1700 / 5 - 200],
      ['.', expect.any(Number)],
    ])
  })

  test('a word that is said twice is pinned twice', () => {
    const words = [
      { text: 'No', startMs: 0, endMs: 100 },
      { text: 'no', startMs: 1500, endMs: 1600 },
    ]
    const deltas = paceSpeech('No, no.', spoken(2000, words), options).filter((delta) => delta.type === 'transcript')
    expect(deltas.map((delta) => delta.offsetMs)[2]).toBe(1500 / 5 - 200)
  })

  test('half a sample at the end is dropped', () => {
    const audio = { bytes: new Uint8Array(48 * 100 + 1), durationMs: 100 }
    const deltas = paceSpeech('', audio, options).filter((delta) => delta.type === 'audio')
    expect(deltas.map((delta) => delta.bytes.byteLength)).toEqual([48 * 80, 48 * 20])
  })

  test('words that the text does not hold, and times out of order, are passed over', () => {
    const words = [
      { text: 'nope', startMs: 0, endMs: 1 },
      { text: 'there', startMs: 1000, endMs: 1300 },
      { text: 'you', startMs: 20, endMs: 30 },
    ]
    const times = offsets(words).map(([, ms]) => Number(ms))
    expect(times.toSorted((a, b) => a - b)).toEqual(times)
    expect(times[1]).toBe(0)
  })

  test('without times they are spread over the sound', () => {
    expect(offsets().map(([, ms]) => ms)).toEqual([
      -200,
      ...[3, 8, 10, 13].map((index) => expect.closeTo((2000 * index) / 14 / 5 - 200, 6)),
    ])
  })
})

describe('latency option', () => {
  test('names, figures over openai, and functions of the turn', () => {
    expect(resolveLatency()({ number: 1 })).toBe(openaiLatency)
    expect(resolveLatency('instant')({ number: 1 })).toBe(instantLatency)
    expect(resolveLatency({ firstTextMs: 1 })({ number: 1 })).toEqual({ ...openaiLatency, firstTextMs: 1 })
    expect(resolveLatency(({ number }) => ({ createdMs: number }))({ number: 3 }).createdMs).toBe(3)
  })
})

test.each([
  ['Hello! How are you?', ['Hello', '!', ' How', ' are', ' you', '?']],
  ["don't  stop\n", ["don't", '  stop', '\n']],
  ['', []],
  ['日本語のとても長い文章です。', ['日本語のとても長い文章で', 'す', '。']],
])('tokens of %j', (whole, tokens) => {
  expect(splitTokens(whole)).toEqual(tokens)
  expect(splitTokens(whole).join('')).toBe(whole)
})
