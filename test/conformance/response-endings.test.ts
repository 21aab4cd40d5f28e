// protocol.md 4.2: how responses end; each has exactly one response.done.

import { describe, expect, test } from 'vitest'
import { cancel, respond, says, update } from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import { orderOf, type WireEvent } from './support/wire-client.ts'

const served = useServed()

const last = (events: readonly WireEvent[], type: string): WireEvent => events.findLast((event) => event.type === type)!

describe('4.2 cancelled', () => {
  test('everything open gets its done with what was produced so far; the items are incomplete; usage is real', async () => {
    await using local = startLocal()
    const client = await local.open()
    client.send(says('tone'), respond())
    await client.until('response.output_audio.delta')
    const from = client.events.length
    client.send(cancel())
    await client.until('rate_limits.updated')
    const turn = client.events
    expect(client.types(from)).toEqual([
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
    const transcript = client
      .all('response.output_audio_transcript.delta')
      .map(({ delta }) => delta)
      .join('')
    expect('One two three four five.'.startsWith(transcript)).toBe(true)
    expect(last(turn, 'response.output_audio_transcript.done').transcript).toBe(transcript)
    expect(last(turn, 'response.content_part.done').part).toEqual({ type: 'audio', transcript })
    const { response } = last(turn, 'response.done')
    expect(response).toMatchObject({ status: 'cancelled', status_details: { type: 'cancelled', reason: 'client_cancelled' } })
    expect(response.output).toEqual([last(turn, 'response.output_item.done').item])
    expect(response.output[0]).toMatchObject({ status: 'incomplete', content: [{ type: 'output_audio', transcript }] })
    expect(response.usage.output_token_details.audio_tokens).toBeGreaterThan(0)
  })

  test('the partial item stays in the conversation', async () => {
    const client = await served.openText()
    client.send(says('forever'), respond())
    await client.until('response.output_text.delta')
    await client.settle()
    const [item] = last(await client.turn(cancel()), 'response.done').response.output
    expect((await client.askOne({ type: 'conversation.item.retrieve', item_id: item.id })).item).toEqual(item)
    expect(item.content).toEqual([{ type: 'output_text', text: 'Once upon a time' }])
  })

  test('a cut function call has the arguments so far', async () => {
    await using local = startLocal()
    const client = await local.open()
    client.send(says('call one'), respond())
    await client.until('response.function_call_arguments.delta')
    client.send(cancel())
    await client.until('response.done')
    const { arguments: text } = last(client.events, 'response.function_call_arguments.done')
    expect(text).not.toBe('{"city":"Rome"}')
    expect(last(client.events, 'response.done').response.output[0]).toMatchObject({ status: 'incomplete', arguments: text })
  })

  test('in its second item: the first one stays completed', async () => {
    await using local = startLocal()
    const client = await local.open()
    await client.askOne(update({ output_modalities: ['text'] }))
    client.send(says('look'), respond())
    await client.until('response.function_call_arguments.delta')
    client.send(cancel())
    const { response } = await client.until('response.done')
    expect(response.output.map((item: WireEvent) => [item.type, item.status])).toEqual([
      ['message', 'completed'],
      ['function_call', 'incomplete'],
    ])
  })

  test('before it was announced: response.created, then response.done', async () => {
    await using local = startLocal()
    const client = await local.open()
    client.send(says('tone'), respond(), cancel())
    await client.until('response.done')
    expect(client.types(3)).toEqual(['response.created', 'response.done'])
    expect(client.events.at(-1)!.response).toMatchObject({ status: 'cancelled', output: [] })
  })
})

describe('4.2 incomplete', () => {
  test.each([
    ['limited', 'max_output_tokens'],
    ['filtered', 'content_filter'],
  ])('%s: %s', async (text, reason) => {
    const client = await served.openText()
    const turn = await client.turn(says(text), respond())
    const { response } = last(turn, 'response.done')
    expect(response).toMatchObject({ status: 'incomplete', status_details: { type: 'incomplete', reason } })
    expect(response.output[0].status).toBe('incomplete')
    expect(response.usage).not.toBeNull()
    expect(orderOf(turn).slice(-6)).toEqual([
      'response.output_text.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ])
  })

  test('max_output_tokens cuts text where it stands', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('short'), respond({ max_output_tokens: 2 }))
    expect(last(turn, 'response.output_text.done').text).toBe('Hi there')
    const { response } = last(turn, 'response.done')
    expect(response).toMatchObject({
      status: 'incomplete',
      max_output_tokens: 2,
      status_details: { reason: 'max_output_tokens' },
    })
    expect(response.usage.output_tokens).toBe(2)
  })

  test('and function arguments in mid-JSON', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('call one'), respond({ max_output_tokens: 3 }))
    const done = last(turn, 'response.function_call_arguments.done')
    expect(() => JSON.parse(done.arguments)).toThrow()
    expect(last(turn, 'response.done').response.output[0]).toMatchObject({ status: 'incomplete', arguments: done.arguments })
  })

  test('and sound: no more tokens than allowed', async () => {
    const client = await served.open()
    const turn = await client.turn(says('tone'), respond({ max_output_tokens: 10 }))
    const { response } = last(turn, 'response.done')
    expect(response.status).toBe('incomplete')
    expect(response.usage.output_tokens).toBeLessThanOrEqual(10)
  })
})

