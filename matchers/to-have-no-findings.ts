// toHaveNoFindings: the platform of a phone call found nothing wrong with what the app did.

import type { MatcherContext, MatcherResult } from './context.ts'
import { findingText, phoneCallOf, phoneWindow } from './phone-parts.ts'
import { message, type Report } from './report.ts'
import { headOf } from './report-parts.ts'

export function toHaveNoFindings(this: MatcherContext, received: unknown): MatcherResult {
  const call = phoneCallOf(this, 'toHaveNoFindings', received, [])
  const { findings } = call.facts
  const pass = findings.length === 0
  const report = (): Report => ({
    ...headOf(call),
    divergence: pass ? ['There was no finding.'] : findings.slice(0, 10).map(findingText),
    ...(findings[0] ? { timeline: phoneWindow(call, findings[0].atMs) } : {}),
    mend: pass ? [] : ['On the real platform these are errors of the call in its log, or sound that nobody hears.'],
  })
  return { pass, message: message(this, report) }
}
