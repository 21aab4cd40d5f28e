// protocol.md 4.9, and the usage and rate limits of 3: tokens, the cache, what a long conversation drops.

import { describe, expect, test } from 'vitest'
import { append, commit, create, loud, remove, respond, retrieve, says, truncate, update } from './support/client-events.ts'
import { startLocal, useServed } from './support/services.ts'
import type { WireClient, WireEvent } from './support/wire-client.ts'

const served = useServed()

const instructions = 'Answer in one word, whatever it is that they ask you for. '.repeat(12)
const respondsTo = async (client: WireClient, ...events: readonly object[]): Promise<WireEvent> => {
  const turn = await client.turn(...events, respond())
  return turn.find(({ type }) => type === 'response.done')!.response
}
const usageOf = async (client: WireClient, ...events: readonly object[]): Promise<WireEvent> =>
  (await respondsTo(client, ...events)).usage

function expectSums(usage: WireEvent): void {
  const { input_token_details: input, output_token_details: output } = usage
  const sum = (counts: Record<string, number>): number => counts.text_tokens! + counts.audio_tokens! + (counts.image_tokens ?? 0)
  expect(usage.total_tokens).toBe(usage.input_tokens + usage.output_tokens)
  expect(sum(input)).toBe(usage.input_tokens)
  expect(sum(output)).toBe(usage.output_tokens)
  expect(sum(input.cached_tokens_details)).toBe(input.cached_tokens)
  for (const kind of ['text_tokens', 'audio_tokens', 'image_tokens']) {
    expect(input.cached_tokens_details[kind]).toBeLessThanOrEqual(input[kind])
  }
}

describe('4.9 the cache', () => {
  test('first turn 0, then multiples of 64, one turn late, a part of the input', async () => {
    const client = await served.openText()
    await client.askOne(update({ instructions }))
    let before = 0
    for (let turn = 0; turn < 6; turn++) {
      const usage = await usageOf(client, says('a question that is long enough to count for some tokens'))
      expectSums(usage)
      const cached = usage.input_token_details.cached_tokens
      expect(cached).toBe(turn === 0 ? 0 : Math.floor(before / 64) * 64)
      before = usage.input_tokens
    }
    expect(before).toBeGreaterThan(64)
  })

  test.each([
    ['instructions', { instructions: `New. ${instructions}` }],
    ['tools', { tools: [{ type: 'function', name: 'f' }] }],
  ])('changing %s breaks it', async (_what, change) => {
    const client = await served.openText()
    await client.askOne(update({ instructions }))
    await usageOf(client, says('one'))
    expect((await usageOf(client, says('two'))).input_token_details.cached_tokens).toBeGreaterThan(0)
    await client.askOne(update(change))
    expect((await usageOf(client, says('three'))).input_token_details.cached_tokens).toBe(0)
  })
})

describe('4.9 tokens', () => {
  test('10 a second for the sound of the user, 20 for that of the assistant', async () => {
    const client = await served.open()
    await client.askOne(update({ audio: { input: { turn_detection: null } } }))
    const usage = await usageOf(client, append(loud(2500)), commit)
    expectSums(usage)
    expect(usage.input_token_details.audio_tokens).toBe(25)
    expect(usage.output_token_details.audio_tokens).toBe(20)
  })

  test('sound of the assistant comes back as text: audio tokens of the input are those of the user', async () => {
    const client = await served.open()
    await client.askOne(update({ audio: { input: { turn_detection: null } } }))
    const first = await usageOf(client, append(loud(1000)), commit)
    const second = await usageOf(client, append(loud(1000)), commit)
    expect([first, second].map((usage) => usage.input_token_details.audio_tokens)).toEqual([10, 20])
    expect(second.input_token_details.text_tokens).toBeGreaterThan(first.input_token_details.text_tokens)
  })

  test('a truncated answer no longer counts as text', async () => {
    const client = await served.open()
    const first = await respondsTo(client, says('tone'))
    const { text_tokens: before } = (await usageOf(client)).input_token_details
    const other = await served.open()
    const again = await respondsTo(other, says('tone'))
    await other.askOne(truncate(again.output[0].id, 10))
    expect(first.output).toHaveLength(1)
    expect((await usageOf(other)).input_token_details.text_tokens).toBeLessThan(before)
  })
})

