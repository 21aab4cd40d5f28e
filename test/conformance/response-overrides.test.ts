// protocol.md 2.9 and 4.3, what response-create.test.ts does not have: each override alone, what refuses it, and many responses at once.

import { describe, expect, test } from 'vitest'
import { cancel, respond, says, update } from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import { errorOf, type WireClient, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const done = (events: readonly WireEvent[]): WireEvent => events.find(({ type }) => type === 'response.done')!.response
const said = (events: readonly WireEvent[]): string => events.find(({ type }) => type === 'response.output_text.done')!.text
const user = (text: string): object => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] })

describe('2.9 each override alone', () => {
  test.each([
    { prompt: { id: 'pmpt_1', version: '2', variables: { city: 'Rome' } } },
    { reasoning: { effort: 'xhigh' } },
    { parallel_tool_calls: false },
    { tool_choice: { type: 'function', name: 'f' } },
    { tool_choice: { type: 'mcp', server_label: 'weather', name: null } },
    { audio: { output: { format: { type: 'audio/pcm' } } } },
    { metadata: null },
    { max_output_tokens: 'inf' },
    {},
  ])('%j is taken', async (response) => {
    const client = await served.openText()
    expect(done(await client.turn(says('short'), respond(response)))).toMatchObject({ status: 'completed' })
  })

  test.each([
    [{ prompt: { version: '2' } }, 'missing_required_parameter', 'response.prompt.id'],
    [{ reasoning: { effort: 'most' } }, 'invalid_value', 'response.reasoning.effort'],
    [{ parallel_tool_calls: 'yes' }, 'invalid_type', 'response.parallel_tool_calls'],
    [{ tools: [{ type: 'function' }] }, 'missing_required_parameter', 'response.tools[0].name'],
    [{ audio: { output: { speed: 1.2 } } }, 'unknown_parameter', 'response.audio.output.speed'],
    [{ audio: { output: { voice: 'nobody' } } }, 'invalid_value', 'response.audio.output.voice'],
    [{ max_output_tokens: 0 }, 'integer_below_min_value', 'response.max_output_tokens'],
    [{ input: [{ type: 'message', role: 'user' }] }, 'missing_required_parameter', 'response.input[0].content'],
    [{ turn_detection: null }, 'unknown_parameter', 'response.turn_detection'],
  ])('%j is refused: %s at %s, and nothing begins', async (response, code, param) => {
    const client = await served.openText()
    expect(errorOf(await client.askOne(respond(response, { event_id: 'mine' })))).toMatchObject({ code, param, event_id: 'mine' })
  })

  test('another voice, once the model has spoken: cannot_update_voice; its own is fine', async () => {
    const client = await served.open()
    const voice = (name: string): object => respond({ audio: { output: { voice: name } }, max_output_tokens: 50 })
    expect(done(await client.turn(says('tone'), voice('cedar'))).audio.output.voice).toBe('cedar')
    expect(errorOf(await client.askOne(voice('marin')))).toEqual({
      code: 'cannot_update_voice',
      message: "Cannot update a conversation's voice if assistant audio is present.",
      param: null,
      event_id: null,
    })
    expect(done(await client.turn(says('tone'), voice('alloy'))).audio.output.voice).toBe('alloy')
  })
})

describe('2.9 input', () => {
  const call = { type: 'function_call', name: 'f', call_id: 'call_1', arguments: '{}' }
  const output = { type: 'function_call_output', call_id: 'call_1', output: 'ok' }

  test('may hold a call and its output, a system message, references and new items, in this order', async () => {
    const client = await served.openText()
    await client.ask(says('first', { id: 'first' }))
    const system = { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'Be brief.' }] }
    const input = [system, { type: 'item_reference', id: 'first' }, call, output, user('second')]
    expect(said(await client.turn(respond({ input, conversation: 'none' })))).toBe('You said second.')
  })

  test('is weighed instead of the conversation, and finds nothing in the cache', async () => {
    const client = await served.openText()
    await client.turn(says('word '.repeat(200)), respond())
    const usage = async (response: object): Promise<WireEvent> => done(await client.turn(respond({ ...response }))).usage
    const own = await usage({ input: [user('word '.repeat(100))] })
    expect(own.input_token_details.cached_tokens).toBe(0)
    expect(own.input_tokens).toBeLessThan((await usage({})).input_tokens)
  })
})

describe('4.3 responses beside each other', () => {
  const begin = async (client: WireClient, topic: string, more: object = {}): Promise<string> => {
    client.send(respond({ conversation: 'none', metadata: { topic }, ...more }))
    return (await client.until('response.created')).response.id
  }

  test('one is cancelled by its id: the others go on', async () => {
    const client = await served.openText()
    const ids = [await begin(client, 'forever a'), await begin(client, 'forever b'), await begin(client, 'forever c')]
    client.send(cancel({ response_id: ids[1] }))
    const { response } = await client.until('response.done')
    expect(response).toMatchObject({ id: ids[1], status: 'cancelled', metadata: { topic: 'forever b' } })
    await client.settle()
    expect(client.all('response.done')).toHaveLength(1)
    client.send(cancel({ response_id: ids[2] }), cancel({ response_id: ids[0] }))
    expect((await client.until('response.done')).response.id).toBe(ids[2])
    expect((await client.until('response.done')).response.id).toBe(ids[0])
  })

  test('each has its own settings', async () => {
    const client = await served.openText()
    client.send(
      respond({ conversation: 'none', input: [user('short')], max_output_tokens: 2, metadata: { topic: 'a' } }),
      respond({ conversation: 'none', input: [user('short')], metadata: { topic: 'b' } }),
    )
    const ended = [(await client.until('response.done')).response, (await client.until('response.done')).response]
    expect(ended.map(({ metadata, status, max_output_tokens }) => [metadata.topic, status, max_output_tokens])).toEqual([
      ['a', 'incomplete', 2],
      ['b', 'completed', 'inf'],
    ])
  })
})

describe('4.8 tool_choice and what the test scripted', () => {
  test("'none': a reply that calls waits for a response that may; another one answers", async () => {
    await using local = startLocal({
      responses: {
        call: { when: 'weather', call: { name: 'get_weather', arguments: {} }, priority: 5 },
        speak: { when: 'weather', text: 'I may not look.' },
      },
      latency: 'instant',
    })
    const client = await local.open()
    await client.askOne(update({ output_modalities: ['text'], tools: [{ type: 'function', name: 'get_weather' }] }))
    expect(said(await client.turn(says('The weather?'), respond({ tool_choice: 'none' })))).toBe('I may not look.')
    expect(done(await client.turn(says('The weather?'), respond())).output).toMatchObject([{ type: 'function_call' }])
  })
})
