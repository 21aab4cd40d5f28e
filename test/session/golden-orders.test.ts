// The orders of events that captures of the live service show: protocol.md 4.1 and 7. Run with no delays.

import { describe, expect, test } from 'vitest'
import { end, pcm, SessionDriver, shape, spoken, text, typesOf } from './session-driver.ts'

const opened = ['response.output_item.added', 'conversation.item.added', 'response.content_part.added']
const closed = [
  'response.content_part.done',
  'conversation.item.done',
  'response.output_item.done',
  'response.done',
  'rate_limits.updated',
]

describe('text turn', () => {
  test('has the order of the capture', () => {
    const session = new SessionDriver()
    session.client({ type: 'session.update', session: { type: 'realtime', output_modalities: ['text'] } })
    session.say('Hello')
    session.client({ type: 'response.create' })
    session.reply(text('Hi there.'), end)
    expect(shape(session.events)).toEqual([
      'session.created',
      'session.updated',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      ...opened,
      'response.output_text.delta',
      'response.output_text.done',
      ...closed,
    ])
    expect(session.sent('response.output_text.delta').map((event) => event.delta)).toEqual(['Hi', ' there', '.'])
  })

  test('ends in a response that holds the item', () => {
    const session = new SessionDriver()
    session.say('Hello')
    session.client({ type: 'response.create', response: { output_modalities: ['text'], metadata: { topic: 'a' } } })
    session.reply(text('Hi.'), end)
    const item = session.last('response.output_item.done').item
    expect(item).toMatchObject({ status: 'completed', role: 'assistant', content: [{ type: 'output_text', text: 'Hi.' }] })
    expect(session.last('response.created').response).toMatchObject({
      status: 'in_progress',
      output: [],
      usage: null,
      metadata: { topic: 'a' },
    })
    expect(session.last('response.done').response).toMatchObject({ status: 'completed', status_details: null, output: [item] })
  })
})

describe('audio turn with server VAD', () => {
  function audioTurn(): SessionDriver {
    const session = new SessionDriver({ vad: true })
    session.append(pcm(320))
    session.append(pcm(640, 900))
    session.append(pcm(320))
    session.reply(text('The highest mountain is far away.', spoken(1900)), end)
    return session
  }

  test('has the order of the capture', () => {
    const isDelta = /delta$/
    const { events } = audioTurn()
    const before = events.filter((event) => !isDelta.test(event.type))
    expect(typesOf(before)).toEqual([
      'session.created',
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      ...opened,
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      ...closed,
    ])
    const deltas = typesOf(events.filter((event) => isDelta.test(event.type)))
    expect(deltas.indexOf('response.output_audio.delta')).toBeGreaterThan(1)
    expect(deltas.lastIndexOf('response.output_audio_transcript.delta')).toBeLessThan(
      deltas.lastIndexOf('response.output_audio.delta'),
    )
    expect(typesOf(events).indexOf('response.output_audio_transcript.delta')).toBe(
      typesOf(events).indexOf('response.content_part.added') + 1,
    )
  })

  test('names parts audio and items output_audio', () => {
    const session = audioTurn()
    expect(session.last('response.content_part.added').part).toEqual({ type: 'audio', transcript: '' })
    expect(session.last('response.content_part.done').part).toEqual({
      type: 'audio',
      transcript: 'The highest mountain is far away.',
    })
    const [part] = session.last('response.done').response.output
    expect(part).toMatchObject({ content: [{ type: 'output_audio', transcript: 'The highest mountain is far away.' }] })
  })

  test('one item id from speech_started to the item', () => {
    const session = audioTurn()
    const { item_id } = session.last('input_audio_buffer.speech_started')
    expect(session.last('input_audio_buffer.speech_stopped').item_id).toBe(item_id)
    expect(session.last('input_audio_buffer.committed')).toMatchObject({ item_id, previous_item_id: null })
    expect(session.sent('conversation.item.added')[0]?.item).toEqual({
      id: item_id,
      type: 'message',
      status: 'completed',
      role: 'user',
      content: [{ type: 'input_audio', transcript: null }],
    })
  })

  test('sends the whole sound in whole samples', () => {
    const bytes = audioTurn()
      .sent('response.output_audio.delta')
      .map((event) => Buffer.from(event.delta, 'base64'))
    expect(bytes.map((delta) => delta.byteLength / 48)).toEqual([80, 300, 300, 300, 300, 300, 300, 20])
    expect(Buffer.concat(bytes)).toEqual(Buffer.from(spoken(1900).bytes))
  })
})