describe('3 rate_limits.updated', () => {
  test('one entry, tokens; reset_seconds is the share used of a minute', async () => {
    const client = await served.openText()
    const turn = await client.turn(says('short'), respond())
    expect(turn.at(-2)!.type).toBe('response.done')
    const [limits, ...more] = turn.at(-1)!.rate_limits
    expect(more).toEqual([])
    const { limit, remaining } = limits
    expect(limits).toEqual({
      name: 'tokens',
      limit,
      remaining,
      reset_seconds: Math.round(((limit - remaining) / limit) * 60_000) / 1000,
    })
    expect(limit - remaining).toBe(turn.at(-2)!.response.usage.total_tokens)
  })
})

describe('4.9 truncation: gpt-realtime reads 28,224 tokens', () => {
  const limit = 28_224
  const long = (id: string): object =>
    create({ type: 'message', id, role: 'user', content: [{ type: 'input_text', text: `${id} short `.padEnd(40_000, 'x') }] })

  test('auto drops the oldest messages, without any event; they stay in the conversation', async () => {
    const client = await served.openText()
    await client.askOne(update({ instructions: '' }))
    const turn = await client.turn(long('a'), long('b'), long('c'), respond())
    const { usage, status } = turn.find(({ type }) => type === 'response.done')!.response
    expect(status).toBe('completed')
    expect(usage.input_tokens).toBe(20_000)
    expect(turn.filter(({ type }) => /deleted|truncated/.test(type))).toEqual([])
    expect((await client.askOne(retrieve('a'))).item.id).toBe('a')
  })

  test('retention_ratio drops to that share', async () => {
    const client = await served.openText()
    await client.askOne(update({ instructions: '', truncation: { type: 'retention_ratio', retention_ratio: 0.5 } }))
    expect((await usageOf(client, long('a'), long('b'))).input_tokens).toBe(20_000)
    const { input_tokens } = await usageOf(client, long('c'))
    expect(input_tokens).toBeLessThanOrEqual(limit / 2)
    expect(input_tokens).toBeGreaterThan(0)
  })

  test('token_limits.post_instructions makes the room smaller', async () => {
    const client = await served.openText()
    const truncation = { type: 'retention_ratio', retention_ratio: 1, token_limits: { post_instructions: 15_000 } }
    await client.askOne(update({ instructions: '', truncation }))
    expect((await usageOf(client, long('a'), long('b'))).input_tokens).toBe(10_000)
  })

  test('dropping breaks the cache; deleting what was dropped changes nothing', async () => {
    const client = await served.openText()
    await client.askOne(update({ instructions: '' }))
    await usageOf(client, long('a'), long('b'))
    const cut = await usageOf(client, long('c'))
    expect(cut.input_token_details.cached_tokens).toBe(0)
    const next = await usageOf(client, remove('a'), says('more'))
    expect(next.input_tokens).toBeGreaterThan(cut.input_tokens)
    expect(next.input_token_details.cached_tokens).toBe(Math.floor(cut.input_tokens / 64) * 64)
  })

  test('disabled fails the response', async () => {
    const client = await served.openText()
    await client.askOne(update({ instructions: '', truncation: 'disabled' }))
    const response = await respondsTo(client, long('a'), long('b'), long('c'))
    expect(response).toMatchObject({ status: 'failed', output: [], status_details: { type: 'failed' } })
  })

  test('gpt-realtime-2 has room for 128k', async () => {
    const client = await served.openText({ query: '?model=gpt-realtime-2.1' })
    await client.askOne(update({ instructions: '' }))
    expect((await usageOf(client, long('a'), long('b'), long('c'))).input_tokens).toBe(30_000)
  })

  test('what was dropped is not seen by the reply', async () => {
    await using local = startLocal({ latency: 'instant' })
    const seen: string[][] = []
    local.realtime.respond('look', {
      when: 'short',
      priority: 100,
      text: (turn) => {
        seen.push(turn.conversation.map(({ text }) => text.slice(0, 1)))
        return 'Seen.'
      },
    })
    const client = await local.open()
    await client.askOne(update({ output_modalities: ['text'], instructions: '' }))
    await client.turn(long('a'), long('b'), long('c'), respond())
    expect(seen).toEqual([['b', 'c']])
  })
})
