import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe } from 'vitest'
import { createLocalRealtime, expect, type SessionMetrics, test, useLocalRealtime } from 'vitest-realtime'
import { sumMetrics } from '../../src/runtime/metrics-sum.ts'

test('realtime.metrics: all sessions together, closed ones too', async ({ realtime, caller }) => {
  realtime.respond('hours', { when: 'open', text: 'We are open until ten.' })
  const first = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  caller.attach(first)
  await realtime.waitForSession()
  await caller.says('How long are you open?')
  await realtime.settled()
  first.close()
  await realtime.settled()
  const second = new OpenAIRealtimeWS({ model: 'gpt-realtime-mini' })
  await realtime.waitForSession()
  const content = [{ type: 'input_text', text: 'Are you open?' } as const]
  second.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
  second.send({ type: 'response.create' })
  await realtime.settled()

  const { metrics } = realtime
  const [one, other] = realtime.sessions.map((session) => session.metrics) as [SessionMetrics, SessionMetrics]
  expect(metrics.sessions).toBe(2)
  expect(metrics.turns).toEqual({ user: 2, assistant: 2 })
  expect(metrics.sent).toBe(one.sent + other.sent)
  expect(metrics.responseTimesMs).toEqual([...one.responseTimesMs, ...other.responseTimesMs])
  expect(metrics.byResponse.map(({ sessionId }) => sessionId)).toEqual(realtime.sessions.map(({ id }) => id))
  // What was said to the first one is not missing in the second.
  expect(one.vad.accuracy).toMatchObject({ utterances: 1, found: 1 })
  expect(metrics.vad.accuracy).toEqual(one.vad.accuracy)
  expect(metrics.intents).toEqual({ question: 2 })
  expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics)
  expect(Object.isFrozen(metrics) && Object.isFrozen(metrics.talk) && Object.isFrozen(metrics.byResponse)).toBe(true)
  second.close()
})

describe('intents of the options', () => {
  const own = test.override('realtimeOptions', { intents: { refund: ['money back'], gratitude: ['cheers'] }, fallback: 'Sure.' })
  own('are counted as the eight are', async ({ realtime, caller }) => {
    caller.attach(new OpenAIRealtimeWS({ model: 'gpt-realtime' }))
    await realtime.waitForSession()
    await caller.says('Cheers, I want my money back')
    await realtime.settled()
    expect(realtime.session.metrics.intents).toMatchObject({ refund: 1, gratitude: 1 })
    expect(realtime.metrics.intents).toMatchObject({ refund: 1, gratitude: 1 })
  })
})

test('without a session it is all zero', async () => {
  await using realtime = createLocalRealtime()
  expect(realtime.metrics).toMatchObject({ sessions: 0, sent: 0, byResponse: [], vad: { accuracy: null } })
})

describe('the handle of useLocalRealtime', () => {
  const realtime = useLocalRealtime()
  test('has it too', () => {
    expect(realtime.metrics.sessions).toBe(0)
  })
})

test('one session is the same as itself; rates are weighted, rates of nothing are none', () => {
  const one = session({ userMs: 1000, words: 120, assistantMs: 500 })
  const other = session({ userMs: 3000, words: 60, assistantMs: 0 })
  expect(sumMetrics([one])).toEqual({ ...one, sessions: 1 })
  const { talk } = sumMetrics([one, other])
  expect(talk).toEqual({
    userMs: 4000,
    assistantMs: 500,
    userShare: 4000 / 4500,
    userWordsPerMinute: 75,
    assistantWordsPerMinute: null,
  })
})

function session({ userMs, words, assistantMs }: { userMs: number; words: number; assistantMs: number }): SessionMetrics {
  const { sessions: _, ...zero } = sumMetrics([])
  const userShare = userMs / (userMs + assistantMs)
  return { ...zero, talk: { userMs, assistantMs, userShare, userWordsPerMinute: words, assistantWordsPerMinute: null } }
}
