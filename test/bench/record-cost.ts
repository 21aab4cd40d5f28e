// What the option `record` costs while events stream: one long response over a real socket, with and without it, in turns.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalRealtime } from 'vitest-realtime'
import { WebSocket } from 'ws'
import type { Benchmark } from './benchmark.ts'
import { median, thousands } from './stats.ts'

const goal = 1.1

export const recordCost: Benchmark = {
  name: 'record-cost',
  async run(size) {
    const text = 'and then '.repeat(size(10_000, 500))
    const folder = mkdtempSync(join(tmpdir(), 'rtk-bench-'))
    try {
      const ratios: number[] = []
      let events = 0
      for (let round = 0; round <= size(15, 1); round++) {
        const plain = await stream(text)
        const recorded = await stream(text, join(folder, `round-${round}`))
        events = recorded.events
        if (round > 0) ratios.push(recorded.tookMs / plain.tookMs)
      }
      const ratio = median(ratios)
      const what = `recording a response of ${thousands(events)} events`
      const measured = `${((ratio - 1) * 100).toFixed(1)} % more time`
      return [{ what, goal: '<= 10 % more', measured, ratio, ok: ratio <= goal }]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** How long the events of one response take to arrive; writing the file comes after them, when the service is closed. */
async function stream(text: string, record?: string): Promise<{ tookMs: number; events: number }> {
  await using realtime = createLocalRealtime({
    timing: 'real',
    latency: 'instant',
    responses: { story: text },
    ...(record !== undefined && { record }),
  })
  const socket = new WebSocket(`${realtime.url}?model=gpt-realtime`, { headers: { authorization: 'Bearer sk-bench' } })
  await once(socket, 'message')
  const start = performance.now()
  let events = 0
  const over = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      events++
      if (data.includes('"rate_limits.updated"')) resolve()
    })
  })
  socket.send(JSON.stringify({ type: 'response.create', response: { output_modalities: ['text'] } }))
  await over
  const tookMs = performance.now() - start
  socket.close()
  return { tookMs, events }
}
