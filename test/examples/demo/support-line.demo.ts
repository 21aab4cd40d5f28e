// The demo: one support line on two official SDKs and with a microphone of its own. It is typed to, spoken to, looks orders up, and
// is interrupted. Every assertion is a real one; the timeline of each session is printed at the end.

import { describe } from 'vitest'
import { expect, type LocalRealtime, test } from 'vitest-realtime'
import { builds, talkIntoMicrophone, talkToSupportLine } from './conversations.ts'

describe.for(Object.entries(builds))('the support line on %s', ([build, start]) => {
  test('types, speaks, looks an order up, and may be interrupted', async ({ realtime, caller, clock }) => {
    const started = process.hrtime.bigint()
    const line = await talkToSupportLine(start, { realtime, caller })

    expect(realtime).toHaveReturnedFromFunction('find_order', { id: 'A1', status: 'shipped', arrives: 'Monday' })
    const [welcome, call, answer, goodbye] = realtime.responses
    expect(welcome).toSelectResponse('welcome')
    expect(call).toHaveCalledFunction('find_order')
    expect(answer).toHaveSaid(/^Your order has shipped/)
    expect(answer).toHaveBeenInterrupted({ afterMs: 1200, toleranceMs: 300 })
    expect(answer).toHaveTruncatedWhereHeard({ toleranceMs: 150 })
    expect(goodbye).toSelectResponse('goodbye')
    expect(goodbye).toHaveRespondedWithin(800)
    expect(caller).toHaveHeard(/goodbye/i)
    expect(realtime).toHaveNoErrors()

    line.hangUp()
    print(`on ${build}`, realtime, clock.now(), started)
  })
})

test('the support line with a microphone of its own: 20 ms frames from the app’s timer', async ({ realtime, clock }) => {
  const started = process.hrtime.bigint()
  const line = await talkIntoMicrophone({ realtime })

  expect(clock.now()).toBeGreaterThan(20_000)
  const [welcome, call, answer, otherCall, otherAnswer, goodbye] = realtime.responses
  expect(welcome).toSelectResponse('welcome')
  expect(call).toHaveCalledFunction('find_order', { id: 'A1' })
  expect(answer).toHaveBeenInterrupted()
  expect(otherCall).toHaveCalledFunction('find_order', { id: 'B7' })
  expect(otherAnswer).toHaveSaid(/still in the warehouse/)
  expect(goodbye).toHaveSaid('You are welcome. Goodbye!')
  expect(realtime.session).toHaveDetectedSpeech({ startMs: 19_000, toleranceMs: 200 })
  expect(realtime).toHaveReceived('conversation.item.truncate')
  expect(realtime).toHaveNoErrors()

  line.hangUp()
  print('with a microphone of its own', realtime, clock.now(), started)
})

/** The virtual clock does not move `process.hrtime`: it tells how long the test really took. */
function print(title: string, realtime: LocalRealtime, virtualMs: number, started: bigint): void {
  const realMs = Number(process.hrtime.bigint() - started) / 1e6
  const seconds = (virtualMs / 1000).toFixed(1)
  console.log(`\nThe support line ${title} (virtual ms)\n`)
  realtime.timeline.print()
  console.log(`\n${seconds} s of conversation in ${realMs.toFixed(0)} ms\n`)
}
