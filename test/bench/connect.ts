// Connecting: from the first byte of the handshake to `session.created`.

import type { Benchmark } from './benchmark.ts'
import { Client } from './client.ts'
import { inTurns, withPair } from './compare.ts'
import { median } from './stats.ts'

export const connect: Benchmark = {
  name: 'connect',
  run: (size) =>
    withPair({}, [], async (pair) => {
      const { kit, bare, ratio } = await inTurns(pair, size(8, 1), (url) => connectMs(url, size(150, 10)))
      return [
        {
          what: 'connect, to session.created',
          goal: '',
          measured: `p50 ${kit.toFixed(2)} ms, bare ${bare.toFixed(2)} ms`,
          ratio,
        },
      ]
    }),
}

async function connectMs(url: string, times: number): Promise<number> {
  const samples: number[] = []
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    const client = await Client.connect(url)
    samples.push(performance.now() - start)
    await client.close()
  }
  return median(samples)
}
