// protocol.md 2.9 to 2.12: responses are asked for and cancelled.

import { describe, expect, test } from 'vitest'
import { cancel, respond, says, update } from './support/client-events.ts'
import { useServed } from './support/services.ts'
import { errorOf, type WireClient, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const notActive = {
  code: 'response_cancel_not_active',
  message: 'Cancellation failed: no active response found',
  param: null,
  event_id: null,
}

const created = (events: readonly WireEvent[]): WireEvent => events.find(({ type }) => type === 'response.created')!.response
const done = (events: readonly WireEvent[]): WireEvent => events.find(({ type }) => type === 'response.done')!.response
const said = (events: readonly WireEvent[]): string => events.find(({ type }) => type === 'response.output_text.done')!.text

async function speaking(client: WireClient): Promise<string> {
  client.send(says('forever'), respond())
  const { response_id } = await client.until('response.output_text.delta')
  await client.settle()
  return response_id
}

describe('2.9 overrides are for this response only', () => {
  const overrides = {
    instructions: 'Say it twice.',
    output_modalities: ['text'],
    audio: { output: { voice: 'cedar', format: { type: 'audio/pcmu' } } },
    tools: [],
    tool_choice: 'none',
    parallel_tool_calls: true,
    reasoning: { effort: 'low' },
    max_output_tokens: 99,
    metadata: { topic: 'a' },
    prompt: null,
    conversation: 'auto',
  }

  test('all of them are taken', async () => {
    const client = await served.open()
    const turn = await client.turn(says('short'), respond(overrides))
    const shown = {
      output_modalities: ['text'],
      max_output_tokens: 99,
      audio: { output: { format: { type: 'audio/pcmu' }, voice: 'cedar' } },
      metadata: { topic: 'a' },
    }
    expect(created(turn)).toMatchObject(shown)
    expect(done(turn)).toMatchObject({ status: 'completed', ...shown })
    expect((await client.askOne(update({}))).session).toEqual(client.events[0]!.session)
    const [next] = await client.ask(respond({ conversation: 'none', metadata: { topic: 'nothing' } }))
    expect(next!.response).toMatchObject({
      output_modalities: ['audio'],
      max_output_tokens: 'inf',
      audio: { output: { voice: 'alloy' } },
    })
  })

  test.each([
    [{ output_modalities: ['text', 'audio'] }, 'invalid_value', 'response.output_modalities'],
    [{ conversation: 'mine' }, 'invalid_value', 'response.conversation'],
    [{ max_output_tokens: 5000 }, 'integer_above_max_value', 'response.max_output_tokens'],
    [{ temperature: 0.8 }, 'unknown_parameter', 'response.temperature'],
    [{ voice: 'alloy' }, 'unknown_parameter', 'response.voice'],
    [{ input: [{ type: 'item_reference' }] }, 'missing_required_parameter', 'response.input[0].id'],
    [{ metadata: { a: 1 } }, 'invalid_type', 'response.metadata.a'],
    [{ metadata: { a: 'x'.repeat(513) } }, 'string_above_max_length', 'response.metadata.a'],
    [{ metadata: { ['k'.repeat(65)]: '' } }, 'string_above_max_length', 'response.metadata'],
    [
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, ''])) },
      'object_above_max_properties',
      'response.metadata',
    ],
  ])('%j is refused: %s at %s', async (response, code, param) => {
    const client = await served.openText()
    expect(errorOf(await client.askOne(respond(response)))).toMatchObject({ code, param })
  })

  test('16 pairs of metadata, keys of 64 and values of 512 characters come back in created and done', async () => {
    const client = await served.openText()
    const metadata = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`${at}`.padStart(64, 'k'), 'v'.repeat(512)]))
    const turn = await client.turn(says('short'), respond({ metadata }))
    expect(created(turn).metadata).toEqual(metadata)
    expect(done(turn).metadata).toEqual(metadata)
  })
})

describe('2.9 input', () => {
  test('items in it replace the context and are not added to the conversation', async () => {
    const client = await served.openText()
    await client.ask(says('first', { id: 'first' }))
    const input = [{ type: 'message', role: 'user', id: 'aside', content: [{ type: 'input_text', text: 'aside' }] }]
    const turn = await client.turn(respond({ input }))
    expect(said(turn)).toBe('You said aside.')
    expect(turn.filter(({ type }) => type === 'conversation.item.added').map(({ item }) => item.role)).toEqual(['assistant'])
    expect(errorOf(await client.askOne({ type: 'conversation.item.retrieve', item_id: 'aside' })).code).toBe(
      'item_retrieve_invalid_item_id',
    )
  })

  test('an item_reference stands for an item of the conversation', async () => {
    const client = await served.openText()
    await client.ask(says('first', { id: 'first' }), says('second', { id: 'second' }))
    expect(said(await client.turn(respond({ input: [{ type: 'item_reference', id: 'first' }] })))).toBe('You said first.')
  })

  test('[U] a reference to no item is refused', async () => {
    const client = await served.openText()
    expect(errorOf(await client.askOne(respond({ input: [{ type: 'item_reference', id: 'x' }] })))).toMatchObject({
      code: 'invalid_value',
      param: 'response.input[0].id',
    })
  })

  test('[] is no context; the answer still goes to the conversation', async () => {
    const client = await served.openText()
    await client.ask(says('first', { id: 'first' }))
    const turn = await client.turn(respond({ input: [], conversation: 'auto' }))
    expect(said(turn)).toBe('You said no word.')
    expect(turn.find(({ type }) => type === 'conversation.item.added')).toMatchObject({ previous_item_id: 'first' })
    const without = done(turn).usage.input_tokens
    expect(without).toBeLessThan(done(await client.turn(respond())).usage.input_tokens)
  })
})

