// What the kit adds to each test: a service, a connection through the gate, one text turn, the end. In this process.

import { createLocalRealtime } from 'vitest-realtime'
import { WebSocket } from 'ws'
import type { Benchmark } from './benchmark.ts'
import { quantile } from './stats.ts'

const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] }
const response = { output_modalities: ['text'] }
const messages = [{ type: 'conversation.item.create', item }, { type: 'response.create', response }].map((message) => JSON.stringify(message))

export const perTest: Benchmark = {
  name: 'per-test',
  async run(size) {
    const samples: number[] = []
    const warmUp = size(100, 5)
    for (let i = 0; i < warmUp + size(500, 20); i++) {
      const start = performance.now()
      await oneTest()
      if (i >= warmUp) samples.push(performance.now() - start)
    }
    const p50 = quantile(samples, 0.5)
    const measured = `p50 ${p50.toFixed(2)} ms, p95 ${quantile(samples, 0.95).toFixed(2)} ms`
    return [{ what: 'set up, connect, one turn, tear down', goal: 'p50 <= 2 ms', measured, ok: p50 <= 2 }]
  },
}

async function oneTest(): Promise<void> {
  await using realtime = createLocalRealtime({ latency: 'instant' })
  realtime.respond('greeting', { when: 'hello', text: 'Hello!' })
  await realtime.run(async () => {
    const socket = new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', {
      headers: { authorization: 'Bearer sk-bench' },
    })
    const done = new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('message', (data: Buffer) => {
        const text = data.toString()
        if (text.includes('"type":"session.created"')) for (const message of messages) socket.send(message)
        if (text.includes('"type":"response.done"')) resolve()
      })
    })
    await done
    socket.close()
  })
}
