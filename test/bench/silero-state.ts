// What a stream of Silero keeps: the numbers of its engine, and everything with the objects around them.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { sileroEngine } from 'vitest-realtime/audio'
import type { Row, Size } from './benchmark.ts'
import { thousands } from './stats.ts'

const rateHz = 24_000

/** Streams of 24 kHz sound that ends within a frame: state, context, part of a frame, and the resampler's rest are all there. */
export async function stateRow(size: Size): Promise<Row> {
  const engine = sileroEngine('silero-v6')
  await engine.load()
  const sound = new Int16Array((rateHz * 110) / 1000)
  for (const [index] of sound.entries()) sound[index] = Math.round(3000 * Math.sin(index / 20))
  const count = size(2000, 50)
  await engine.open(rateHz).push(sound)
  const before = inUse()
  const streams = Array.from({ length: count }, () => engine.open(rateHz))
  await Promise.all(streams.map((stream) => stream.push(sound)))
  const after = inUse()
  const [numbers, all] = [(after.buffers - before.buffers) / count, (after.all - before.all) / streams.length]
  return {
    what: 'engine state of a silero-v6 stream at 24 kHz',
    goal: '<= 4 KB',
    measured: `${thousands(numbers)} bytes of numbers; ${thousands(all)} with the objects around them`,
    ok: numbers <= 4096,
  }
}

function inUse(): { readonly buffers: number; readonly all: number } {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let pass = 0; pass < 4; pass++) collect()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return { buffers: arrayBuffers, all: heapUsed + external }
}
