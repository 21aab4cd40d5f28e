// What the kit adds to each test: a service, a connection through the gate, one text turn, the end. In this process.
// Bare is a `ws` server on a port of its own that sends the same frames.

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { createLocalRealtime } from 'vitest-realtime'
import { WebSocket, WebSocketServer } from 'ws'
import type { Benchmark } from './benchmark.ts'
import { median, quantile } from './stats.ts'

const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] }
const response = { output_modalities: ['text'] }
const messages = [
  { type: 'conversation.item.create', item },
  { type: 'response.create', response },
].map((message) => JSON.stringify(message))

export const perTest: Benchmark = {
  name: 'per-test',
  async run(size) {
    const kit: number[] = []
    const bare: number[] = []
    const frames = await kitTest()
    const warmUp = size(100, 5)
    for (let i = 0; i < warmUp + size(500, 20); i++) {
      const bareMs = await timed(() => bareTest(frames))
      const kitMs = await timed(kitTest)
      if (i < warmUp) continue
      bare.push(bareMs)
      kit.push(kitMs)
    }
    const p50 = median(kit)
    const measured = `p50 ${p50.toFixed(2)} ms, p95 ${quantile(kit, 0.95).toFixed(2)} ms, bare ${median(bare).toFixed(2)} ms`
    const what = 'one test: set up, connect, a turn, tear down'
    return [{ what, goal: 'p50 <= 2 ms', measured, ratio: p50 / median(bare), ok: p50 <= 2 }]
  },
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Gives all frames that the client got. */
async function kitTest(): Promise<string[]> {
  await using realtime = createLocalRealtime({ latency: 'instant' })
  realtime.respond('greeting', { when: 'hello', text: 'Hello!' })
  const headers = { authorization: 'Bearer sk-bench' }
  return await realtime.run(() => oneTurn(new WebSocket('wss://api.openai.com/v1/realtime?model=gpt-realtime', { headers })))
}

async function bareTest([greeting = '', ...frames]: readonly string[]): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  await once(server, 'listening')
  server.on('connection', (socket) => {
    let left = messages.length
    socket.send(greeting)
    socket.on('message', () => {
      left -= 1
      if (left === 0) for (const frame of frames) socket.send(frame)
    })
  })
  await oneTurn(new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { perMessageDeflate: false }))
  for (const client of server.clients) client.terminate()
  server.close()
  for (let turn = 0; turn < 2; turn++) await setImmediate()
}

function oneTurn(socket: WebSocket): Promise<string[]> {
  const frames: string[] = []
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      frames.push(text)
      if (text.includes('"type":"session.created"')) for (const message of messages) socket.send(message)
      if (!text.includes('"type":"response.done"')) return
      socket.close()
      resolve(frames)
    })
  })
}
