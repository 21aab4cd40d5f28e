// Preloaded into a server: answers its parent's question how late its event loop was since the question before.

import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface LoopDelay {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

/** The histogram counts the time between two looks: what is above it is delay. */
const resolutionMs = 1
const delays = monitorEventLoopDelay({ resolution: resolutionMs })
delays.enable()

process.on('message', () => {
  const ms = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolutionMs)
  const answer: LoopDelay = { p50Ms: ms(delays.percentile(50)), p99Ms: ms(delays.percentile(99)), maxMs: ms(delays.max) }
  delays.reset()
  process.send?.(answer)
})
// The question may come, but it keeps nobody alive.
process.channel?.unref()
