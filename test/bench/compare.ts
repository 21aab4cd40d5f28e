// Both servers in one run: the kit, and a bare server that replays what the kit said.

import type { RealtimeOptions } from '../../src/api.ts'
import { type Ask, recordReplay } from './client.ts'
import { type Replay, type ServerProcess, startBare, startKit } from './servers.ts'
import { median } from './stats.ts'

export interface Pair {
  readonly kit: ServerProcess
  readonly bare: ServerProcess
  readonly replay: Replay
}

/** Starts both, runs `work`, stops both. */
export async function withPair<T>(options: RealtimeOptions, asks: readonly Ask[], work: (pair: Pair) => Promise<T>): Promise<T> {
  const kit = await startKit(options)
  try {
    const replay = await recordReplay(kit.url, asks)
    const bare = await startBare(replay)
    try {
      return await work({ kit, bare, replay })
    } finally {
      await bare.stop()
    }
  } finally {
    await kit.stop()
  }
}

export interface Compared {
  readonly kit: number
  readonly bare: number
  /** Median of the ratios of neighbouring rounds: what else the machine does weighs on both. */
  readonly ratio: number
}

/** Measures both in turns; the first round only warms up. */
export async function inTurns({ kit, bare }: Pair, rounds: number, measure: (url: string) => Promise<number>): Promise<Compared> {
  const pairs: { kit: number; bare: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const pair = { bare: await measure(bare.url), kit: await measure(kit.url) }
    if (round > 0) pairs.push(pair)
  }
  return {
    kit: median(pairs.map((pair) => pair.kit)),
    bare: median(pairs.map((pair) => pair.bare)),
    ratio: median(pairs.map((pair) => pair.kit / pair.bare)),
  }
}
