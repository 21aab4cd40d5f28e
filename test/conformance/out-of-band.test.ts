// protocol.md 4.3: responses beside the conversation.

import { describe, expect, test } from 'vitest'
import { appends, cancel, loud, respond, retrieve, says, update } from './support/client-events.ts'
import { useServed } from './support/services.ts'
import { errorOf, orderOf, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const aside = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'aside' }] }
const oob = (topic: string, more: object = {}): object => respond({ conversation: 'none', metadata: { topic }, ...more })
const of = (events: readonly WireEvent[], type: string): WireEvent[] => events.filter((event) => event.type === type)

describe('4.3 conversation:"none"', () => {
  test('the same ladder without conversation.item events; conversation_id null; metadata echoed', async () => {
    const client = await served.openText()
    const turn = await client.turn(oob('side', { input: [aside] }))
    expect(orderOf(turn)).toEqual([
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
    for (const { response } of [...of(turn, 'response.created'), ...of(turn, 'response.done')]) {
      expect(response).toMatchObject({ conversation_id: null, metadata: { topic: 'side' } })
    }
  })

  test('its item is in no conversation', async () => {
    const client = await served.openText()
    const turn = await client.turn(oob('side'))
    const { id } = of(turn, 'response.output_item.done')[0]!.item
    expect(errorOf(await client.askOne(retrieve(id))).code).toBe('item_retrieve_invalid_item_id')
    expect((await client.ask(says('a')))[0]!.previous_item_id).toBeNull()
  })

  test('the session output_modalities apply unless overridden', async () => {
    const client = await served.open()
    const [created] = await client.ask(oob('nothing'))
    expect(created!.response.output_modalities).toEqual(['audio'])
    const [text] = await client.ask(oob('nothing', { output_modalities: ['text'] }))
    expect(text!.response.output_modalities).toEqual(['text'])
  })

  test('is not interrupted by speech', async () => {
    const client = await served.open()
    await client.askOne(update({ output_modalities: ['text'] }))
    const [created] = await client.ask(oob('nothing'))
    const answers = await client.ask(...appends(loud(320)))
    expect(answers.map(({ type }) => type)).toEqual(['input_audio_buffer.speech_started'])
    const ending = await client.turn(cancel({ response_id: created!.response.id }))
    expect(of(ending, 'response.done')[0]!.response.status_details.reason).toBe('client_cancelled')
  })

  test('audio out of band does not lock the voice', async () => {
    const client = await served.open()
    await client.turn(respond({ conversation: 'none', input: [{ ...aside, content: [{ type: 'input_text', text: 'tone' }] }] }))
    expect((await client.askOne(update({ audio: { output: { voice: 'cedar' } } }))).type).toBe('session.updated')
  })
})

describe('4.3 in parallel', () => {
  test('any number: each has its ladder under its response_id, and one response.done', async () => {
    const client = await served.openText()
    client.send(says('forever'), respond())
    await client.until('response.output_text.delta')
    await client.settle()
    const from = client.events.length
    client.send(...['a', 'b', 'c', 'd'].map((topic) => oob(topic)))
    for (let left = 4; left > 0; left--) await client.until('response.done')
    const events = client.events.slice(from)
    const created = of(events, 'response.created').map(({ response }) => response.id)
    expect(new Set(created).size).toBe(4)
    for (const id of created) {
      const own = events.filter((event) => (event.response_id ?? event.response?.id) === id)
      expect(orderOf(own)).toEqual([
        'response.created',
        'response.output_item.added',
        'response.content_part.added',
        'response.output_text.delta',
        'response.output_text.done',
        'response.content_part.done',
        'response.output_item.done',
        'response.done',
      ])
    }
    expect(of(await client.turn(cancel()), 'response.done')[0]!.response.conversation_id).not.toBeNull()
  })
})
