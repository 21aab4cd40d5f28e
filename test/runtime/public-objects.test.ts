// What Vitest's own matchers and `console.log` make of the kit's objects: they copy them, and show every property.

import { inspect } from 'node:util'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { expect as plainExpect } from 'vitest'
import { expect, type LocalRealtime, test } from 'vitest-realtime'

async function askOnce(realtime: LocalRealtime): Promise<void> {
  realtime.respond('greeting', 'Hello.')
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  await app.emitted('session.created')
  app.send({ type: 'response.create', response: { output_modalities: ['text'], metadata: { purpose: 'test' } } })
  await realtime.nextResponse()
}

function messageOf(assertion: () => void): string {
  try {
    assertion()
  } catch (error) {
    return (error as Error).message
  }
  return 'it held'
}

test('a response: partial matches, and a message when they fail', async ({ realtime }) => {
  await askOnce(realtime)
  const [response] = realtime.responses
  expect(response).toMatchObject({ name: 'greeting', status: 'completed', text: 'Hello.', metadata: { purpose: 'test' } })
  expect(messageOf(() => plainExpect(response).toMatchObject({ status: 'failed' }))).toMatch(
    "to match object { status: 'failed' }",
  )
  expect(messageOf(() => plainExpect(realtime.responses).toEqual([]))).toMatch('to deeply equal []')
  expect(inspect(response)).toMatch(/name: 'greeting'[\s\S]*text: 'Hello\.'/)
  expect(JSON.parse(JSON.stringify(response))).toEqual(expect.objectContaining({ name: 'greeting', text: 'Hello.', calls: [] }))
})

test('a session: the same', async ({ realtime }) => {
  await askOnce(realtime)
  const { session } = realtime
  expect(session).toMatchObject({ open: true, config: { model: 'gpt-realtime' }, conversation: [{ role: 'assistant' }] })
  expect(messageOf(() => plainExpect(session).toMatchObject({ open: false }))).toMatch('to match object { open: false }')
  expect(messageOf(() => plainExpect(realtime.sessions).toEqual([]))).toMatch('to deeply equal []')
  expect(inspect(session)).toBe(`[session ${session.id}]`)
  expect(inspect(realtime.for({ model: 'x' }))).toBe('[realtime.for({ model: "x" })]')
})