describe('function calls', () => {
  test('a call alone has no message and no parts', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create' })
    session.reply({ type: 'call', name: 'get_weather', arguments: '{"city":"Rome"}' }, end)
    expect(shape(session.events.slice(1))).toEqual([
      'response.created',
      'response.output_item.added',
      'conversation.item.added',
      'response.function_call_arguments.delta',
      'response.function_call_arguments.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
    const done = session.last('response.function_call_arguments.done')
    expect(done).toMatchObject({ name: 'get_weather', arguments: '{"city":"Rome"}', output_index: 0 })
    expect(session.last('response.output_item.added').item).toMatchObject({
      arguments: '',
      status: 'in_progress',
      call_id: done.call_id,
    })
    expect(session.last('response.done').response.output).toMatchObject([
      { type: 'function_call', call_id: done.call_id, status: 'completed' },
    ])
  })

  test('message and calls stand at rising output indexes', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { output_modalities: ['text'] } })
    session.reply(
      text('Let me see.'),
      { type: 'call', name: 'a', arguments: '{}' },
      { type: 'call', name: 'b', arguments: '{}', callId: 'call_b' },
      end,
    )
    expect(session.sent('response.output_item.done').map(({ output_index, item }) => [output_index, item.type])).toEqual([
      [0, 'message'],
      [1, 'function_call'],
      [2, 'function_call'],
    ])
    const added = session.sent('conversation.item.added')
    expect(added.map((event) => event.previous_item_id)).toEqual([null, added[0]?.item.id, added[1]?.item.id])
  })

  test('the output of a call is offered to the next reply until a response answers it', () => {
    const session = new SessionDriver()
    session.say('Weather?')
    session.client({ type: 'response.create' })
    const first = session.asked().request.responseId
    session.reply({ type: 'call', name: 'get_weather', arguments: '{}', callId: 'call_1' }, end)
    session.client({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: 'call_1', output: '{"t":20}' },
    })
    session.client({ type: 'response.create' })
    const expected = [{ callId: 'call_1', name: 'get_weather', output: '{"t":20}', callResponseId: first }]
    expect(session.asked().request.results).toEqual(expected)
    session.reply({ type: 'fail', error: { type: 'server_error', code: null, message: 'm' } })
    session.client({ type: 'response.create' })
    expect(session.asked().request.results).toEqual(expected)
    session.reply({ type: 'call', name: 'again', arguments: '{}', callId: 'call_2' }, end)
    session.client({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id: 'call_2', output: 'x' } })
    session.client({ type: 'response.create' })
    expect(session.asked().request.results.map((result) => result.callId)).toEqual(['call_2'])
  })
})

describe('out of band', () => {
  test('the same ladder without conversation events, beside the active response', () => {
    const session = new SessionDriver()
    session.say('Hello')
    session.client({ type: 'response.create' })
    const inBand = session.asked().request.responseId
    const from = session.events.length
    const params = { conversation: 'none' as const, metadata: { topic: 'mood' }, output_modalities: ['text' as const] }
    session.client({ type: 'response.create', response: params })
    const { request } = session.asked()
    expect(request).toMatchObject({ outOfBand: true, metadata: { topic: 'mood' }, turn: 1 })
    session.reply(text('Angry.'), end)
    expect(shape(session.events.slice(from))).toEqual([
      'response.created',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
    expect(session.last('response.created').response).toMatchObject({ conversation_id: null, metadata: { topic: 'mood' } })
    expect(session.last('response.done').response).toMatchObject({ conversation_id: null, metadata: { topic: 'mood' } })
    const itemId = session.last('response.output_item.done').item.id
    session.client({ type: 'conversation.item.retrieve', item_id: itemId })
    expect(session.last('error').error.code).toBe('item_retrieve_invalid_item_id')
    session.replyTo(inBand, text('Sorry.'), end)
    expect(session.last('response.done').response.id).toBe(inBand)
  })

  test('is not interrupted by speech', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { conversation: 'none' } })
    session.append(pcm(100))
    expect(typesOf(session.frames(0.9, 0.9))).toEqual(['input_audio_buffer.speech_started'])
  })
})

test('errors in a row leave the session working', () => {
  const session = new SessionDriver()
  session.input({
    type: 'client-fault',
    fault: { type: 'invalid_request_error', code: 'invalid_json', message: 'm', param: null, eventId: null },
  })
  session.client({ type: 'output_audio_buffer.clear', event_id: 'mine' })
  session.client({ type: 'input_audio_buffer.append', audio: '***' })
  session.client({ type: 'response.cancel' })
  expect(session.sent('error').map(({ error }) => [error.code, error.param, error.event_id])).toEqual([
    ['invalid_json', null, null],
    ['invalid_value', 'type', 'mine'],
    ['invalid_value', 'audio', null],
    ['response_cancel_not_active', null, null],
  ])
  session.say('Hello')
  session.client({ type: 'response.create' })
  session.reply(text('Hi.'), end)
  expect(session.last('response.done').response.status).toBe('completed')
})
