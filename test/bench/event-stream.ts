// One long response: how many events a second reach a client.

import type { Benchmark } from './benchmark.ts'
import { type Ask, Client } from './client.ts'
import { inTurns, withPair } from './compare.ts'
import { sum, thousands } from './stats.ts'

const ask: Ask = { message: { type: 'response.create' }, until: 'rate_limits.updated' }

export const eventStream: Benchmark = {
  name: 'event-stream',
  run(size) {
    const text = 'and then '.repeat(size(10_000, 500))
    return withPair({ responses: { story: text } }, [ask], async (pair) => {
      const events = sum(pair.replay.answers.map((frames) => frames.length))
      const { kit, bare, ratio } = await inTurns(pair, size(10, 1), async (url) => {
        const client = await Client.open(url)
        const start = performance.now()
        await client.exchange([JSON.stringify(ask.message)], events, ask.until)
        const tookMs = performance.now() - start
        await client.close()
        return tookMs
      })
      const rate = (events / kit) * 1000
      const bareRate = (events / bare) * 1000
      const speed = 1 / ratio
      const goal = '>= 200,000/s, >= 0.6 of bare'
      const what = `events of one response of ${thousands(events)}`
      return [
        {
          what,
          goal,
          measured: `${thousands(rate)}/s, bare ${thousands(bareRate)}/s`,
          ratio: speed,
          ok: rate >= 200_000 && speed >= 0.6,
        },
      ]
    })
  },
}
