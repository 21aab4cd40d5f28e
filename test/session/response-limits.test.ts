// Limits that a test sets, and how a response ends at them: tokens per minute (protocol.md 4.2) and the context window.

import { describe, expect, test } from 'vitest'
import { end, SessionDriver, text } from './session-driver.ts'

const words = (tokens: number): string => 'abc '.repeat(tokens)

function ask(session: SessionDriver, tokens: number) {
  session.say(words(tokens))
  const asked = session.effectsOf('ask-reply').length
  session.client({ type: 'response.create' })
  if (session.effectsOf('ask-reply').length > asked) session.reply(text('Yes'), end)
  return session.last('response.done').response
}

/** A session whose prompt is nothing but its conversation. */
function session(options: ConstructorParameters<typeof SessionDriver>[0]): SessionDriver {
  const driver = new SessionDriver(options)
  driver.client({ type: 'session.update', session: { type: 'realtime', instructions: '', output_modalities: ['text'] } })
  return driver
}

describe('tokens per minute', () => {
  test('more than the minute has left fails, in the words of the live service, and nobody is asked', () => {
    const driver = session({ tokensPerMinute: 1000 })
    expect(ask(driver, 400).status).toBe('completed')
    const asked = driver.effectsOf('ask-reply').length
    const before = driver.events.length
    expect(ask(driver, 300)).toMatchObject({
      status: 'failed',
      output: [],
      usage: null,
      status_details: {
        type: 'failed',
        error: {
          type: 'tokens',
          code: 'rate_limit_exceeded',
          message:
            'Rate limit reached for gpt-realtime (for limit gpt-realtime) in organization org-local on tokens per min (TPM): ' +
            'Limit 1000, Used 401, Requested 701. Please try again in 6.12s. ' +
            'Visit https://platform.openai.com/account/rate-limits to learn more.',
        },
      },
    })
    expect(driver.effectsOf('ask-reply')).toHaveLength(asked)
    expect(driver.events.slice(before).map(({ type }) => type)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
      'response.done',
      'rate_limits.updated',
    ])
  })

  test('the wait that the message names is long enough', () => {
    const driver = session({ tokensPerMinute: 1000 })
    ask(driver, 400)
    ask(driver, 300)
    driver.advance(6120)
    driver.client({ type: 'response.create' })
    driver.reply(text('Yes'), end)
    expect(driver.last('response.done').response.status).toBe('completed')
  })

  test('rate_limits.updated keeps its account: what fails costs nothing', () => {
    const driver = session({ tokensPerMinute: 1000 })
    ask(driver, 400)
    expect(driver.last('rate_limits.updated').rate_limits).toEqual([
      { name: 'tokens', limit: 1000, remaining: 599, reset_seconds: 24.06 },
    ])
    ask(driver, 300)
    expect(driver.last('rate_limits.updated').rate_limits[0]).toMatchObject({ remaining: 599 })
  })

  test('are not enforced unless given', () => {
    const driver = session({})
    for (let turn = 0; turn < 3; turn++) expect(ask(driver, 20_000).status).toBe('completed')
  })
})

describe('the context window', () => {
  test('of the test replaces that of the model: the oldest items are forgotten', () => {
    const driver = session({ contextTokens: 800 })
    ask(driver, 400)
    ask(driver, 400)
    expect(driver.asked().request.context.map((item) => item.type === 'message' && item.role)).toEqual(['assistant', 'user'])
    expect(driver.asked().request.conversation).toHaveLength(3)
  })

  test('fails the response where truncation is disabled, and names its size', () => {
    const driver = session({ contextTokens: 800 })
    driver.client({ type: 'session.update', session: { type: 'realtime', truncation: 'disabled' } })
    expect(ask(driver, 900)).toMatchObject({
      status: 'failed',
      status_details: { error: { code: 'context_length_exceeded', message: expect.stringContaining('700 tokens') } },
    })
  })

  test('leaves room for the longest answer, 4,096 tokens at most', () => {
    const driver = session({ contextTokens: 100_000 })
    driver.client({ type: 'session.update', session: { type: 'realtime', truncation: 'disabled' } })
    expect(ask(driver, 95_000).status).toBe('completed')
    expect(ask(driver, 1000).status_details).toMatchObject({ error: { message: expect.stringContaining('95904 tokens') } })
  })
})
