// A text agent on the openai SDK, as many tests at once as there are.

import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'
import { startTextAgent } from '../src/text-agent.js'

describe('the text agent', () => {
  test.concurrent('sends its instructions, and gives the answer', async ({ realtime }) => {
    realtime.respond('hours', { when: 'opening hours', text: 'From eight to six.' })
    const agent = await startTextAgent()
    expect(await agent.ask('What are your opening hours?')).toBe('From eight to six.')
    expect(realtime).toHaveReceived('session.update', { session: { instructions: expect.stringMatching(/support desk/) } })
    expect(realtime.session.config).toMatchObject({ output_modalities: ['text'] })
  })

  test.concurrent('asks one question at a time, also when two come at once', async ({ realtime }) => {
    realtime.respondOnce('First answer.')
    realtime.respondOnce('Second answer.')
    const agent = await startTextAgent()
    expect(await Promise.all([agent.ask('One?'), agent.ask('Two?')])).toEqual(['First answer.', 'Second answer.'])
    expect(realtime).toHaveConversation([
      { role: 'user', text: 'One?' },
      { role: 'assistant', text: 'First answer.' },
      { role: 'user', text: 'Two?' },
      { role: 'assistant', text: 'Second answer.' },
    ])
  })

  test.concurrent('each test has a service of its own', async ({ realtime }) => {
    const agent = await startTextAgent()
    realtime.respond('only here', 'Nobody else hears this.')
    await agent.ask('Anything')
    expect(realtime.sessions).toHaveLength(1)
    expect(realtime.received('response.create')).toHaveLength(1)
  })
})
