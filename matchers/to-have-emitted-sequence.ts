// toHaveEmittedSequence: these events lie in this order within one session, others between them.

import type { SequenceItem } from '../src/api.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { callOf, checkOptions, type MatcherCall } from './received.ts'
import { message } from './report.ts'
import { findInOrder, findUnbroken, type Step } from './sequence.ts'
import { type Attempt, foundSequenceReport, sequenceReport } from './sequence-report.ts'
import { coveredEvents, eventsBySession } from './session-events.ts'
import { stepsOf } from './steps.ts'

/** The first session that has the whole sequence, else the one where it came furthest. */
function bestAttempt(events: readonly EventEntry[], steps: readonly Step[], strict: boolean): Attempt {
  const find = strict ? findUnbroken : findInOrder
  let best: Attempt = { matched: [], complete: false, sessionId: '', events: [] }
  for (const [sessionId, own] of eventsBySession(events)) {
    const { matched, complete } = find(own, steps)
    if (best.sessionId === '' || matched.length > best.matched.length) best = { matched, complete, sessionId, events: own }
    if (complete) break
  }
  return best
}

/** Wire errors that a sequence names are expected ones. */
export function excuseErrors(call: MatcherCall, matched: readonly EventEntry[]): void {
  for (const entry of matched) if (entry.from === 'service' && entry.event.type === 'error') call.subject.excuse(entry)
}

export function toHaveEmittedSequence(
  this: MatcherContext,
  received: unknown,
  items: readonly SequenceItem[],
  options?: { readonly strict?: boolean },
): MatcherResult {
  const call = callOf(this, 'toHaveEmittedSequence', received, [items, options])
  checkOptions(call, options, { strict: 'boolean' })
  const steps = stepsOf(call, items)
  const strict = options?.strict === true
  const events = coveredEvents(call.subject)
  const attempt = bestAttempt(events, steps, strict)
  if (attempt.complete && !this.isNot) excuseErrors(call, attempt.matched)
  const report = () =>
    attempt.complete
      ? foundSequenceReport(call, steps, attempt.matched)
      : sequenceReport({ call, steps, strict, events, attempt })
  return { pass: attempt.complete, message: message(this, report) }
}
