// The playout clock of calls: when the service starts to play, when it has drained, and what a cut leaves. protocol.md 4.5, 4.13.

import { describe, expect, test } from 'vitest'
import {
  cutOutput,
  emptyOutputBuffer,
  endSound,
  enqueueSound,
  nextMomentMs,
  settleOutput,
} from '../../src/session/output-buffer.ts'
import { end, pcm, SessionDriver, shape, spoken, text, typesOf } from './session-driver.ts'

const sentence = 'One two three four five six seven eight nine ten.'

/** A call whose answer of `soundMs` was asked for at 0; its first sound is made at 410. */
function call(soundMs: number): SessionDriver {
  const session = new SessionDriver({ latency: 'openai', playsOutput: true })
  session.say('Hello')
  session.client({ type: 'response.create' })
  session.advance(10)
  session.reply(text(sentence, spoken(soundMs)), end)
  return session
}

const outputEvents = (session: SessionDriver): string[] =>
  typesOf(session.events).filter((type) => type.startsWith('output_audio_buffer.'))

/** When the timer that reports the drain is due. */
const drainAt = (session: SessionDriver): number | undefined => session.timers.get('playout')

describe('a whole answer', () => {
  test('starts after content_part.added, with the first sound', () => {
    const session = call(3000)
    const types = shape(session.advance(400))
    expect(types.slice(types.indexOf('response.content_part.added'))).toEqual([
      'response.content_part.added',
      'response.output_audio_transcript.delta',
      'output_audio_buffer.started',
      'response.output_audio.delta',
    ])
    const { response_id } = session.last('output_audio_buffer.started')
    expect(response_id).toBe(session.last('response.created').response.id)
    session.advance(200)
    expect(session.sent('output_audio_buffer.started')).toHaveLength(1)
  })

  test('stops after response.done, when its sound has been played at its own speed', () => {
    const session = call(3000)
    session.advance(1200)
    // Made five times faster than it plays.
    expect(session.last('response.done').response.status).toBe('completed')
    expect(outputEvents(session)).toEqual(['output_audio_buffer.started'])
    expect(session.effectsOf('schedule').at(-1)?.deadline).toBe('service')
    expect(drainAt(session)).toBe(410 + 3000)
    session.advance(410 + 3000 - session.nowMs - 1)
    expect(outputEvents(session)).toEqual(['output_audio_buffer.started'])
    expect(session.advance(1)).toMatchObject([
      { type: 'output_audio_buffer.stopped', response_id: session.last('response.done').response.id },
    ])
    expect(drainAt(session)).toBeUndefined()
  })

  test('that plays out before its response is over stops with response.done', () => {
    const session = new SessionDriver({ playsOutput: true })
    session.client({ type: 'response.create' })
    session.reply(text('Hm.', spoken(200)))
    session.advance(5000)
    expect(outputEvents(session)).toEqual(['output_audio_buffer.started'])
    const types = typesOf(session.reply(end))
    expect(types.slice(types.indexOf('response.done'))).toEqual([
      'response.done',
      'output_audio_buffer.stopped',
      'rate_limits.updated',
    ])
  })

  test('without sound tells nothing', () => {
    const session = new SessionDriver({ playsOutput: true })
    session.client({ type: 'response.create', response: { output_modalities: ['text'] } })
    session.reply(text('Hello.'), end)
    session.client({ type: 'response.create' })
    session.reply({ type: 'call', name: 'look_up', arguments: '{}' }, end)
    session.advance(5000)
    expect(outputEvents(session)).toEqual([])
  })

  test('waits for the one before it: stopped comes before started', () => {
    const session = call(3000)
    session.advance(1200)
    session.client({ type: 'response.create' })
    session.advance(10)
    session.reply(text(sentence, spoken(1000)), end)
    session.advance(1000)
    expect(outputEvents(session)).toEqual(['output_audio_buffer.started'])
    session.advance(3410 - session.nowMs)
    expect(outputEvents(session)).toEqual([
      'output_audio_buffer.started',
      'output_audio_buffer.stopped',
      'output_audio_buffer.started',
    ])
    session.advance(1000)
    expect(outputEvents(session)).toHaveLength(4)
    expect(new Set(session.sent('output_audio_buffer.stopped').map((event) => event.response_id)).size).toBe(2)
  })
})

