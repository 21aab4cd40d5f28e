import { expect, test } from 'vitest-realtime'
import { startSession, startClient, truncateWhereHeard } from './support/apps.ts'

for (const format of ['pcm16', 'g711_ulaw', 'g711_alaw'] as const)
test('session '+format, async ({ realtime, caller }) => {
  realtime.respond('a', { when: 'hello', text: 'Hello! How can I help you today? We are open until ten in the evening.' })
  realtime.respond('b', { when: 'table', text: 'Done.' })
  const session = await startSession({ format })
  caller.attach(session)
  await caller.says('Hello there')
  await caller.interrupts('A table for two please', { afterMs: 900 })
  await realtime.settled()
  console.log(realtime.timeline.toString())
  console.log(caller.heard.text, caller.heard.durationMs)
  const [a, b] = realtime.responses
  expect(a).toHaveBeenInterrupted({ afterMs: 900, toleranceMs: 200 })
  expect(a).toHaveTruncatedWhereHeard({ toleranceMs: 20 })
  expect(realtime).toHaveDetectedSpeech({ startMs: 200, toleranceMs: 60 })
  expect(b).toHaveRespondedWithin(800)
})
test('client', async ({ realtime, caller }) => {
  realtime.respond('a', { when: 'hello', text: 'Hello! How can I help you today? We are open until ten in the evening.' })
  realtime.respond('b', { when: 'table', text: 'Done.' })
  const client = await startClient()
  truncateWhereHeard(client)
  caller.attach(client)
  await caller.says('Hello there')
  await caller.interrupts('A table for two please', { afterMs: 900 })
  await realtime.settled()
  console.log(realtime.timeline.toString())
  console.log(caller.heard.text, caller.heard.durationMs)
})
