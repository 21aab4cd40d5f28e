// Notices that nothing happens any more between a command and the recording that answers it. Sound that goes on is nothing: a
// microphone that is open sends it for ever.

import type { AnyClientEvent } from '../protocol/any-events.ts'
import { realTime } from '../runtime/clock/real-time.ts'
import { isAppend } from '../runtime/connection.ts'
import type { Service } from '../runtime/service.ts'
import { isEvent, type TimelineEntry } from '../runtime/timeline.ts'

export interface StandstillWatch {
  /** Something else has passed than what is on the timeline. */
  touch(): void
  stop(): void
}

/** Calls `tell` once: when nothing has passed for `patienceMs`, and the recording has a reason why nothing will. */
export function watchStandstill(service: Service, patienceMs: number, tell: (problem: Error) => void): StandstillWatch {
  const limitMs = Math.max(patienceMs, leastMs)
  let lastMs = realTime.now()
  const touch = (): void => {
    lastMs = realTime.now()
  }
  const unsubscribe = service.timeline.subscribe((entry) => {
    if (!isSound(entry)) touch()
  })
  const look = (): void => {
    const quietMs = realTime.now() - lastMs
    const problem = quietMs < limitMs ? undefined : service.replaying?.standstill(quietMs)
    if (problem) return tell(problem)
    const restMs = quietMs < limitMs ? limitMs - quietMs : limitMs
    timer = realTime.setTimeout(look, Math.min(restMs, longestTimerMs))
  }
  let timer = realTime.setTimeout(look, Math.min(limitMs, longestTimerMs))
  return {
    touch,
    stop() {
      unsubscribe()
      realTime.clearTimeout(timer)
    },
  }
}

/** A look at everything is not free. */
const leastMs = 20
/** What timers can hold. */
const longestTimerMs = 2 ** 31 - 1

function isSound(entry: TimelineEntry): boolean {
  return isEvent(entry) && entry.from === 'app' && isAppend(entry.event as AnyClientEvent)
}
