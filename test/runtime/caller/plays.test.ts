// The caller plays the user's side of a flow, aloud, against an app on the official SDK.

import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { type Caller, expect, type FlowDefinition, test } from 'vitest-realtime'

const booking: FlowDefinition = {
  states: {
    ask: [{ says: ['a table please', 'reservation'], reply: 'For how many people?', to: 'seats' }],
    seats: [
      { says: 'let me think', reply: 'Take your time.' },
      {
        says: /(?<seats>two|three)/i,
        caller: 'A table for two',
        reply: ({ captured }) => `Done, for ${captured.seats}.`,
        to: 'end',
      },
    ],
  },
}

async function start(caller: Caller) {
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' }, new OpenAI({ apiKey: 'sk-app' }))
  await app.emitted('session.created')
  caller.attach(app)
  return app
}

test('to its end, a loop included', async ({ realtime, caller }) => {
  const flow = realtime.flow('booking', booking)
  await start(caller)
  await caller.plays(flow)
  expect(flow).toMatchObject({ finished: true, coverage: { missing: [] }, captured: { seats: 'two' } })
  expect(flow.path).toHaveLength(3)
  expect(caller).toHaveHeard('For how many people? Take your time. Done, for two.')
  expect(realtime.responses.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed'])
})

test('hears the opening out that the app has asked for', async ({ realtime, caller }) => {
  const flow = realtime.flow('booking', { ...booking, opening: 'Welcome to the restaurant, what can I do for you?' })
  const app = await start(caller)
  app.send({ type: 'response.create' })
  await caller.plays(flow)
  expect(realtime.responses.map(({ status }) => status)).toEqual(Array(4).fill('completed'))
  expect(caller).toHaveHeard(/^Welcome to the restaurant, what can I do for you\? For how many people\?/)
})

test('but says what it cannot say', async ({ realtime, caller }) => {
  await start(caller)
  const pattern = realtime.flow('order', { states: { ask: [{ says: /x/, reply: 'y', to: 'end' }] }, unfinished: 'allow' })
  await expect(caller.plays(pattern)).rejects.toThrow(
    "state 'ask' waits for says /x/: what would match /x/? Give the step `caller: '…'`.",
  )
  await expect(caller.plays({} as never)).rejects.toThrow('the flow must be what `realtime.flow(name, { … })` gave')
})
