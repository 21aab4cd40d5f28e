// Barge-in on a RealtimeSession: the app truncates by its own clock, which is the test's.

import { expect, test } from 'vitest-realtime'
import { startVoiceAgent } from '../src/voice-agent.js'

const menu = 'Tonight we have trout with almonds, a stew of beans and peppers, and for dessert a cake of plums with cream.'

test('the answer stops when the caller speaks, and the model keeps what was heard', async ({ realtime, caller }) => {
  realtime.respond('menu', { when: 'menu', text: menu })
  realtime.respond('stew', { when: 'the stew', text: 'A good choice.' })
  const { session } = await startVoiceAgent()
  caller.attach(session)

  await caller.says('What is on the menu?')
  await caller.interrupts('The stew, please', { afterMs: 2500 })
  await realtime.settled()

  const [answer, choice] = realtime.responses
  expect(answer).toHaveBeenInterrupted({ afterMs: 2500, toleranceMs: 250 })
  expect(answer).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
  expect(choice).toSelectResponse('stew')
  expect(choice).toHaveRespondedWithin(800)
  expect(caller).toHaveHeard(/^Tonight we have trout/)
  expect(caller).not.toHaveHeard(/plums/)
  expect(realtime).toHaveEmittedSequence([
    'input_audio_buffer.speech_started',
    { type: 'conversation.item.truncate', content_index: 0 },
    'conversation.item.truncated',
    { type: 'response.done', response: { status: 'completed' } },
  ])
})

test('a caller who lets the agent finish truncates nothing', async ({ realtime, caller }) => {
  realtime.respond('menu', { when: 'menu', text: 'Trout or stew.' })
  realtime.respond('bye', { when: 'goodbye', text: 'Goodbye.' })
  const { session } = await startVoiceAgent()
  caller.attach(session)

  await caller.says('What is on the menu?')
  await caller.hears('Trout or stew.')
  await caller.pauses(2000)
  await caller.says('Goodbye')
  await realtime.settled()

  expect(realtime).not.toHaveReceived('conversation.item.truncate')
  expect(realtime.responses.map(({ status }) => status)).toEqual(['completed', 'completed'])
})
