process.env.OPENAI_API_KEY = 'sk-bench'

import { createLocalRealtime } from 'vitest-realtime'
import { createBridge } from '../examples/src/twilio-bridge.ts'

async function once(opts: any) {
  await using realtime = createLocalRealtime({
    epoch: 1_800_000_000_000,
    responses: { answer: 'Yes, of course, I have noted that down for you.' },
  })
  return await realtime.run(async () => {
    const call = await realtime.phone.dial(createBridge({ authToken: 'secret' }), {
      voice: '/incoming-call',
      authToken: 'secret',
      ...opts,
    })
    await call.hears('of course')
    await call.interrupts('A table for two please', { afterMs: 900 })
    await call.hears('noted')
    await call.presses('12')
    await realtime.settled()
    await call.hangsUp()
    return [
      ...(realtime as any).internals.timeline.entries.map((e: any) => JSON.stringify(e)),
      ...call.messages.map((m) => JSON.stringify(m)),
      JSON.stringify(call.metrics),
    ]
  })
}
for (const opts of [{}, { noiseDbfs: -60 }, { network: { jitterMs: 30 } }, { network: { loss: 0.02 } }]) {
  await once(opts)
  const s = performance.now()
  const a = await once(opts),
    b = await once(opts)
  console.log(JSON.stringify(opts), ((performance.now() - s) / 2).toFixed(0), a.length, b.length)
  const i = a.findIndex((l: string, k: number) => l !== b[k])
  if (i >= 0) {
    console.log(i, a[i]!.slice(0, 300))
    console.log(b[i]!.slice(0, 300))
  }
}
process.exit(0)