describe('4.2 failed', () => {
  test.each([
    ['rate_limit_exceeded', 'tokens'],
    ['insufficient_quota', 'insufficient_quota'],
    ['server_error', 'server_error'],
  ])('%s: status_details say type, code and message; output is empty; the session stays open', async (code, type) => {
    await using local = startLocal({ latency: 'instant' })
    const client = await local.open()
    await client.askOne(update({ output_modalities: ['text'] }))
    local.realtime.fail({ response: code })
    const turn = await client.turn(says('short'), respond())
    expect(orderOf(turn).slice(2)).toEqual(['response.created', 'response.done', 'rate_limits.updated'])
    expect(last(turn, 'response.done').response).toMatchObject({
      status: 'failed',
      status_details: { type: 'failed', error: { type, code, message: expect.any(String) } },
      output: [],
    })
    expect(last(await client.turn(says('short'), respond()), 'response.done').response.status).toBe('completed')
  })

  test('over limits.tokensPerMinute: the words of the live service, until the minute has flowed off', async () => {
    await using local = startLocal({ latency: 'instant', limits: { tokensPerMinute: 400 } })
    const client = await local.open({ query: '?model=gpt-realtime-2.1-mini' })
    await client.askOne(update({ output_modalities: ['text'], instructions: '' }))
    const status = async (): Promise<WireEvent> =>
      last(await client.turn(says(`short ${'abcd'.repeat(150)}`), respond()), 'response.done').response
    expect((await status()).status).toBe('completed')
    expect((await status()).status_details).toMatchObject({
      type: 'failed',
      error: {
        type: 'tokens',
        code: 'rate_limit_exceeded',
        message: expect.stringMatching(
          /^Rate limit reached for gpt-realtime-2\.1-mini .* on tokens per min \(TPM\): Limit 400, Used \d+, Requested 3\d\d\. Please try again in \d+(\.\d+)?s\./,
        ),
      },
    })
    await local.realtime.clock.advance(60_000)
    expect(last(await client.turn(respond()), 'response.done').response.status).toBe('completed')
  })

  test('the words of a rate limit and of a server error', async () => {
    await using local = startLocal({ latency: 'instant' })
    const client = await local.open({ query: '?model=gpt-realtime-mini' })
    const told = async (response: string): Promise<string> => {
      local.realtime.fail({ response })
      return last(await client.turn(says('short'), respond()), 'response.done').response.status_details.error.message
    }
    expect(await told('rate_limit_exceeded')).toMatch(/^Rate limit reached for /)
    expect(await told('server_error')).toMatch(/^The server had an error while processing your request\. Sorry about that!/)
  })
})
