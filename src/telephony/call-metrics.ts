// Figures of one call, from what was played to the caller and what the caller said. Pure.

import type { PhoneMetrics } from '../api/phone.ts'
import type { PlayedRun } from '../runtime/caller/playback.ts'
import type { PhoneInterruption } from '../runtime/subject.ts'

/** What the caller said: bounds of the true speech on the test's clock. */
export interface Speech {
  readonly startMs: number
  readonly endMs: number
}

export interface CallFacts {
  readonly nowMs: number
  readonly startedMs: number
  readonly endedMs: number | undefined
  readonly runs: readonly PlayedRun[]
  readonly speeches: readonly Speech[]
  readonly clears: readonly number[]
  /** When the playout falls silent, as far as is known. */
  readonly playoutEndMs: number
}

/** Sounds with less between them are heard as one. */
const joinMs = 5

export function interruptionsOf({ runs, speeches, clears, nowMs, playoutEndMs }: CallFacts): PhoneInterruption[] {
  const stretches = joined(runs)
  return speeches.flatMap(({ startMs }) => {
    if (startMs > nowMs) return []
    const stretch = stretches.find((one) => one.startMs < startMs && startMs < one.endMs)
    const run = runs.find((one) => one.startMs <= startMs && startMs < one.endMs)
    if (!stretch) return []
    const isPlaying = stretch.endMs >= nowMs - 0.001 && playoutEndMs > nowMs
    const clearedAtMs = clears.find((atMs) => atMs >= startMs && atMs <= stretch.endMs + joinMs)
    const silentAtMs = isPlaying ? undefined : stretch.endMs
    const resumed =
      clearedAtMs === undefined ? undefined : runs.find((one) => one.itemId === run?.itemId && one.startMs >= clearedAtMs)
    return [{ atMs: startMs, clearedAtMs, silentAtMs, resumedAtMs: resumed?.startMs }]
  })
}

export function metricsOf(
  facts: CallFacts,
  played: Pick<PhoneMetrics, 'underruns' | 'underrunMs' | 'discardedBytes'>,
): PhoneMetrics {
  const { nowMs, startedMs, endedMs, runs, speeches } = facts
  const wholeMs = Math.max(1, (endedMs ?? nowMs) - startedMs)
  const agent = joined(runs)
  const caller = joined(
    speeches.filter(({ startMs }) => startMs < nowMs).map((one) => ({ ...one, endMs: Math.min(one.endMs, nowMs) })),
  )
  return {
    ...played,
    longestDeadAirMs: longestGap(
      joined([...agent, ...caller].sort((a, b) => a.startMs - b.startMs)),
      startedMs,
      endedMs ?? nowMs,
    ),
    agentTalkRatio: total(agent) / wholeMs,
    callerTalkRatio: total(caller) / wholeMs,
    responseMs: responseTimes(agent, caller),
    clearMs: interruptionsOf(facts).flatMap(({ atMs, clearedAtMs }) => (clearedAtMs === undefined ? [] : [clearedAtMs - atMs])),
  }
}

/** From each end of speech to the first sound after it, before the caller spoke again. */
function responseTimes(agent: readonly Speech[], caller: readonly Speech[]): number[] {
  return caller.flatMap(({ endMs }, at) => {
    const nextMs = caller[at + 1]?.startMs ?? Number.POSITIVE_INFINITY
    const first = agent.find(({ startMs }) => startMs >= endMs)
    return first && first.startMs < nextMs ? [first.startMs - endMs] : []
  })
}

function longestGap(sounds: readonly Speech[], fromMs: number, toMs: number): number {
  let longest = 0
  let silentFrom = fromMs
  for (const { startMs, endMs } of sounds) {
    longest = Math.max(longest, startMs - silentFrom)
    silentFrom = Math.max(silentFrom, endMs)
  }
  return Math.max(longest, toMs - silentFrom)
}

/** Stretches in order of their start, those without a gap as one. */
function joined(stretches: readonly Speech[]): Speech[] {
  const whole: { startMs: number; endMs: number }[] = []
  for (const { startMs, endMs } of stretches) {
    const last = whole.at(-1)
    if (last && startMs - last.endMs < joinMs) last.endMs = Math.max(last.endMs, endMs)
    else whole.push({ startMs, endMs })
  }
  return whole
}

function total(stretches: readonly Speech[]): number {
  return stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
}
