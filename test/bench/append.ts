// Audio in: 100 ms chunks, decoded, through the energy VAD, with speech in them. The bare server throws them away.

import { setImmediate } from 'node:timers/promises'
import type { Benchmark } from './benchmark.ts'
import { Client } from './client.ts'
import { startBare, startKit } from './servers.ts'
import { spokenLine } from './spoken-line.ts'
import { median } from './stats.ts'

const chunkSamples = 2400
const lineMs = 10_000
const lineBytes = lineMs * 48
/** How much may wait in the client's socket. */
const maxBufferedBytes = 8 * 2 ** 20

const last = JSON.stringify({ type: 'input_audio_buffer.clear' })

export const append: Benchmark = {
  name: 'append',
  async run(size) {
    const chunks = appendMessages(await spokenLine(lineMs))
    // Without transcription: knowing the words again is work per utterance, not per chunk.
    const kit = await startKit({ vad: 'energy', transcription: false })
    const cleared = '{"type":"input_audio_buffer.cleared"}'
    const answers = [...Array.from({ length: chunks.length * size(200, 2) }, () => []), [cleared]]
    const bare = await startBare({ greeting: '{"type":"session.created"}', updated: '{"type":"session.updated"}', answers })
    const rates: number[] = []
    const bareRates: number[] = []
    for (let round = 0; round <= size(5, 1); round++) {
      const bareRate = await megabytesPerSecond(bare.url, chunks, size(200, 2))
      const rate = await megabytesPerSecond(kit.url, chunks, size(200, 2))
      if (round === 0) continue
      bareRates.push(bareRate)
      rates.push(rate)
    }
    await kit.stop()
    await bare.stop()
    const rate = median(rates)
    const bareRate = median(bareRates)
    const measured = `${rate.toFixed(0)} MB/s of audio, bare ${bareRate.toFixed(0)}`
    const what = 'append of 100 ms chunks, decoded, energy VAD'
    return [{ what, goal: '>= 100 MB/s', measured, ratio: rate / bareRate, ok: rate >= 100 }]
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

/** Sends the line so many times, and waits until the server has taken all of it. */
async function megabytesPerSecond(url: string, chunks: readonly string[], times: number): Promise<number> {
  const client = await Client.open(url)
  const start = performance.now()
  for (let time = 0; time < times; time++) {
    for (const chunk of chunks) client.send(chunk)
    while (client.bufferedBytes > maxBufferedBytes) await setImmediate()
  }
  await client.until(last, 'input_audio_buffer.cleared')
  const seconds = (performance.now() - start) / 1000
  await client.close()
  return (times * lineBytes) / 1e6 / seconds
}
