// How responses end early: by speech, by the client, by limits, by failure. protocol.md 4.2 and 4.5.

import { describe, expect, test } from 'vitest'
import { end, pcm, SessionDriver, shape, spoken, text, typesOf } from './session-driver.ts'

const interrupted = [
  'response.output_audio.done',
  'response.output_audio_transcript.done',
  'response.content_part.done',
  'conversation.item.done',
  'response.output_item.done',
  'response.done',
]

/** An answer of 5 s that has been on its way for `ms`. */
function answering(ms: number): SessionDriver {
  const session = new SessionDriver({ latency: 'openai' })
  session.say('Hello')
  session.client({ type: 'response.create' })
  session.advance(10)
  session.reply(text('One two three four five six seven eight nine ten.', spoken(5000)), end)
  session.advance(ms)
  return session
}

describe('barge-in', () => {
  test('while the answer is being sent: everything open is closed with what was sent', () => {
    const session = answering(700)
    session.append(pcm(400, 900))
    const events = session.frames(0.9, 0.9)
    expect(typesOf(events)).toEqual(['input_audio_buffer.speech_started', ...interrupted])
    const said = session
      .sent('response.output_audio_transcript.delta')
      .map((event) => event.delta)
      .join('')
    expect(said.length).toBeGreaterThan(0)
    expect(said.length).toBeLessThan('One two three four five six seven eight nine ten.'.length)
    const item = { status: 'incomplete', content: [{ type: 'output_audio', transcript: said }] }
    expect(session.last('conversation.item.done').item).toMatchObject(item)
    const { response } = session.last('response.done')
    expect(response).toMatchObject({
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
      output: [item],
    })
    const sentMs = session
      .sent('response.output_audio.delta')
      .reduce((sum, { delta }) => sum + Buffer.from(delta, 'base64').byteLength / 48, 0)
    expect(response.usage?.output_token_details.audio_tokens).toBe(Math.ceil(sentMs / 50))
    expect(session.effectsOf('stop-reply')).toEqual([])
    expect(typesOf(session.advance(1000))).toEqual(['rate_limits.updated'])
  })

  test('[U] the closing events come first where the option says so', () => {
    const session = new SessionDriver({ latency: 'openai', behavior: { bargeIn: 'response-done' } })
    session.client({ type: 'response.create' })
    session.advance(10)
    session.reply(text('One two three four five.', spoken(5000)), end)
    session.advance(700)
    session.append(pcm(400, 900))
    const events = session.frames(0.9, 0.9)
    expect(typesOf(events)).toEqual([...interrupted, 'input_audio_buffer.speech_started'])
    expect(typesOf(session.frames(0, 0, 0, 0, 0, 0, 0)).slice(0, 2)).toEqual([
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
    ])
  })

  test('the partial item stays and can be truncated up to what was sent, not beyond', () => {
    const session = answering(700)
    session.append(pcm(400, 900))
    session.frames(0.9, 0.9)
    const item_id = session.last('response.output_item.done').item.id
    const sentMs = session
      .sent('response.output_audio.delta')
      .reduce((sum, { delta }) => sum + Buffer.from(delta, 'base64').byteLength / 48, 0)
    session.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: sentMs + 60 })
    expect(session.last('error').error).toMatchObject({
      code: 'invalid_value',
      message: `Audio content of ${sentMs}ms is already shorter than ${sentMs + 60}ms`,
    })
    const events = session.client({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 100 })
    expect(events).toMatchObject([{ type: 'conversation.item.truncated', item_id, content_index: 0, audio_end_ms: 100 }])
    session.client({ type: 'conversation.item.retrieve', item_id })
    const { item } = session.last('conversation.item.retrieved')
    expect(item).toMatchObject({
      content: [{ type: 'output_audio', format: 'pcm16', audio: Buffer.from(spoken(100).bytes).toString('base64') }],
    })
    expect(JSON.stringify(item)).not.toContain('transcript')
  })

  test('after response.done there is only speech_started', () => {
    const session = answering(3000)
    expect(session.last('response.done').response.status).toBe('completed')
    session.append(pcm(400, 900))
    expect(typesOf(session.frames(0.9, 0.9))).toEqual(['input_audio_buffer.speech_started'])
  })

  test('before anything was sent: response.done without output', () => {
    const session = answering(50)
    session.append(pcm(400, 900))
    expect(typesOf(session.frames(0.9, 0.9))).toEqual(['input_audio_buffer.speech_started', 'response.done'])
    expect(session.last('response.done').response.output).toEqual([])
    expect(session.timers.has(`response:${session.last('response.done').response.id}`)).toBe(false)
  })

  test('interrupt_response false lets it go on; the next automatic response is refused while it runs', () => {
    const session = answering(50)
    const turn_detection = { type: 'server_vad' as const, interrupt_response: false }
    session.client({ type: 'session.update', session: { type: 'realtime', audio: { input: { turn_detection } } } })
    session.append(pcm(800, 900))
    session.frames(0.9, 0.9)
    const events = session.frames(...new Array<number>(8).fill(0))
    expect(shape(events)).toEqual([
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'error',
    ])
    expect(session.last('error').error).toMatchObject({ code: 'conversation_already_has_active_response', event_id: null })
    session.advance(3000)
    expect(session.last('response.done').response.status).toBe('completed')
  })
})

