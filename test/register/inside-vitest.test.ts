// A test run that has the preload in NODE_OPTIONS, and apps that its tests start as processes of their own.

import { expect, test } from 'vitest'
import { runVitest } from '../support/run-vitest.ts'
import { globalSocketApp, runApp } from './support/run-app.ts'

const guest = `
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { expect, test } from 'vitest-realtime'

test('is served by its own fixture', async ({ realtime }) => {
  const app = new OpenAIRealtimeWS({ model: 'gpt-realtime' })
  const { config } = await realtime.waitForSession()
  expect(config.audio.input.turn_detection.threshold).toBe(0.5)
  app.close()
})`

test.for(['forks', 'threads'])('in a worker of Vitest (%s) the preload stays out of the way, and says nothing', async (pool) => {
  const run = await runVitest(
    { 'guest.case.ts': guest },
    {
      flags: ['--pool', pool],
      env: {
        NODE_OPTIONS: '--import vitest-realtime/register',
        USE_LOCAL_REALTIME: 'true',
        LOCAL_REALTIME_VAD_THRESHOLD: '0.9',
      },
    },
  )
  expect(run.test('is served by its own fixture')).toMatchObject({ state: 'passed', messages: [] })
  expect(run.output).not.toContain('vitest-realtime:')
})

test('an app that a test starts is served all the same', async () => {
  const { code, stdout } = await runApp(globalSocketApp('Hello'), { env: { VITEST: 'true', VITEST_WORKER_ID: '1' } })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Hello!/)
})
