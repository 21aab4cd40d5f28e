// `realtime.replay`: a recording answers an unmodified app on the openai SDK.

import { expect, test } from 'vitest-realtime'
import { startTextAgent } from '../examples/src/text-agent.ts'
import { shelf } from './support/record-here.ts'

async function recordBooking(files: ReturnType<typeof shelf>, name = 'booking'): Promise<void> {
  await files.record(name, async (realtime) => {
    realtime.respond('hours', { when: 'open', text: 'From nine to five.' })
    realtime.respond('book', { when: 'table', text: 'A table for two is booked.' })
    const agent = await startTextAgent()
    await agent.ask('When are you open?')
    await agent.ask('A table for two, please.')
    agent.close()
  })
}

test('the recording answers as the service did, turn by turn', async ({ realtime }) => {
  using files = shelf()
  await recordBooking(files)
  const tape = await realtime.replay(files.path('booking'))
  expect(tape.name).toBe('booking')
  expect(tape.turns).toEqual([{ text: 'When are you open?' }, { text: 'A table for two, please.' }])
  const agent = await startTextAgent()
  const answers: string[] = []
  for (const turn of tape.turns) answers.push(await agent.ask(turn.text ?? ''))
  expect(answers).toEqual(['From nine to five.', 'A table for two is booked.'])
  expect(realtime.responses.map(({ text, status }) => [text, status])).toEqual([
    ['From nine to five.', 'completed'],
    ['A table for two is booked.', 'completed'],
  ])
  await realtime.settled()
  expect(realtime).toHaveConversation([
    { role: 'user', text: 'When are you open?' },
    { role: 'assistant', text: 'From nine to five.' },
    { role: 'user', text: 'A table for two, please.' },
    { role: 'assistant', text: 'A table for two is booked.' },
  ])
})
