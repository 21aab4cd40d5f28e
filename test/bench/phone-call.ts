// A phone call of three minutes in virtual time, both legs: Twilio's frames, a bridge, the Realtime service, barge-ins and keys.

import { createHash } from 'node:crypto'
import { createLocalRealtime } from 'vitest-realtime'
import type { RealtimeInstance } from '../../src/doors/realtime-instance.ts'
import { createBridge } from '../examples/src/twilio-bridge.ts'
import type { Benchmark } from './benchmark.ts'
import { median } from './stats.ts'

const lengthMs = 180_000
const goalMs = 2000
const sentences = [
  'Hello, I would like to book a table for tonight.',
  'For two people, please, at eight o clock.',
  'By the window if you have one.',
  'Can we bring a small dog with us?',
]
const answer = 'Of course, I have written that down for you. Is there anything else that I can do, or shall I read it all to you?'

export const phoneCall: Benchmark = {
  name: 'phone-call',
  async run(size) {
    const samples: number[] = []
    const logs = new Set([await callLog()])
    for (let run = 0; run < size(20, 2); run++) {
      const start = performance.now()
      logs.add(await callLog())
      samples.push(performance.now() - start)
    }
    const wallMs = median(samples)
    const runs = samples.length + 1
    return [
      {
        what: 'a phone call of three minutes, both legs',
        goal: `<= ${goalMs} ms, the same timeline`,
        measured: `${wallMs.toFixed(0)} ms, ${logs.size === 1 ? 'the same timeline' : `${logs.size} different ones`} in ${runs} runs`,
        ok: wallMs <= goalMs && logs.size === 1,
      },
    ]
  },
}

/** Holds one call; a hash of its timeline and messages. */
export async function callLog(): Promise<string> {
  await using realtime = createLocalRealtime({ epoch: 1_800_000_000_000 }) as RealtimeInstance
  realtime.respond('answer', { text: answer })
  const call = await realtime.run(async () => {
    const placed = await realtime.phone.dial(createBridge({ authToken: 'secret' }), {
      voice: '/incoming-call',
      authToken: 'secret',
    })
    await placed.hears('written')
    for (let turn = 0; realtime.clock.now() < lengthMs; turn++) {
      const said = sentences[turn % sentences.length] ?? ''
      if (turn % 3 === 2) await placed.interrupts(said, { afterMs: 1500 })
      else {
        await realtime.settled()
        await placed.says(said)
      }
      await placed.hears('anything')
    }
    await placed.hangsUp()
    return placed
  })
  return createHash('sha256')
    .update(JSON.stringify([realtime.internals.timeline.entries, call.messages]))
    .digest('hex')
}