describe('cancel', () => {
  test('ends the active response; a second one finds nothing to cancel', () => {
    const session = answering(700)
    expect(typesOf(session.client({ type: 'response.cancel' }))).toEqual(interrupted)
    expect(session.last('response.done').response.status_details).toEqual({ type: 'cancelled', reason: 'client_cancelled' })
    session.client({ type: 'response.cancel', event_id: 'again' })
    expect(session.last('error').error).toMatchObject({
      code: 'response_cancel_not_active',
      message: 'Cancellation failed: no active response found',
      event_id: 'again',
    })
  })

  test('before response.created: created, then done, and nobody is asked', () => {
    const session = new SessionDriver({ latency: 'openai' })
    session.client({ type: 'response.create' })
    expect(typesOf(session.client({ type: 'response.cancel' }))).toEqual(['response.created', 'response.done'])
    expect(session.effectsOf('ask-reply')).toEqual([])
    expect(session.effectsOf('stop-reply')).toEqual([])
    expect(typesOf(session.advance(1000))).toEqual(['rate_limits.updated'])
  })

  test('stops a reply that still streams; what comes late is dropped', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { output_modalities: ['text'] } })
    session.reply(text('Hel'))
    const { responseId } = session.asked().request
    session.client({ type: 'response.cancel' })
    expect(session.effectsOf('stop-reply')).toEqual([{ type: 'stop-reply', responseId }])
    expect(session.reply(text('lo'), end)).toEqual([])
    expect(session.last('response.done').response.output).toMatchObject([{ content: [{ type: 'output_text', text: 'Hel' }] }])
  })

  test('an out-of-band response needs its id', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { conversation: 'none' } })
    session.client({ type: 'response.cancel' })
    expect(session.last('error').error.code).toBe('response_cancel_not_active')
    session.client({ type: 'response.cancel', response_id: session.asked().request.responseId })
    expect(session.last('response.done').response).toMatchObject({ status: 'cancelled', conversation_id: null })
  })

  test('cuts a function call in the middle of its arguments', () => {
    const session = new SessionDriver({ latency: 'openai' })
    session.client({ type: 'response.create' })
    session.advance(10)
    session.reply({ type: 'call', name: 'book', arguments: '{"seats":2,"name":"Ann"}' }, end)
    session.advance(212)
    expect(shape(session.client({ type: 'response.cancel' }))).toEqual([
      'response.function_call_arguments.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
    ])
    const sent = session
      .sent('response.function_call_arguments.delta')
      .map((event) => event.delta)
      .join('')
    expect(session.last('response.done').response.output).toMatchObject([
      { type: 'function_call', status: 'incomplete', arguments: sent },
    ])
    expect('{"seats":2,"name":"Ann"}'.startsWith(sent)).toBe(true)
  })
})

describe('other ends', () => {
  test('max_output_tokens cuts text and leaves the item incomplete', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { output_modalities: ['text'], max_output_tokens: 3 } })
    session.reply(text('one two three four five'), end)
    const { response } = session.last('response.done')
    expect(response).toMatchObject({ status: 'incomplete', status_details: { type: 'incomplete', reason: 'max_output_tokens' } })
    expect(response.output).toMatchObject([{ status: 'incomplete', content: [{ text: 'one two three' }] }])
    expect(response.usage?.output_tokens).toBe(3)
    expect(session.effectsOf('stop-reply')).toEqual([])
  })

  test('max_output_tokens cuts sound', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { max_output_tokens: 12 } })
    session.reply(text('one two', spoken(2000)), end)
    const { response } = session.last('response.done')
    expect(response.status).toBe('incomplete')
    expect(response.usage?.output_tokens).toBeLessThanOrEqual(12)
    expect(session.sent('response.output_audio.delta').length).toBeGreaterThan(0)
  })

  test('tokens that run out between two deltas leave no empty one', () => {
    const session = new SessionDriver()
    // One token of transcript, eight for 400 ms of sound; the deltas are 80, 300 and 20 ms.
    session.client({ type: 'response.create', response: { max_output_tokens: 1 } })
    session.reply(text('one', spoken(400)), end)
    expect(session.sent('response.output_audio.delta')).toEqual([])
    expect(session.last('response.done').response.status).toBe('incomplete')
  })

  test('content_filter', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create', response: { output_modalities: ['text'] } })
    session.reply(text('Well, '), { type: 'end', finish: 'content_filter' })
    const { response } = session.last('response.done')
    expect(response).toMatchObject({
      status: 'incomplete',
      status_details: { reason: 'content_filter' },
      output: [{ status: 'incomplete' }],
    })
  })

  test('a failure has no output and leaves the session open', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create' })
    const error = { type: 'tokens', code: 'rate_limit_exceeded', message: 'Rate limit reached.' }
    expect(typesOf(session.reply({ type: 'fail', error }))).toEqual(['response.done', 'rate_limits.updated'])
    const { response } = session.last('response.done')
    expect(response).toMatchObject({ status: 'failed', status_details: { type: 'failed', error }, output: [] })
    session.client({ type: 'response.create' })
    session.reply(text('Better.'), end)
    expect(session.last('response.done').response.status).toBe('completed')
  })

  test('a second response on the default conversation is refused with the id of the first', () => {
    const session = new SessionDriver()
    session.client({ type: 'response.create' })
    session.client({ type: 'response.create', event_id: 'second' })
    const { responseId } = session.asked().request
    expect(session.last('error').error).toMatchObject({
      code: 'conversation_already_has_active_response',
      message: `Conversation already has an active response in progress: ${responseId}. Wait until the response is finished before creating a new one.`,
      param: null,
      event_id: 'second',
    })
  })
})
