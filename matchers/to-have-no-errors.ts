// toHaveNoErrors: the service has sent no `error`, and no response has failed. `response_cancel_not_active` is none: the service
// answers so to every cancel that comes a moment too late.

import { readText } from '../src/report/fields.ts'
import { at, quoted } from '../src/report/print.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { callOf, type MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { afterWhat, headOf, windowAround } from './report-parts.ts'
import { coveredEvents } from './session-events.ts'

const harmless = 'response_cancel_not_active'

function isError({ from, event }: EventEntry): boolean {
  if (from !== 'service') return false
  if (event.type === 'error') return readText(event, 'error.code') !== harmless
  return event.type === 'response.done' && readText(event, 'response.status') === 'failed'
}

function errorLine(call: MatcherCall, entry: EventEntry): string {
  const path = entry.event.type === 'error' ? 'error' : 'response.status_details.error'
  const code = readText(entry.event, `${path}.code`) ?? readText(entry.event, `${path}.type`) ?? 'no code'
  const text = quoted(readText(entry.event, `${path}.message`) ?? '', 160)
  const what = entry.event.type === 'error' ? 'error' : 'failed response'
  return `#${entry.index} (${at(entry.atMs)}) ${what} ${code} ${text}${afterWhat(call.subject, entry)}`
}

export function toHaveNoErrors(this: MatcherContext, received: unknown): MatcherResult {
  const call = callOf(this, 'toHaveNoErrors', received, [])
  const errors = coveredEvents(call.subject).filter(isError)
  const pass = errors.length === 0
  const [first] = errors
  const report = (): Report => ({
    ...headOf(call),
    divergence: pass ? ['There was no error.'] : errors.slice(0, 10).map((entry) => errorLine(call, entry)),
    ...(first ? { timeline: windowAround(call.subject, [first]) } : {}),
  })
  return { pass, message: message(this, report) }
}
