// toEmitSequence: waits until these events have come in this order within one session, from its cursor on.

import type { SequenceItem } from '../src/api.ts'
import type { WaitOutcome } from '../src/runtime/subject.ts'
import {
  FreshEvents,
  isFresh,
  passBy,
  seenMeanwhile,
  type WaitSettings,
  waitedLines,
  waitOptions,
  withAwait,
} from './awaited-event.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { mustAwait } from './must-await.ts'
import { callOf, checkOptions, type MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { SequenceSearch, type Step } from './sequence.ts'
import { type Attempt, foundSequenceReport, sequenceReport } from './sequence-report.ts'
import { stepsOf } from './steps.ts'
import { excuseErrors } from './to-have-emitted-sequence.ts'

/** One search per session, fed as the timeline grows. */
class Searches {
  readonly #bySession = new Map<string, SequenceSearch>()
  readonly #fresh: FreshEvents
  readonly #steps: readonly Step[]
  constructor(call: MatcherCall, steps: readonly Step[]) {
    this.#fresh = new FreshEvents(call.subject)
    this.#steps = steps
  }

  look(): SequenceSearch | undefined {
    for (const entry of this.#fresh) {
      const search = this.#bySession.get(entry.sessionId) ?? new SequenceSearch(this.#steps)
      this.#bySession.set(entry.sessionId, search)
      search.offer(entry)
      if (search.complete) return search
    }
    return undefined
  }

  /** Where it came furthest. */
  best(call: MatcherCall): Attempt {
    const events = call.subject.timeline.events.filter((entry) => isFresh(call.subject, entry))
    const attempts = [...this.#bySession].map(([sessionId, { matched, complete }]) => ({
      matched,
      complete,
      sessionId,
      events: events.filter((entry) => entry.sessionId === sessionId),
    }))
    const none: Attempt = { matched: [], complete: false, sessionId: '', events: [] }
    return attempts.reduce(
      (best, each) => (best.sessionId === '' || each.matched.length > best.matched.length ? each : best),
      none,
    )
  }
}

function unmetReport(
  call: MatcherCall,
  steps: readonly Step[],
  attempt: Attempt,
  outcome: Extract<WaitOutcome<never>, { unmet: string }>,
  seenBefore: number,
): Report {
  const events = call.subject.timeline.events.filter((entry) => isFresh(call.subject, entry))
  const report = sequenceReport({ call, steps, strict: false, events, attempt })
  return {
    ...report,
    divergence: waitedLines(call, outcome),
    ...(report.timeline ? { timeline: seenMeanwhile(call.subject, seenBefore) } : {}),
  }
}

export function toEmitSequence(
  this: MatcherContext,
  received: unknown,
  items: readonly SequenceItem[],
  options?: WaitSettings,
): Promise<MatcherResult> {
  const call = callOf(this, 'toEmitSequence', received, [items, options])
  checkOptions(call, options, { timeout: 'number' })
  const steps = stepsOf(call, items)
  return mustAwait(this, call.text, toEmitSequence, async () => {
    const shown = withAwait(call)
    const searches = new Searches(call, steps)
    const seenBefore = call.subject.timeline.entries.length
    const outcome = await call.subject.wait(() => searches.look(), waitOptions(call, options))
    if ('unmet' in outcome) {
      const attempt = searches.best(call)
      return { pass: false, message: message(this, () => unmetReport(shown, steps, attempt, outcome, seenBefore)) }
    }
    const { matched } = outcome.met
    const last = matched.at(-1)
    if (last && !this.isNot) {
      passBy(call.subject, last)
      excuseErrors(call, matched)
    }
    return { pass: true, message: message(this, () => foundSequenceReport(shown, steps, matched)) }
  })
}
