// The option `streaming` on the wire: what is in each delta, and at what time of the clock it goes out.

import { describe, expect, test } from 'vitest'
import type { Streaming } from '../../src/api.ts'
import { isEvent } from '../../src/runtime/timeline.ts'
import { talk, texts } from './support/talk.ts'

async function timesOf(streaming: Streaming, reply: string, modality: 'text' | 'audio' = 'text') {
  const world = await talk(reply, { streaming, modality, latency: { createdMs: 0, firstTextMs: 0, firstAudioMs: 0 } })
  world.ask('Hi')
  await world.realtime.settled()
  const type = modality === 'text' ? 'response.output_text.delta' : 'response.output_audio.delta'
  const entries = world.service.timeline.entries
  const atMs = entries.flatMap((entry) => (isEvent(entry) && entry.event.type === type ? [entry.atMs] : []))
  const deltas = texts(world)
  await world.service.close()
  const [first = 0] = atMs
  return { gaps: atMs.map((ms, index) => Math.round(ms - (atMs[index - 1] ?? first))), deltas }
}

test('text goes out as the pattern says', async () => {
  const { gaps, deltas } = await timesOf(
    { chunk: 'word', delayMs: [10, 40], stall: { after: 3, ms: 1000 } },
    'One two three four five',
  )
  expect(deltas).toEqual(['One', ' two', ' three', ' four', ' five'])
  expect(gaps).toEqual([0, 10, 40, 1010, 40])
})

test('bursts are sent at once, and characters stay whole', async () => {
  const { gaps, deltas } = await timesOf({ chunk: 'character', delayMs: 5, burst: 2 }, 'a👩‍👧b👍🏽')
  expect(deltas).toEqual(['a', '👩‍👧', 'b', '👍🏽'])
  expect(gaps).toEqual([0, 0, 10, 0])
})

describe('sound', () => {
  const sentence = 'This is a somewhat longer sentence, so that there are several pieces of sound.'

  test('comes with the delays of the pattern, its words all the same', async () => {
    const { gaps, deltas } = await timesOf({ delayMs: 100, stall: { after: 2, ms: 900 } }, sentence, 'audio')
    expect(gaps.slice(0, 5)).toEqual([0, 100, 1000, 100, 100])
    expect(deltas.join('')).toBe(sentence)
  })

  test('keeps its own pace where only jitter is asked for', async () => {
    const plain = await timesOf({}, sentence, 'audio')
    const jittered = await timesOf({ jitterMs: 30 }, sentence, 'audio')
    expect(jittered.gaps).toHaveLength(plain.gaps.length)
    expect(jittered.gaps).not.toEqual(plain.gaps)
    for (const [index, gap] of jittered.gaps.entries()) expect(gap - (plain.gaps[index] ?? 0)).toBeLessThan(32)
    expect((await timesOf({ jitterMs: 30 }, sentence, 'audio')).gaps).toEqual(jittered.gaps)
  })
})

test('a function that loses text is told by its option', async () => {
  await expect(timesOf({ chunk: () => ['x'] }, 'Hello')).rejects.toThrow(
    '[RTK_OPTION] streaming.chunk: the pieces must give the text',
  )
})
