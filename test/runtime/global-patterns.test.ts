// A RegExp with the g flag remembers where it stopped; whoever asks it twice must get one answer.

import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { describe } from 'vitest'
import { expect, test } from 'vitest-realtime'

describe('patterns with the g flag', () => {
  test.override('realtimeOptions', { intercept: [/^wss:\/\/api\.openai\.com/g] })

  test('in filters, waits and the option `intercept`', async ({ realtime }) => {
    const clerks = realtime.for({ instructions: /clerk/g })
    for (const count of [1, 2, 3]) {
      const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
      await app.emitted('session.created')
      app.send({ type: 'session.update', session: { type: 'realtime', instructions: 'You are a clerk.' } })
      const instructions = /clerk/g
      await realtime.waitFor('session.updated', { session: { instructions } } as never)
      for (const _again of [1, 2, 3]) expect(clerks.sessions).toHaveLength(count)
    }
  })
})
