// Replays of other kinds of sessions, beside faults of the test, and what a wait says when the app does nothing.

import OpenAI from 'openai'
import { OpenAIRealtimeTranslationWS } from 'openai/realtime/translations/ws'
import { expect, test } from 'vitest-realtime'
import type { Caller, LocalRealtime } from '../../src/api.ts'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import { writeRecording } from '../../src/recording/write-recording.ts'
import { isEvent, type TimelineEntry } from '../../src/runtime/timeline.ts'
import { startTextAgent } from '../examples/src/text-agent.ts'
import { failureOf } from '../support/failure-of.ts'
import { GoldenClient } from './support/golden-client.ts'
import { type Shelf, shelf } from './support/record-here.ts'

async function interpret(realtime: LocalRealtime, caller: Caller): Promise<void> {
  const interpreter = await OpenAIRealtimeTranslationWS.create(new OpenAI({ apiKey: 'sk-app' }), {
    model: 'gpt-realtime-translate',
  })
  interpreter.on('session.created', () =>
    interpreter.send({ type: 'session.update', session: { audio: { output: { language: 'es' } } } }),
  )
  caller.attach(interpreter)
  await caller.says('Good morning')
  await caller.says('A table for two please')
  await interpreter.finish({ timeoutMs: 10_000 })
  await realtime.settled()
}

const recordAgent = (files: Shelf) =>
  files.record('agent', async (realtime) => {
    realtime.respond('any', 'Yes.')
    const agent = await startTextAgent()
    await agent.ask('Are you there?')
    agent.close()
  })

test('an interpreter says again what it said', async ({ realtime, caller }) => {
  using files = shelf()
  await files.record('interpreter', async (recorded) => {
    recorded.respond('hola', { when: 'good morning', text: 'Buenos días.' })
    recorded.respond('mesa', { when: 'table for two', text: 'Una mesa para dos.' })
    await interpret(recorded, (recorded as RealtimeInstance).internals.caller)
  })
  await realtime.replay(files.path('interpreter'))
  await interpret(realtime, caller)
  expect(realtime).toHaveEmitted('session.closed')
  const said = realtime.emitted('session.output_transcript.delta').map(({ delta }) => delta)
  expect(said.join('')).toBe('Buenos días. Una mesa para dos.')
})

test('a wait says what the recording waits for', async ({ realtime }) => {
  using files = shelf()
  await recordAgent(files)
  await realtime.replay(files.path('agent'), { order: 'content' })
  const client = new GoldenClient()
  await client.next('session.created')
  const message = await failureOf(() => realtime.nextResponse({ timeout: 50 }))
  expect(message).toMatch(/Still open: the recording 'agent' waits for session\.update \(#\d+\), which the app has not sent\./)
  client.send({
    type: 'session.update',
    session: {
      type: 'realtime',
      instructions: 'You are the support desk of a small shop. Answer briefly.',
      output_modalities: ['text'],
    },
  })
  await client.ask('Are you there?')
  client.close()
})

test('faults of the test strike in a replay too', async ({ realtime }) => {
  using files = shelf()
  await recordAgent(files)
  await realtime.replay(files.path('agent'))
  realtime.fail({ connect: 503 })
  realtime.fail({ delay: 'response.done', ms: 2000 })
  await expect(startTextAgent({ reconnect: false })).rejects.toThrow('503')
  const agent = await startTextAgent()
  await agent.ask('Are you there?')
  expect(realtime.clock.now()).toBeGreaterThan(2000)
  agent.close()
})

test('sessions before the recording was put in are those of the simulator', async ({ realtime }) => {
  using files = shelf()
  await recordAgent(files)
  realtime.respond('any', 'Simulated.')
  const before = await startTextAgent()
  await realtime.replay(files.path('agent'))
  const after = await startTextAgent()
  expect([await before.ask('Are you there?'), await after.ask('Are you there?')]).toEqual(['Simulated.', 'Yes.'])
  before.close()
  after.close()
})

test('a recording that hands have cut', async ({ realtime }) => {
  using files = shelf()
  const { header, entries } = await recordAgent(files)
  const isKept = (entry: TimelineEntry): boolean =>
    !isEvent(entry) || !['session.created', 'session.updated', 'session.update'].includes(entry.event.type)
  await writeRecording(files.path('cut'), { header, entries: entries.filter(isKept) })
  await realtime.replay(files.path('cut'))
  const client = new GoldenClient()
  await new Promise((resolve) => client.client.socket.once('open', resolve))
  const { response } = await client.ask('Are you there?')
  expect(response.status).toBe('completed')
  expect(realtime.session.vad.enabled).toBe(true)
  client.close()
})
