// What the one who writes the reply is told: the items the model sees, and what of them is unanswered.

import { describe, expect, test } from 'vitest'
import type { ClientItem } from '../../src/protocol/client-items.ts'
import { voiceName } from '../../src/session/active-response.ts'
import type { ReplyRequest } from '../../src/session/effects.ts'
import { end, SessionDriver, text } from './session-driver.ts'

function asked(session: SessionDriver, response: object = {}): ReplyRequest {
  session.client({ type: 'response.create', response: { output_modalities: ['text'], ...response } })
  return session.asked().request
}

function create(session: SessionDriver, item: ClientItem): void {
  session.client({ type: 'conversation.item.create', item })
}

const call: ClientItem = { id: 'call', type: 'function_call', call_id: 'call_1', name: 'book', arguments: '{}' }
const output: ClientItem = { id: 'output', type: 'function_call_output', call_id: 'call_1', output: 'done' }

describe('userItem', () => {
  test('is the last of the user, past system messages, calls and outputs', () => {
    const session = new SessionDriver()
    session.say('one')
    session.say('two')
    create(session, { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be kind.' }] })
    create(session, call)
    create(session, output)
    expect(asked(session).userItem).toMatchObject({ content: [{ text: 'two' }] })
  })

  test('is absent once the assistant has spoken, and at the start', () => {
    const session = new SessionDriver()
    expect(asked(session)).not.toHaveProperty('userItem')
    session.reply(text('Hello.'), end)
    session.say('Hi')
    asked(session)
    session.reply(text('How are you?'), end)
    expect(asked(session)).not.toHaveProperty('userItem')
  })
})

test('calledSinceUser names the calls after the last words of the user, the latest first', () => {
  const session = new SessionDriver()
  create(session, call)
  session.say('Book it')
  expect(asked(session).calledSinceUser).toEqual([])
  session.reply(
    { type: 'call', name: 'look', arguments: '{}', callId: 'call_a' },
    { type: 'call', name: 'pay', arguments: '{}', callId: 'call_b' },
    end,
  )
  create(session, { type: 'function_call_output', call_id: 'call_a', output: 'free' })
  expect(asked(session).calledSinceUser).toEqual(['pay', 'look'])
})

describe('results', () => {
  test('a user message beside the output hides nothing; an answer of the assistant does', () => {
    const session = new SessionDriver()
    create(session, call)
    create(session, output)
    session.say('And hurry')
    expect(asked(session).results).toEqual([{ callId: 'call_1', name: 'book', output: 'done' }])
    session.reply(text('Booked.'), end)
    session.say('Thanks')
    expect(asked(session).results).toEqual([])
  })

  test('several outputs come in the order of the conversation', () => {
    const session = new SessionDriver()
    asked(session)
    session.reply(
      { type: 'call', name: 'a', arguments: '{}', callId: 'call_a' },
      { type: 'call', name: 'b', arguments: '{}', callId: 'call_b' },
      end,
    )
    create(session, { type: 'function_call_output', call_id: 'call_b', output: '2' })
    create(session, { type: 'function_call_output', call_id: 'call_a', output: '1' })
    expect(asked(session).results.map(({ name, output }) => [name, output])).toEqual([
      ['b', '2'],
      ['a', '1'],
    ])
  })
})

describe('context', () => {
  test('is the conversation as it was when the response was asked for', () => {
    const session = new SessionDriver()
    session.say('one')
    const request = asked(session)
    session.say('two')
    expect(request.context).toHaveLength(1)
    expect(request.conversation).toBe(request.context)
    expect(request.turn).toBe(1)
  })

  test('input replaces it: references, items of its own, their user item and results', () => {
    const session = new SessionDriver()
    create(session, { id: 'u', type: 'message', role: 'user', content: [{ type: 'input_text', text: 'one' }] })
    const own: ClientItem = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'own' }] }
    const request = asked(session, { conversation: 'none', input: [{ type: 'item_reference', id: 'u' }, own, call, output] })
    expect(request.context.map((item) => item.type)).toEqual(['message', 'message', 'function_call', 'function_call_output'])
    expect(request.context[0]).toBe(request.conversation[0])
    expect(request.userItem).toBe(request.context[1])
    expect(request.results).toEqual([{ callId: 'call_1', name: 'book', output: 'done' }])
    expect(request.conversation).toHaveLength(1)
    const none = asked(session, { conversation: 'none', input: [] })
    expect(none).not.toHaveProperty('userItem')
    expect(none.context).toEqual([])
  })
})

test('the format has its default rate; a custom voice goes by its id', () => {
  const session = new SessionDriver()
  const output = { voice: 'cedar', format: { type: 'audio/pcm' } }
  const format = { type: 'audio/pcm', rate: 24_000 }
  expect(asked(session, { audio: { output } })).toMatchObject({ voice: 'cedar', outputFormat: format })
  expect(session.last('response.created').response.audio.output).toEqual({ format, voice: 'cedar' })
  expect(voiceName({ id: 'voice_mine' })).toBe('voice_mine')
})
