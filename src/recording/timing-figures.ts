// How long the responses of a recording took: for comparing whole distributions, not single steps.

import { isEvent } from '../runtime/timeline.ts'
import type { Recording } from './recording.ts'

/** Milliseconds; absent where there is nothing to measure. */
export interface Spread {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly max: number
}

export interface TimingFigures {
  readonly durationMs: number
  /** From what was asked (`response.create`, or the end of the user's turn) to the first text or sound of the answer. */
  readonly firstOutput: Spread | undefined
  /** From what was asked to `response.done`. */
  readonly wholeResponse: Spread | undefined
}

export function timingFigures({ entries }: Recording): TimingFigures {
  const asked = new Map<string, number>()
  const first = new Map<unknown, number>()
  const open = new Map<unknown, number>()
  const whole: number[] = []
  for (const entry of entries) {
    if (!isEvent(entry)) continue
    const { event, sessionId, atMs } = entry
    const { response, response_id } = event as { response?: { id?: unknown }; response_id?: unknown }
    if (event.type === 'response.create' || event.type === 'input_audio_buffer.committed') asked.set(sessionId, atMs)
    else if (event.type === 'response.created') open.set(response?.id, asked.get(sessionId) ?? atMs)
    else if (event.type.endsWith('.delta') && open.has(response_id) && !first.has(response_id))
      first.set(response_id, atMs - (open.get(response_id) ?? atMs))
    else if (event.type === 'response.done' && open.has(response?.id)) whole.push(atMs - (open.get(response?.id) ?? atMs))
  }
  return {
    durationMs: entries.at(-1)?.atMs ?? 0,
    firstOutput: spread([...first.values()]),
    wholeResponse: spread(whole),
  }
}

function spread(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  // The nearest rank: a value that was really measured.
  const rank = (share: number): number => Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 1000) / 1000
  return sorted.length === 0 ? undefined : { count: sorted.length, p50: rank(0.5), p95: rank(0.95), max: rank(1) }
}
