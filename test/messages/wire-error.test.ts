// An event that never came because the service refused what the app sent: the message says what the app did wrong.

import { expect, test } from 'vitest-realtime'
import { failureOf } from '../support/failure-of.ts'
import { connectTextApp } from '../support/text-app.ts'

test('names the mistake behind the error', async ({ realtime }) => {
  const app = await connectTextApp()
  app.socket.send({ type: 'session.update', session: { type: 'realtime', modalities: ['text'] } } as never)
  await expect(realtime).toEmit('error')
  const failure = await failureOf(() => expect(realtime).toHaveEmitted('session.updated'))
  expect(String(failure)).toMatch(
    /The service sent an error \(#\d+\) as answer to #\d+: "Unknown parameter: 'session\.modalities'\."/,
  )
  expect(String(failure)).toContain('`session.modalities` is a field of the beta API.')
  expect(String(failure)).toContain('In GA it is `session.output_modalities`')
})
