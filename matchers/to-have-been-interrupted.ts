// toHaveBeenInterrupted: the response was cut short, by turn detection, by the app, or by a later truncate;
// with `afterMs`: when the caller had heard about so much of it.

import { at, ms } from '../src/report/print.ts'
import type { ResponseFacts } from '../src/runtime/subject.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { callOf, checkOptions, type MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { countOfResponses, headOf, responseTitle } from './report-parts.ts'

export interface InterruptionPoint {
  /** Ms of the response that the caller had heard. */
  readonly afterMs?: number
  /** Default 100. */
  readonly toleranceMs?: number
}

const usualToleranceMs = 100

const manners = {
  turn_detected: 'by turn detection',
  client_cancelled: 'by response.cancel of the app',
  truncated: 'by conversation.item.truncate of the app',
} as const

function isInterrupted(response: ResponseFacts, point: InterruptionPoint): boolean {
  const { interruption } = response
  if (!interruption) return false
  if (point.afterMs === undefined) return true
  if (interruption.heardMs === undefined) return false
  return Math.abs(interruption.heardMs - point.afterMs) <= (point.toleranceMs ?? usualToleranceMs)
}

function interruptionLine(response: ResponseFacts, point: InterruptionPoint): string {
  const { interruption } = response
  if (!interruption) return `${responseTitle(response)}  not interrupted (${response.status})`
  const how = `${responseTitle(response)}  ${manners[interruption.how]} at ${at(interruption.atMs)}`
  if (interruption.heardMs === undefined)
    return `${how}, unknown how much was heard${point.afterMs === undefined ? '' : '  <<<<<'}`
  const off = point.afterMs === undefined ? 0 : interruption.heardMs - point.afterMs
  const mark = isInterrupted(response, point) ? '' : `: ${ms(Math.abs(off))} too ${off > 0 ? 'late' : 'early'}  <<<<<`
  return `${how}, after ${ms(interruption.heardMs)} were heard${mark}`
}

function interruptionReport(call: MatcherCall, point: InterruptionPoint, responses: readonly ResponseFacts[]): Report {
  const base = headOf(call)
  if (responses.length === 0) return { ...base, divergence: [`${countOfResponses(responses)}.`] }
  const cut = responses.filter((response) => response.interruption)
  const unheard = point.afterMs !== undefined && cut.some((response) => response.interruption?.heardMs === undefined)
  return {
    ...base,
    divergence: (cut.length > 0 ? cut : responses).slice(0, 10).map((response) => interruptionLine(response, point)),
    mend: unheard ? ['Only a caller that is attached to the app (caller.attach) hears: without one, leave out afterMs.'] : [],
  }
}

export function toHaveBeenInterrupted(this: MatcherContext, received: unknown, where?: InterruptionPoint): MatcherResult {
  const call = callOf(this, 'toHaveBeenInterrupted', received, [where])
  checkOptions(call, where, { afterMs: 'number', toleranceMs: 'number' })
  const point = where ?? {}
  const responses = call.subject.responses()
  const pass = responses.some((response) => isInterrupted(response, point))
  return { pass, message: message(this, () => interruptionReport(call, point, responses)) }
}