describe('2.9 one active response on the default conversation', () => {
  test('a second one is refused while the first is active', async () => {
    const client = await served.openText()
    const id = await speaking(client)
    expect(errorOf(await client.askOne(respond({}, { event_id: 'mine' })))).toEqual({
      code: 'conversation_already_has_active_response',
      message: `Conversation already has an active response in progress: ${id}. Wait until the response is finished before creating a new one.`,
      param: null,
      event_id: 'mine',
    })
  })

  test('conversation:"none" runs beside it', async () => {
    const client = await served.openText()
    await speaking(client)
    const beside = await client.turn(respond({ conversation: 'none', metadata: { topic: 'side' } }))
    expect(done(beside)).toMatchObject({ status: 'completed', conversation_id: null })
  })

  test('two at once: the first is taken, the second refused', async () => {
    const client = await served.openText()
    const answers = await client.ask(says('forever'), respond(), respond())
    expect(answers.filter(({ type }) => type === 'response.created')).toHaveLength(1)
    expect(answers.filter(({ type }) => type === 'error')).toHaveLength(1)
  })
})

test('2.9 [U] a transcription session refuses it', async () => {
  const client = await served.open({ query: '?intent=transcription' })
  expect(errorOf(await client.askOne(respond()))).toMatchObject({ code: 'invalid_value', param: null })
})

describe('2.10 cancel', () => {
  test('closes the open parts; response.done is cancelled, client_cancelled', async () => {
    const client = await served.openText()
    await speaking(client)
    const ending = await client.turn(cancel())
    expect(ending.map(({ type }) => type)).toEqual([
      'response.output_text.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
    expect(done(ending)).toMatchObject({ status: 'cancelled', status_details: { type: 'cancelled', reason: 'client_cancelled' } })
  })

  test.each([
    ['none active', []],
    ['sent twice', [says('forever'), respond(), cancel()]],
  ])('%s: no active response found', async (_what, before) => {
    const client = await served.openText()
    await client.ask(...before)
    expect(errorOf(await client.askOne(cancel()))).toEqual(notActive)
  })

  test('of an unknown response, while another is active', async () => {
    const client = await served.openText()
    await speaking(client)
    expect(errorOf(await client.askOne(cancel({ response_id: 'resp_x' })))).toEqual(notActive)
  })

  test('of a finished response', async () => {
    const client = await served.openText()
    const { id } = done(await client.turn(says('short'), respond()))
    expect(errorOf(await client.askOne(cancel({ response_id: id })))).toEqual(notActive)
    expect(errorOf(await client.askOne(cancel()))).toEqual(notActive)
  })

  test('by its id', async () => {
    const client = await served.openText()
    const response_id = await speaking(client)
    expect(done(await client.turn(cancel({ response_id })))).toMatchObject({ id: response_id, status: 'cancelled' })
  })

  test('out-of-band responses need the id', async () => {
    const client = await served.openText()
    const [event] = await client.ask(respond({ conversation: 'none', metadata: { topic: 'nothing' } }))
    expect(errorOf(await client.askOne(cancel()))).toEqual(notActive)
    expect(done(await client.turn(cancel({ response_id: event!.response.id })))).toMatchObject({
      status: 'cancelled',
      conversation_id: null,
    })
  })

  test('when nothing was opened: response.done with no output, alone', async () => {
    const client = await served.openText()
    await client.ask(says('nothing'), respond())
    const ending = await client.turn(cancel())
    expect(ending.map(({ type }) => type)).toEqual(['response.done', 'rate_limits.updated'])
    expect(done(ending)).toMatchObject({ status: 'cancelled', output: [] })
    expect(done(ending).usage).not.toBeNull()
  })

  test('the next response may begin at once', async () => {
    const client = await served.openText()
    await speaking(client)
    const answers = await client.ask(cancel(), says('short'), respond())
    expect(answers.filter(({ type }) => type === 'response.done').map(({ response }) => response.status)).toEqual([
      'cancelled',
      'completed',
    ])
  })
})
