// toHaveHeard: the caller has heard these words: what was played, not what was sent.

import { ms, quoted } from '../src/report/print.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { nearWords } from './near-misses.ts'
import { callOf, checkWords, type MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { headOf } from './report-parts.ts'
import { hasWords, oneSpace } from './words.ts'

type Heard = ReturnType<MatcherCall['subject']['heard']>

function heardReport(call: MatcherCall, what: string | RegExp, heard: Heard): Report {
  const base = headOf(call)
  if (!heard) {
    return {
      ...base,
      divergence: ['Nobody listens.'],
      mend: ['Attach the caller to the app (caller.attach), so that it can hear.'],
    }
  }
  const sentLater = call.subject.responses().filter((response) => hasWords(response.text, what))
  const text = oneSpace(heard.text)
  const isHeard = hasWords(heard.text, what)
  const mend = isHeard ? undefined : call.subject.phone?.().wordlessMend
  return {
    ...base,
    mend: mend === undefined ? [] : [mend],
    divergence: [
      text === ''
        ? `The caller heard no words (${ms(heard.durationMs)} of sound).`
        : `The caller heard, in ${ms(heard.durationMs)}:`,
      ...(text === '' ? [] : [`  ${quoted(text, 400)}`]),
    ],
    nearMisses: isHeard
      ? []
      : [
          ...sentLater
            .map((response) => `${quoted(response.text, 80)} was sent, but not (all) played: status ${response.status}`)
            .slice(0, 3),
          ...nearWords(what, text === '' ? [] : [text]),
        ],
  }
}

export function toHaveHeard(this: MatcherContext, received: unknown, what: string | RegExp): MatcherResult {
  const call = callOf(this, 'toHaveHeard', received, [what], ['caller', 'call', 'realtime'])
  checkWords(call, what)
  const heard = call.subject.heard()
  const pass = heard !== undefined && hasWords(heard.text, what)
  return { pass, message: message(this, () => heardReport(call, what, heard)) }
}
