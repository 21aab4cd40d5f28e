// Tokens, the cache and the rate limit: protocol.md 3 and 4.9.

import { describe, expect, test } from 'vitest'
import { cachedTokens, charge, newAccount, rateLimits } from '../../src/session/usage.ts'
import { end, pcm, SessionDriver, spoken, text } from './session-driver.ts'

function usageOf(session: SessionDriver): NonNullable<ReturnType<typeof lastUsage>> {
  const usage = lastUsage(session)
  if (!usage) throw new Error('the response has no usage')
  return usage
}

function lastUsage(session: SessionDriver) {
  return session.last('response.done').response.usage
}

describe('usage', () => {
  test('user audio 10 a second, assistant audio 20, text a token for each delta; the sums agree', () => {
    const session = new SessionDriver()
    const input = { turn_detection: null }
    session.client({ type: 'session.update', session: { type: 'realtime', instructions: 'x'.repeat(40), audio: { input } } })
    session.append(pcm(1630, 5))
    session.client({ type: 'input_audio_buffer.commit' })
    session.client({ type: 'response.create' })
    session.reply(text('One two three.', spoken(2000)), end)
    expect(usageOf(session)).toEqual({
      total_tokens: 10 + 16 + 4 + 40,
      input_tokens: 26,
      output_tokens: 44,
      input_token_details: {
        text_tokens: 10,
        audio_tokens: 16,
        image_tokens: 0,
        cached_tokens: 0,
        cached_tokens_details: { text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
      },
      output_token_details: { text_tokens: 4, audio_tokens: 40 },
    })
  })

  test('the sound of the assistant comes back as text', () => {
    const session = new SessionDriver()
    session.client({ type: 'session.update', session: { type: 'realtime', instructions: '' } })
    session.client({ type: 'response.create' })
    session.reply(text('12345678', spoken(5000)), end)
    session.client({ type: 'response.create' })
    session.reply(text('x'), end)
    expect(usageOf(session).input_token_details).toMatchObject({ text_tokens: 2, audio_tokens: 0 })
  })

  test('deleting items and input of its own change what is read', () => {
    const session = new SessionDriver()
    session.client({ type: 'session.update', session: { type: 'realtime', instructions: '' } })
    session.say('x'.repeat(400))
    const [first] = session.sent('conversation.item.added')
    const item = {
      type: 'message' as const,
      role: 'user' as const,
      content: [{ type: 'input_text' as const, text: 'y'.repeat(40) }],
    }
    const reference = { type: 'item_reference' as const, id: first?.item.id ?? '' }
    const ask = (input?: (typeof item | typeof reference)[]): number => {
      session.client({ type: 'response.create', response: { conversation: 'none', ...(input && { input }) } })
      session.reply(text('z'), end)
      return usageOf(session).input_tokens
    }
    expect([ask(), ask([]), ask([item]), ask([reference, item])]).toEqual([100, 0, 10, 110])
    session.client({ type: 'conversation.item.delete', item_id: reference.id })
    expect(ask()).toBe(0)
    session.client({ type: 'response.create', response: { input: [item, reference] } })
    expect(session.last('error').error).toMatchObject({ code: 'invalid_value', param: 'response.input[1].id' })
  })
})

describe('cache', () => {
  test('knows whole steps of 64 tokens of the prompt before, not of the first', () => {
    const session = new SessionDriver()
    session.client({ type: 'session.update', session: { type: 'realtime', instructions: 'x'.repeat(520) } })
    const cached = (): number[] => {
      session.say('Hello')
      session.client({ type: 'response.create' })
      session.reply(text('Hi.'), end)
      const { input_tokens, input_token_details } = usageOf(session)
      return [input_tokens, input_token_details.cached_tokens]
    }
    expect([cached(), cached()]).toEqual([
      [132, 0],
      [135, 128],
    ])
    session.client({ type: 'session.update', session: { type: 'realtime', instructions: 'y'.repeat(520) } })
    expect(cached()[1]).toBe(0)
    expect(cached()[1]).toBe(128)
  })

  test('counts each modality by itself', () => {
    const input = { tokens: { text: 130, audio: 70, image: 0 }, cached: { text: 0, audio: 0, image: 0 }, prefix: 'p' }
    const account = charge(newAccount, input, 0, { nowMs: 0, limit: 1000 })
    expect(cachedTokens(account, 'p', { text: 150, audio: 60, image: 0 })).toEqual({ text: 128, audio: 0, image: 0 })
  })
})

describe('rate limit', () => {
  const input = { tokens: { text: 0, audio: 0, image: 0 }, cached: { text: 0, audio: 0, image: 0 }, prefix: undefined }

  test.each([
    [40_000, 1510, { limit: 40_000, remaining: 38_490, reset_seconds: 2.265 }],
    [15_000_000, 284, { limit: 15_000_000, remaining: 14_999_716, reset_seconds: 0.001 }],
  ])('of %d after %d tokens is that of the capture', (limit, used, expected) => {
    const account = charge(newAccount, input, used, { nowMs: 0, limit })
    expect(rateLimits(account, limit)).toEqual([{ name: 'tokens', ...expected }])
  })

  test('flows off within a minute and never goes below nothing', () => {
    const used = charge(newAccount, input, 50_000, { nowMs: 0, limit: 40_000 })
    expect(rateLimits(used, 40_000)[0]?.remaining).toBe(0)
    const later = charge(used, input, 0, { nowMs: 30_000, limit: 40_000 })
    expect(rateLimits(later, 40_000)[0]?.remaining).toBe(10_000)
    expect(charge(later, input, 0, { nowMs: 45_000, limit: 40_000 }).usedTokens).toBe(20_000)
    expect(charge(later, input, 0, { nowMs: 120_000, limit: 40_000 }).usedTokens).toBe(0)
  })

  test('is told after each response with the limit of the session', () => {
    const session = new SessionDriver({ tokensPerMinute: 40_000 })
    session.client({ type: 'response.create' })
    session.reply(text('Hi.'), end)
    const { total_tokens } = usageOf(session)
    expect(session.last('rate_limits.updated').rate_limits).toMatchObject([
      { name: 'tokens', limit: 40_000, remaining: 40_000 - total_tokens },
    ])
  })
})
