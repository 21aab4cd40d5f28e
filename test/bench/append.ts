// Audio in: 100 ms chunks, decoded, through the energy VAD, with speech in them. The bare server throws them away.

import { Buffer } from 'node:buffer'
import { setImmediate } from 'node:timers/promises'
import type { Benchmark } from './benchmark.ts'
import { Client } from './client.ts'
import { startBare, startKit } from './servers.ts'
import { line } from './spoken-line.ts'
import { median } from './stats.ts'

const chunkSamples = 2400
const flowBytes = 4 * 2 ** 20

export const append: Benchmark = {
  name: 'append',
  async run(size) {
    const chunks = appendMessages(await line(10_000))
    const kit = await startKit({ vad: 'energy' })
    const bare = await startBare({ greeting: ['{"type":"session.created"}'], answers: [[]] })
    const rates: number[] = []
    const bareRates: number[] = []
    for (let round = 0; round <= size(5, 1); round++) {
      const rate = await megabytesPerSecond(kit.url, chunks, size(30, 1))
      bareRates.push(await sentPerSecond(bare.url, chunks, size(30, 1)))
      if (round > 0) rates.push(rate)
    }
    await kit.stop()
    await bare.stop()
    const rate = median(rates)
    const measured = `${rate.toFixed(0)} MB/s of audio`
    const what = 'append of 100 ms chunks through the energy VAD'
    return [{ what, goal: '>= 100 MB/s', measured, ratio: rate / median(bareRates), ok: rate >= 100 }]
  },
}

function appendMessages(samples: Int16Array): string[] {
  const messages: string[] = []
  for (let at = 0; at < samples.length; at += chunkSamples) {
    const part = samples.subarray(at, at + chunkSamples)
    const audio = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('base64')
    messages.push(JSON.stringify({ type: 'input_audio_buffer.append', audio }))
  }
  return messages
}
