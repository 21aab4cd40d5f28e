// 32: a test that waits for a gap in what the app sends waits for ever on a phone line. Our callers hear sound, not messages.

import { expect, type PhoneCall, test } from 'vitest-realtime'
import { authToken, createBrokenBridge } from './broken-bridge.ts'

const app = createBrokenBridge('sendsComfortFrames')
const dialling = { voice: '/incoming-call', authToken }

/** What such tests do: the answer is over when nothing has come for a while. */
async function waitsForGap(call: PhoneCall, timeoutMs: number): Promise<void> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += 500) {
    const before = mediaOf(call).length
    await call.pauses(500)
    if (mediaOf(call).length === before) return
  }
  throw new Error('there was no gap')
}

function mediaOf(call: PhoneCall): unknown[] {
  return call.messages.filter(({ from, data }) => from === 'app' && (data as { event?: string }).event === 'media')
}

test('32 who waits for a gap in the messages hears half of an answer, or waits for ever', async ({ realtime, phone }) => {
  realtime.respond('hello', { when: { maxTurn: 0 }, text: 'Hello, this is the clinic. What can I do for you on this fine day?' })
  const ahead = await phone.dial(createBrokenBridge(), dialling)
  await ahead.hears('Hello')
  await waitsForGap(ahead, 10_000)
  expect(ahead).not.toHaveHeard('fine day')
  await ahead.hears('fine day')
  await ahead.hangsUp()
  const call = await phone.dial(app, dialling)
  await call.hears('fine day')
  await call.pauses(500)
  await expect(waitsForGap(call, 10_000)).rejects.toThrow('there was no gap')
})

test('32 a caller who hears sound takes frames of silence for silence', async ({ realtime, phone }) => {
  realtime.respond('hello', { when: { maxTurn: 0 }, text: 'Hello, this is the clinic.' })
  realtime.respond('table', {
    when: 'table',
    text: 'For how many? We have tables for two, for four, and for eight at the window.',
  })
  realtime.respond('two', { when: 'two', text: 'Good.' })
  const call = await phone.dial(app, dialling)
  await call.hears('clinic')
  await realtime.settled()
  await call.pauses(1000)
  expect(call.heard.durationMs).toBeLessThan(2500)
  await call.says('A table please')
  await call.interrupts('For two', { afterMs: 1500 })
  await call.hears('Good.')
  await realtime.settled()
  expect(call).toHaveClearedWithin(300)
  expect(realtime.responses[1]).toHaveBeenInterrupted({ afterMs: 1500, toleranceMs: 300 })
  expect(call.metrics.responseMs).toHaveLength(2)
  expect(call.metrics.agentTalkRatio).toBeLessThan(0.7)
  expect(call.metrics.underruns).toBe(0)
})
