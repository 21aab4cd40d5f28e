import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { createLocalRealtime, expect, type LocalRealtime, type PhoneCall, test } from 'vitest-realtime'
import { figuresOfTest } from '../../src/doors/figures-of-test.ts'
import type { Service } from '../../src/runtime/service.ts'

const serviceOf = (realtime: LocalRealtime): Service => (realtime as unknown as { internals: Service }).internals

test('a test without session, call and flow tells nothing', async () => {
  await using realtime = createLocalRealtime()
  realtime.respond('hi', 'Hi.')
  expect(figuresOfTest(serviceOf(realtime))).toBeUndefined()
})

test('samples are whole ms of each session; findings and errors are counted where they belong', async ({ realtime }) => {
  realtime.respond('hi', 'Hello there.')
  realtime.fail({ error: 'server_error' }, { at: 'response.done' })
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await realtime.waitForSession()
  app.on('error', () => {})
  const content = [{ type: 'input_text', text: 'Hi' } as const]
  app.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } })
  app.send({ type: 'response.create' })
  await realtime.settled()
  serviceOf(realtime).report({ code: 'odd', message: 'odd', mend: 'Stop it.' }, { sessionId: realtime.session.id })
  serviceOf(realtime).finding('of nobody')

  const figures = figuresOfTest(serviceOf(realtime))
  const [response] = realtime.session.metrics.byResponse
  expect(figures).toEqual({
    version: 1,
    findings: 1,
    calls: [],
    flows: [],
    sessions: [
      {
        id: realtime.session.id,
        model: 'gpt-realtime',
        durationMs: Math.round(realtime.session.metrics.durationMs),
        turns: 1,
        responses: 1,
        interruptions: 0,
        errors: 1,
        findings: 1,
        firstAudioMs: [Math.round(response?.firstAudioMs ?? 0)],
        firstTextMs: [Math.round(response?.firstTextMs ?? 0)],
        responseMs: [Math.round(response?.firstAudioMs ?? 0)],
        interruptionStopMs: [],
        vadErrorMs: [],
        vadMissed: 0,
        vadFalse: 0,
        words: 0,
        wordErrors: 0,
      },
    ],
  })
  expect(JSON.parse(JSON.stringify(figures))).toEqual(figures)
  app.close()
})

test('a flow tells which of its states and steps were walked', async () => {
  await using realtime = createLocalRealtime()
  const states = {
    ask: [
      { says: 'table', reply: 'For how many?', to: 'end' },
      { says: 'cancel', reply: 'Fine.' },
    ],
  }
  realtime.flow('booking', { states, unfinished: 'allow' })
  expect(figuresOfTest(serviceOf(realtime))).toMatchObject({
    sessions: [],
    flows: [
      {
        name: 'booking',
        states: ['ask', 'end'],
        visited: [0],
        steps: ['ask: says "table" → end', 'ask: says "cancel"'],
        taken: [],
      },
    ],
  })
})

test('phone calls tell of sound that ran out, dead air, answers and interruptions', async () => {
  await using realtime = createLocalRealtime()
  const metrics = { underruns: 1, underrunMs: 39.7, longestDeadAirMs: 1200.4, responseMs: [700.2], clearMs: [] }
  const call = { id: 'CA1', platform: 'twilio', metrics } as unknown as PhoneCall
  expect(figuresOfTest(serviceOf(realtime), [call])?.calls).toEqual([
    { id: 'CA1', platform: 'twilio', underruns: 1, underrunMs: 40, deadAirMs: 1200, responseMs: [700], clearMs: [] },
  ])
})