describe('barge-in', () => {
  test('while the answer is made: cancelled, cleared, then truncated by the service at what was played', () => {
    const session = call(5000)
    session.advance(700)
    session.append(pcm(400, 900))
    const events = session.frames(0.9, 0.9)
    const types = typesOf(events)
    expect(types.slice(types.indexOf('response.done'))).toEqual([
      'response.done',
      'output_audio_buffer.cleared',
      'conversation.item.truncated',
    ])
    const { id, status } = session.last('response.done').response
    expect(status).toBe('cancelled')
    expect(session.last('output_audio_buffer.cleared').response_id).toBe(id)
    // Made since 410 at five times real time, played since 410 at its own.
    const playedMs = 710 - 410
    expect(session.last('conversation.item.truncated')).toMatchObject({
      item_id: session.last('response.output_item.done').item.id,
      content_index: 0,
      audio_end_ms: playedMs,
    })
    session.client({ type: 'conversation.item.retrieve', item_id: session.last('conversation.item.truncated').item_id })
    const { item } = session.last('conversation.item.retrieved')
    expect(item).toMatchObject({ content: [{ audio: Buffer.from(spoken(playedMs).bytes).toString('base64') }] })
    expect(JSON.stringify(item)).not.toContain('transcript')
    session.advance(10_000)
    expect(outputEvents(session)).toEqual(['output_audio_buffer.started', 'output_audio_buffer.cleared'])
  })

  test('after response.done, while the sound plays on', () => {
    const session = call(5000)
    session.advance(2000)
    expect(session.last('response.done').response.status).toBe('completed')
    session.append(pcm(400, 900))
    expect(typesOf(session.frames(0.9, 0.9))).toEqual([
      'input_audio_buffer.speech_started',
      'output_audio_buffer.cleared',
      'conversation.item.truncated',
    ])
    expect(session.last('conversation.item.truncated').audio_end_ms).toBe(2010 - 410)
    expect(drainAt(session)).toBeUndefined()
  })

  test('after the drain there is only speech_started', () => {
    const session = call(1000)
    session.advance(5000)
    session.append(pcm(400, 900))
    expect(typesOf(session.frames(0.9, 0.9))).toEqual(['input_audio_buffer.speech_started'])
  })

  test('interrupt_response false lets the sound play on', () => {
    const session = call(5000)
    const turn_detection = { type: 'server_vad' as const, interrupt_response: false }
    session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection } } } })
    session.advance(2000)
    session.append(pcm(400, 900))
    expect(typesOf(session.frames(0.9, 0.9))).toEqual(['input_audio_buffer.speech_started'])
    session.advance(5000)
    expect(session.sent('output_audio_buffer.stopped')).toHaveLength(1)
  })
})

