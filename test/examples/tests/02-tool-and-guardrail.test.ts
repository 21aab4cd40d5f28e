// A RealtimeAgent of @openai/agents-realtime with a tool and an output guardrail, unmodified.

import { RealtimeSession } from '@openai/agents-realtime'
import { expect, test } from 'vitest-realtime'
import { noRefundPromises, supportAgent } from '../src/support-agent.js'

async function connect(options: ConstructorParameters<typeof RealtimeSession>[1] = {}): Promise<RealtimeSession> {
  const session = new RealtimeSession(supportAgent, { transport: 'websocket', ...options })
  await session.connect({ apiKey: 'sk-not-checked' })
  return session
}

test('the tool is called with what the model said, and its output is what the model answers from', async ({ realtime }) => {
  realtime.respond('lookup', {
    when: /parcel C3/i,
    call: { name: 'find_order', arguments: { id: 'C3' } },
    then: ({ result }) => `You will have it on ${result.day}.`,
  })
  const session = await connect()
  session.sendMessage('Any news of parcel C3?')
  await realtime.settled()

  expect(realtime).toHaveCalledFunction('find_order', { id: 'C3' })
  expect(realtime).toHaveReturnedFromFunction('find_order', { day: 'Monday' })
  expect(realtime).toHaveEmittedSequence([
    'response.function_call_arguments.done',
    { type: 'conversation.item.create', item: { type: 'function_call_output' } },
    'response.create',
    { type: 'response.done', response: { status: 'completed' } },
  ])
  expect(realtime.responses.at(-1)).toHaveSaid('You will have it on Monday.')
})

test('the guardrail stops a promise in the middle, and the model is asked to mend it', async ({ realtime }) => {
  const promise = 'Well, listen: I promise that you get a refund of the whole amount by tomorrow, no matter what the others say.'
  realtime.respondOnce('promise', promise)
  realtime.respondOnce('mended', 'Sorry, that is for my colleagues to decide.')
  const tripped: string[] = []
  const session = await connect({ outputGuardrails: [noRefundPromises] })
  session.on('guardrail_tripped', (_context, _agent, error) => tripped.push(error.result.guardrail.name))
  session.sendMessage('Give me my money')

  const cut = await realtime.nextResponse()
  expect(cut).toSelectResponse('promise')
  expect(cut.status).toBe('cancelled')
  expect(await realtime.nextResponse()).toHaveSaid(/colleagues/)
  expect(tripped).toEqual(['No refund promises'])
})
