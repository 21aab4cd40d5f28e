// What the text agent makes of a service that fails: quotas, keys, ends of sessions, dropped sockets.

import { expect, test } from 'vitest-realtime'
import { startTextAgent } from '../src/text-agent.js'

test.for(['rate_limit_exceeded', 'insufficient_quota', 'server_error'] as const)(
  '%s: the user is asked to come back',
  async (code, { realtime }) => {
    realtime.fail({ response: code })
    const agent = await startTextAgent()
    await expect(agent.ask('Hello?')).rejects.toThrow(/try again later/)
    expect(realtime.responses[0]?.status).toBe('failed')
  },
)

test('the next question after a failure is answered', async ({ realtime }) => {
  realtime.fail({ response: 'server_error' }, { times: 1 })
  realtime.respond('any', 'Here I am.')
  const agent = await startTextAgent()
  await expect(agent.ask('Hello?')).rejects.toThrow()
  expect(await agent.ask('Still there?')).toBe('Here I am.')
})

test('a wrong key ends the start', async ({ realtime }) => {
  realtime.fail({ connect: 'invalid_api_key' })
  await expect(startTextAgent({ apiKey: 'sk-wrong', reconnect: false })).rejects.toThrow('Incorrect API key')
})

test('an expired session is followed by a fresh one with the same configuration', async ({ realtime, clock }) => {
  realtime.respond('echo', ({ number }) => `Answer ${number}`)
  const agent = await startTextAgent()
  expect(await agent.ask('Before')).toBe('Answer 1')
  await clock.advance(3_600_000)
  expect(await agent.ask('After')).toBe('Answer 1')

  const [expired, fresh] = realtime.sessions
  expect(expired?.open).toBe(false)
  expect(fresh?.config.instructions).toBe(expired?.config.instructions)
})

test('a question that is cut by a dropped socket is asked again', async ({ realtime }) => {
  realtime.respond('story', 'Once upon a time there was a socket that nobody closed.')
  realtime.fail({ close: 1006 }, { at: 'response.output_text.delta', times: 1 })
  const agent = await startTextAgent()
  expect(await agent.ask('Tell me a story')).toMatch(/nobody closed\.$/)
  expect(realtime.sessions).toHaveLength(2)
})

test('without reconnects a dropped socket rejects the question', async ({ realtime }) => {
  realtime.respond('story', 'Once upon a time there was a socket that nobody closed.')
  realtime.fail({ close: 1006 }, { at: 'response.output_text.delta', times: 1 })
  const agent = await startTextAgent({ reconnect: false })
  await expect(agent.ask('Tell me a story')).rejects.toThrow('closed')
})
