// Two sessions in one test, and responses beside the conversation.

import { expect, test } from 'vitest-realtime'
import { startBilling, startTriage } from '../src/agents.js'
import { startModerated } from '../src/moderated-agent.js'

test('triage transfers what billing knows', async ({ realtime }) => {
  const triage = realtime.for({ instructions: /you are triage/i })
  const billing = realtime.for({ instructions: /invoices/i })
  triage.respond('hand over', {
    when: 'invoice',
    call: { name: 'transfer', arguments: { to: 'billing' } },
    then: 'I ask my colleague.',
  })
  billing.respond('answer', { when: 'invoice', text: 'It was paid on Tuesday.' })

  await startBilling()
  const agent = await startTriage()
  expect(await agent.ask('Is my invoice paid?')).toBe('I ask my colleague. It was paid on Tuesday.')

  expect(realtime.sessions).toHaveLength(2)
  expect(triage).toHaveReturnedFromFunction('transfer', { transferred: true })
  expect(billing.responses.map(({ name }) => name)).toEqual(['answer'])
  expect(triage).not.toHaveSaid(/Tuesday/)
})

test('a transfer to an empty desk is reported to the model', async ({ realtime }) => {
  realtime.respond('hand over', {
    when: 'invoice',
    call: { name: 'transfer', arguments: { to: 'billing' } },
    then: ({ result }) => (result.transferred ? 'One moment.' : 'Nobody is there.'),
  })
  const agent = await startTriage()
  expect(await agent.ask('My invoice!')).toBe('Nobody is there.')
})

test('moods are classified out of band, and leave no trace in the conversation', async ({ realtime }) => {
  realtime.respond('calm down', { when: 'awful', text: 'I am sorry to hear it.' })
  realtime.respond('cheer up', { when: 'better', text: 'I am glad.' })
  realtime.respond('mood', {
    when: { metadata: { topic: 'mood' } },
    text: ({ conversation }) => JSON.stringify({ mood: conversation.some(({ text }) => /better/.test(text)) ? 'calm' : 'angry' }),
  })
  const agent = await startModerated()

  expect(await agent.ask('This is awful')).toBe('I am sorry to hear it.')
  expect(await realtime.nextResponse({ outOfBand: true })).toSelectResponse('mood')
  expect(agent.mood).toBe('angry')

  expect(await agent.ask('That is better')).toBe('I am glad.')
  await realtime.settled()
  expect(agent.mood).toBe('calm')
  expect(realtime).toHaveConversation([
    { role: 'user', text: 'This is awful' },
    { role: 'assistant', text: 'I am sorry to hear it.' },
    { role: 'user', text: 'That is better' },
    { role: 'assistant', text: 'I am glad.' },
  ])
})
