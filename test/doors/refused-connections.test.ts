// What a refused connection was told has no session, and is still part of the service that refused it.

import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { expect, test } from 'vitest-realtime'

/** An app that survives being refused; resolves when it was told. */
function refusedApp(model = 'gpt-realtime'): { told: Promise<string> } {
  const app = new OpenAIRealtimeWS({ model })
  return { told: new Promise((resolve) => app.on('error', ({ message }) => resolve(message))) }
}

test('emitted() has the error', async ({ realtime }) => {
  realtime.fail({ connect: 'invalid_api_key' })
  expect(await refusedApp().told).toMatch('Incorrect API key')
  expect(realtime.emitted('error').map(({ error }) => error.code)).toEqual(['invalid_api_key'])
  expect(realtime.for({ model: 'gpt-realtime' }).emitted('error')).toEqual([])
})

test('waitFor() finds it, once', async ({ realtime }) => {
  realtime.fail({ connect: 'model_not_found' })
  void refusedApp().told
  expect((await realtime.waitFor('error')).error.code).toBe('model_not_found')
  const second = realtime.waitFor('error', {}, { timeout: 100 })
  await expect(second).rejects.toThrow('no session connected')
})

test('to wait for it is to assert it', async ({ realtime }) => {
  void refusedApp('gpt-5').told
  await realtime.waitFor('error', { error: { code: 'invalid_model' } })
})
