// Replays of spoken sessions: what turn detection heard then is heard again, whatever the pieces in which the app sends its sound.

import { expect, speech, test } from 'vitest-realtime'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import { startVoiceAgent } from '../examples/src/voice-agent.ts'
import { startWalkieTalkie } from '../examples/src/walkie-talkie.ts'
import { shelf } from './support/record-here.ts'

async function recordVoice(files: ReturnType<typeof shelf>): Promise<void> {
  await files.record('voice', async (realtime) => {
    realtime.respond('greeting', {
      when: 'hello',
      text: 'Hello! How can I help you today? We are open until ten in the evening.',
    })
    realtime.respond('book', {
      when: /table for two/i,
      call: { name: 'book_table', arguments: { seats: 2 } },
      then: 'Done, a table for two.',
    })
    const { caller } = (realtime as RealtimeInstance).internals
    const { session } = await startVoiceAgent()
    caller.attach(session)
    await caller.says('Hello there')
    await caller.interrupts('A table for two please', { afterMs: 900 })
    await realtime.settled()
    session.close()
  })
}

test('an agent of the Agents SDK is spoken to, interrupts, and calls its tool', async ({ realtime, caller }) => {
  using files = shelf()
  await recordVoice(files)
  const tape = await realtime.replay(files.path('voice'))
  expect(tape.turns.length).toBe(2)
  const [hello, table] = tape.turns
  expect([hello, table].map((turn) => turn?.text)).toEqual(['Hello there', 'A table for two please'])
  const { session } = await startVoiceAgent()
  caller.attach(session)
  await caller.says(hello!.audio!)
  await caller.interrupts(table!.audio!, { afterMs: 900 })
  await realtime.settled()
  expect(realtime).toHaveReturnedFromFunction('book_table')
  expect(realtime.responses.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed'])
  expect(realtime).toHaveTruncatedWhereHeard({ toleranceMs: 120 })
  expect(realtime.responses.at(-1)?.text).toBe('Done, a table for two.')
})

test('push to talk, in other pieces than recorded', async ({ realtime }) => {
  using files = shelf()
  const question = await speech('Where are you?')
  await files.record('walkie', async (recorded) => {
    recorded.respond('place', 'At the harbour. Over.')
    const app = await startWalkieTalkie()
    app.press()
    for (const { samples } of question.frames(20)) app.mic(samples)
    app.release()
    await recorded.nextResponse()
  })
  const tape = await realtime.replay(files.path('walkie'))
  const app = await startWalkieTalkie()
  app.press()
  for (const { samples } of tape.turns[0]!.audio!.frames(130)) app.mic(samples)
  app.release()
  expect((await realtime.nextResponse()).text).toBe('At the harbour. Over.')
})
