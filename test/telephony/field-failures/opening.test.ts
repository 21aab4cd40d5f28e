// Failures of the field before and at the beginning of a call: signatures, tokens, greetings, noise at pick-up. Numbers: the list of
// threads that the scenarios come from.

import { expect } from 'vitest-realtime'
import { fieldFailure } from './scenario.ts'

const greeting = 'Hello, this is the clinic. You may say what you need at any time, or press a key. How can I help you?'
const hello = { when: { maxTurn: 0 }, text: greeting }

fieldFailure('7 anybody may open the socket, at the cost of whoever holds the key', {
  defects: { takesAnybody: 'promise resolved' },
  ours: ['twilio'],
  async plays({ realtime, phone, dial }) {
    realtime.respond('hello', hello)
    for (const signature of ['missing', 'wrong'] as const)
      await expect(dial({ voice: undefined, stream: '/media-stream', signature } as object)).rejects.toThrow(/31920/)
    expect([realtime.sessions, phone.calls]).toEqual([[], []])
  },
})

fieldFailure('14 what is heard at pick-up wipes the greeting out', {
  defects: { greetingFallsToNoise: 'call.hears(help you)' },
  bridge: { greeting: { isInterruptible: false } },
  // The service answers a turn that ends during an answer so.
  options: { allowErrors: ['conversation_already_has_active_response'] },
  async plays({ realtime, dial }) {
    realtime.respond('hello', { ...hello, times: 1 })
    realtime.respond('yes', { when: 'hey', text: 'Yes?' })
    const call = await dial()
    await call.pauses(600)
    // To somebody else, with the phone not at the ear yet.
    await call.says('Hey')
    await call.hears('help you')
    expect(call).toHaveHeard(greeting)
  },
})

fieldFailure('15 a canned sentence, and then silence', {
  defects: { saysNothingFirst: /call\.hears\(Hello\)/ },
  async plays({ realtime, dial }) {
    realtime.respond('hello', hello)
    const call = await dial()
    await call.hears('Hello', { timeout: 3000 })
    expect(call.metrics.longestDeadAirMs).toBeLessThan(2000)
  },
})

fieldFailure('15 any noise on the line stops the agent', {
  defects: { stopsAtLoudFrames: 'call.hears(help you)' },
  async plays({ realtime, dial }) {
    realtime.respond('hello', hello)
    const call = await dial({ noiseDbfs: -50 })
    await call.hears('help you')
    expect(call).toHaveHeard(greeting)
  },
})

fieldFailure('16 the agent interrupts itself by its own echo', {
  defects: { hearsItsEcho: 'call.hears(help you)' },
  async plays({ realtime, dial }) {
    realtime.respond('hello', hello)
    const call = await dial({ echo: { delayMs: 180, gainDb: -48 } })
    await call.hears('help you')
    expect(realtime).not.toHaveReceived('conversation.item.truncate')
  },
})

fieldFailure('23 the token of the call is in a query, which the platform drops', {
  defects: { tokenInQuery: /31920.*which Twilio drops/ },
  bridge: { requireCallToken: true },
  ours: ['twilio'],
  async plays({ realtime, dial }) {
    realtime.respond('hello', hello)
    const call = await dial()
    await call.hears('help you')
    expect(call).toHaveNoFindings()
  },
})

fieldFailure('24 the signature is checked against https, and behind a proxy against another host', {
  defects: { checksHttpsSignature: /31920.*HTTP 403/ },
  ours: ['twilio'],
  async plays({ realtime, dial }) {
    realtime.respond('hello', hello)
    const call = await dial({ publicUrl: 'https://voice.example.test' })
    await call.hears('help you')
  },
})

fieldFailure('27 whether the greeting is heard is a matter of luck', {
  defects: { greetsTooEarly: /call\.hears\(Hello\)/ },
  async plays({ realtime, dial }) {
    realtime.respond('hello', hello)
    const call = await dial()
    await call.hears('Hello')
    expect(call).toHaveNoFindings()
    expect(realtime.received('response.create')).toHaveLength(1)
  },
})
