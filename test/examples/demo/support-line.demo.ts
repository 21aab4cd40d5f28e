// The demo: one support line, built on two official SDKs, in one conversation each. It is typed to, spoken to, looks an order up,
// and is interrupted. Every assertion is a real one; the timeline of each session is printed at the end.

import { describe } from 'vitest'
import { type Caller, expect, type LocalRealtime, speech, test } from 'vitest-realtime'
import * as agents from '../src/support-line-agents.ts'
import { callWithMicrophone } from '../src/support-line-microphone.ts'
import * as openai from '../src/support-line-openai.ts'

interface SupportLine {
  type(text: string): void
  hangUp(): void
}

const builds: Record<string, (caller: Caller) => Promise<SupportLine>> = {
  'openai OpenAIRealtimeWS': async (caller) => {
    const line = await openai.startSupportLine()
    caller.attach(line.realtime)
    return line
  },
  '@openai/agents-realtime RealtimeSession': async (caller) => {
    const line = await agents.startSupportLine()
    caller.attach(line.session)
    return line
  },
}

function scriptModel(realtime: LocalRealtime): void {
  realtime.respond('welcome', { when: 'good morning', text: 'Good morning! This is the support line. Which order is it about?' })
  realtime.respond('order', {
    when: /where is my order/i,
    call: { name: 'find_order', arguments: { id: 'A1' } },
    then: ({ result }) =>
      `Your order has ${result.status}. It arrives on ${result.arrives}, between nine in the morning and five.`,
  })
  realtime.respond('goodbye', { when: 'thank you', text: 'You are welcome. Goodbye!' })
}

describe.for(Object.entries(builds))('the support line on %s', ([build, start]) => {
  test('types, speaks, looks an order up, and may be interrupted', async ({ realtime, caller, clock }) => {
    const started = process.hrtime.bigint()
    scriptModel(realtime)
    const line = await start(caller)

    line.type('Good morning')
    expect(await realtime.nextResponse()).toSelectResponse('welcome')
    await caller.hears(/which order/i)

    await caller.says('Where is my order?')
    await caller.interrupts('Okay, thank you', { afterMs: 1200 })
    await realtime.settled()

    expect(realtime).toHaveReturnedFromFunction('find_order', { id: 'A1', status: 'shipped', arrives: 'Monday' })
    const [, , answer, goodbye] = realtime.responses
    expect(answer).toHaveSaid(/^Your order has shipped/)
    expect(answer).toHaveBeenInterrupted({ afterMs: 1200, toleranceMs: 300 })
    expect(answer).toHaveTruncatedWhereHeard({ toleranceMs: 150 })
    expect(goodbye).toSelectResponse('goodbye')
    expect(goodbye).toHaveRespondedWithin(1000)
    expect(caller).toHaveHeard(/goodbye/i)
    expect(realtime).toHaveNoErrors()

    line.hangUp()
    print(`on ${build}`, realtime, clock.now(), started)
  })
})

test('the support line with a microphone of its own: 20 ms frames from the app’s timer', async ({ realtime, clock }) => {
  const started = process.hrtime.bigint()
  scriptModel(realtime)
  const recording = await speech('Where is my order?')
  const line = await callWithMicrophone(recording.samples)

  const call = await realtime.nextResponse({ name: 'order' })
  expect(call).toHaveCalledFunction('find_order')
  expect(await realtime.nextResponse()).toHaveSaid(/arrives on Monday/)
  expect(realtime.session).toHaveDetectedSpeech({ startMs: 200, toleranceMs: 200 })

  line.hangUp()
  print('with a microphone of its own', realtime, clock.now(), started)
})

/** The virtual clock does not move `process.hrtime`: it tells how long the test really took. */
function print(title: string, realtime: LocalRealtime, virtualMs: number, started: bigint): void {
  const realMs = Number(process.hrtime.bigint() - started) / 1e6
  const seconds = (virtualMs / 1000).toFixed(1)
  console.log(
    `\nThe support line ${title} (virtual ms)\n\n${realtime.timeline.toString()}\n\n${seconds} s of conversation in ${realMs.toFixed(0)} ms\n`,
  )
}
