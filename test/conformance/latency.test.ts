// protocol.md 6: when things happen, on the test's clock with the latency of the live service. Times are virtual: exact in every run.

import { describe, expect, test } from 'vitest'
import { appends, commit, loud, quiet, respond, says, update, updateInput } from './support/client-events.ts'
import { type Local, startLocal } from './support/services.ts'
import { orderOf } from './support/wire-client.ts'

interface Timed {
  readonly type: string
  readonly atMs: number
  readonly event: any
}

const timed = (local: Local): Timed[] =>
  local.realtime.timeline.entries.map(({ atMs, event }) => ({ type: event.type, atMs, event }))
const first = (events: readonly Timed[], type: string): number => events.find((one) => one.type === type)!.atMs
const last = (events: readonly Timed[], type: string): number => events.findLast((one) => one.type === type)!.atMs

describe('6 a text turn', () => {
  test('created after 10 ms, first delta 200 ms later, single tokens 5 to 8 ms apart, rate limits 7 to 43 ms after done', async () => {
    await using local = startLocal()
    const client = await local.open()
    await client.askOne(update({ output_modalities: ['text'] }))
    client.send(says('short'), respond())
    await client.until('rate_limits.updated')
    const events = timed(local)
    expect(first(events, 'response.created') - first(events, 'response.create')).toBe(10)
    expect(first(events, 'response.output_text.delta') - first(events, 'response.created')).toBe(200)
    const deltas = events.filter(({ type }) => type === 'response.output_text.delta')
    expect(deltas.map(({ event }) => event.delta)).toEqual(['Hi', ' there', ',', ' friend', '.'])
    for (const [index, delta] of deltas.entries()) {
      if (index > 0) expect(delta.atMs - deltas[index - 1]!.atMs).toBeGreaterThanOrEqual(5)
      if (index > 0) expect(delta.atMs - deltas[index - 1]!.atMs).toBeLessThanOrEqual(8)
    }
    const gap = first(events, 'rate_limits.updated') - first(events, 'response.done')
    expect(gap).toBeGreaterThanOrEqual(7)
    expect(gap).toBeLessThanOrEqual(43)
  })

  test('acknowledgements take no time', async () => {
    await using local = startLocal()
    const client = await local.open()
    await client.ask(update({}), says('a'))
    const events = timed(local)
    expect(first(events, 'session.created')).toBe(0)
    expect(first(events, 'session.updated')).toBe(first(events, 'session.update'))
    expect(first(events, 'conversation.item.added')).toBe(first(events, 'conversation.item.create'))
  })
})

describe('6 an audio turn', () => {
  async function toneTurn(): Promise<Timed[]> {
    await using local = startLocal()
    const client = await local.open()
    client.send(says('tone'), respond())
    await client.until('rate_limits.updated')
    return timed(local)
  }

  test('first audio 300 to 500 ms after response.created; then 5 to 6 times as fast as it plays', async () => {
    const events = await toneTurn()
    const wait = first(events, 'response.output_audio.delta') - first(events, 'response.created')
    expect(wait).toBeGreaterThanOrEqual(300)
    expect(wait).toBeLessThanOrEqual(500)
    const deltas = events.filter(({ type }) => type === 'response.output_audio.delta')
    const playedMs = deltas.slice(1).reduce((sum, { event }) => sum + Buffer.from(event.delta, 'base64').length / 48, 0)
    const speed = playedMs / (last(events, 'response.output_audio.delta') - first(events, 'response.output_audio.delta'))
    expect(speed).toBeGreaterThanOrEqual(5)
    expect(speed).toBeLessThanOrEqual(6)
  })

  test('[U] deltas: first 50 to 100 ms of sound, then 200 to 400 ms', async () => {
    const lengths = (await toneTurn())
      .filter(({ type }) => type === 'response.output_audio.delta')
      .map(({ event }) => Buffer.from(event.delta, 'base64').length / 48)
    expect(lengths.reduce((sum, ms) => sum + ms, 0)).toBe(1000)
    expect(lengths[0]).toBeGreaterThanOrEqual(50)
    expect(lengths[0]).toBeLessThanOrEqual(100)
    for (const ms of lengths.slice(1, -1)) {
      expect(ms).toBeGreaterThanOrEqual(200)
      expect(ms).toBeLessThanOrEqual(400)
    }
  })

  test('the transcript runs 100 to 300 ms ahead of its audio', async () => {
    const events = await toneTurn()
    const lead = first(events, 'response.output_audio.delta') - first(events, 'response.output_audio_transcript.delta')
    expect(lead).toBeGreaterThanOrEqual(100)
    expect(lead).toBeLessThanOrEqual(300)
  })
})

describe('6 transcription and turn detection', () => {
  test('first delta 1.19 s, completed 1.41 s after the commit', async () => {
    await using local = startLocal()
    const client = await local.open()
    await client.ask(updateInput({ transcription: { model: 'gpt-4o-transcribe' }, turn_detection: null }))
    client.send(...appends(loud(640)), commit)
    await client.until('conversation.item.input_audio_transcription.completed')
    const events = timed(local)
    const committed = first(events, 'input_audio_buffer.committed')
    expect(first(events, 'conversation.item.input_audio_transcription.delta') - committed).toBe(1190)
    expect(first(events, 'conversation.item.input_audio_transcription.completed') - committed).toBe(1410)
  })

  test('speech_stopped, committed and the item come at once; response.created 10 ms later', async () => {
    await using local = startLocal()
    const client = await local.open()
    client.send(...appends(loud(640)), ...appends(quiet(320)))
    await client.until('rate_limits.updated')
    const events = timed(local)
    const stopped = first(events, 'input_audio_buffer.speech_stopped')
    expect(first(events, 'conversation.item.done')).toBe(stopped)
    expect(first(events, 'response.created') - stopped).toBe(10)
  })

  test('speech_stopped comes 200 ms and a frame after the last voice, when sound comes as it is spoken', async () => {
    await using local = startLocal()
    const client = await local.open()
    await client.askOne(updateInput({ turn_detection: { type: 'server_vad', create_response: false } }))
    for (const piece of [...appends(loud(640)), ...appends(quiet(320))]) {
      await client.ask(piece)
      await local.realtime.clock.advance(32)
    }
    const events = timed(local)
    const gap = first(events, 'input_audio_buffer.speech_stopped') - 640
    expect(gap).toBeGreaterThanOrEqual(192)
    expect(gap).toBeLessThanOrEqual(232)
  })
})

describe('4.1 the order of events is the same whatever the latency', () => {
  async function turnOf(text: string, options: { latency: 'openai' | 'instant' }): Promise<string[]> {
    await using local = startLocal(options)
    const client = await local.open()
    await client.askOne(update(text === 'tone' ? {} : { output_modalities: ['text'] }))
    const turn = await client.turn(says(text), respond())
    return orderOf(turn.filter(({ type }) => !type.endsWith('.delta')))
  }

  test.each(['short', 'tone', 'call one', 'call two', 'look', 'limited', 'filtered'])('%s', async (text) => {
    expect(await turnOf(text, { latency: 'openai' })).toEqual(await turnOf(text, { latency: 'instant' }))
  })
})
