// toHaveHungUp: a phone call is over, and this side ended it.

import type { PhoneEndedBy } from '../src/api.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { endText, phoneCallOf, phoneWindow } from './phone-parts.ts'
import { wrongArgument } from './received.ts'
import { message, type Report } from './report.ts'
import { headOf } from './report-parts.ts'

const sides: readonly unknown[] = ['app', 'caller', 'platform']

export function toHaveHungUp(this: MatcherContext, received: unknown, by?: PhoneEndedBy): MatcherResult {
  const call = phoneCallOf(this, 'toHaveHungUp', received, [by])
  if (by !== undefined && !sides.includes(by)) throw wrongArgument(call, "it takes 'app', 'caller' or 'platform'", by)
  const { end } = call.facts
  const pass = end !== undefined && (by === undefined || end.by === by)
  const report = (): Report => ({
    ...headOf(call),
    divergence: [endText(call)],
    timeline: phoneWindow(call),
    mend: end || pass ? [] : ['Where the app ends it a moment later: await call.ended() first.'],
  })
  return { pass, message: message(this, report) }
}