describe('output_audio_buffer.clear', () => {
  test('cuts off what plays, and truncates by itself', () => {
    const session = call(5000)
    session.advance(2000)
    expect(session.client({ type: 'output_audio_buffer.clear' })).toMatchObject([
      { type: 'output_audio_buffer.cleared', response_id: session.last('response.done').response.id },
      { type: 'conversation.item.truncated', audio_end_ms: 1600 },
    ])
    session.advance(5000)
    expect(session.sent('output_audio_buffer.stopped')).toEqual([])
  })

  test('with the response still in progress: what is made of it later is not played', () => {
    const session = call(5000)
    session.advance(700)
    expect(typesOf(session.client({ type: 'output_audio_buffer.clear' }))).toEqual([
      'output_audio_buffer.cleared',
      'conversation.item.truncated',
    ])
    session.advance(10_000)
    expect(session.last('response.done').response.status).toBe('completed')
    expect(outputEvents(session)).toEqual(['output_audio_buffer.started', 'output_audio_buffer.cleared'])
  })

  test('response.cancel alone lets play what was made', () => {
    const session = call(5000)
    session.advance(700)
    expect(typesOf(session.client({ type: 'response.cancel' }))).not.toContain('output_audio_buffer.cleared')
    session.advance(10_000)
    expect(outputEvents(session)).toEqual(['output_audio_buffer.started', 'output_audio_buffer.stopped'])
  })

  test('with nothing to clear: nothing', () => {
    const session = call(1000)
    expect(session.client({ type: 'output_audio_buffer.clear' })).toEqual([])
    session.advance(5000)
    expect(session.client({ type: 'output_audio_buffer.clear' })).toEqual([])
  })

  test('an item that the client deleted meanwhile is not truncated', () => {
    const session = call(5000)
    session.advance(2000)
    session.client({ type: 'conversation.item.delete', item_id: session.last('response.output_item.done').item.id })
    expect(typesOf(session.client({ type: 'output_audio_buffer.clear' }))).toEqual(['output_audio_buffer.cleared'])
  })

  test('on a plain socket it is unknown', () => {
    const session = new SessionDriver()
    session.client({ type: 'output_audio_buffer.clear', event_id: 'mine' })
    expect(session.last('error').error).toMatchObject({ code: 'invalid_value', param: 'type', event_id: 'mine' })
  })
})

test('a plain socket plays by itself: the service tells nothing of it', () => {
  const session = new SessionDriver({ latency: 'openai' })
  session.client({ type: 'response.create' })
  session.advance(10)
  session.reply(text(sentence, spoken(3000)), end)
  session.advance(10_000)
  expect(outputEvents(session)).toEqual([])
})

test('the idle timeout waits until the sound has been played', () => {
  const session = new SessionDriver({ latency: 'openai', playsOutput: true })
  const turn_detection = { type: 'server_vad' as const, idle_timeout_ms: 5000 }
  session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection } } } })
  session.client({ type: 'response.create' })
  session.advance(10)
  session.reply(text(sentence, spoken(3000)), end)
  session.advance(2000)
  expect(session.timers.get('idle')).toBe(410 + 3000 + 5000)
})

describe('the buffer', () => {
  const sound = (responseId: string, itemId: string, durationMs: number) => ({ responseId, itemId, durationMs })

  test('counts what was played of each item, over gaps', () => {
    let buffer = enqueueSound(emptyOutputBuffer, sound('a', 'one', 100), 0)
    buffer = enqueueSound(buffer, sound('a', 'one', 100), 500)
    buffer = enqueueSound(buffer, sound('a', 'two', 100), 500)
    const { items, responseIds } = cutOutput(settleOutput(buffer, 550).buffer, 550)
    expect(responseIds).toEqual(['a'])
    expect(items).toEqual([
      { itemId: 'one', playedMs: 150 },
      { itemId: 'two', playedMs: 0 },
    ])
  })

  test('keeps nothing of what has stopped', () => {
    let buffer = endSound(enqueueSound(emptyOutputBuffer, sound('a', 'one', 100), 0), 'a')
    expect(nextMomentMs(buffer)).toBe(0)
    buffer = settleOutput(buffer, 100).buffer
    expect(buffer).toMatchObject({ sounding: [], stretches: [] })
    expect(nextMomentMs(buffer)).toBeUndefined()
  })

  test('forgets that a response was cut off once it is over', () => {
    const { buffer } = cutOutput(enqueueSound(emptyOutputBuffer, sound('a', 'one', 100), 0), 10)
    expect([...buffer.silenced]).toEqual(['a'])
    expect(endSound(buffer, 'a').silenced.size).toBe(0)
  })
})
