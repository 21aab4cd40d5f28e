// toHaveSaid: the model has said these words in one of its responses, spoken or written.

import type { ResponseFacts } from '../src/runtime/subject.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { nearWords } from './near-misses.ts'
import { callOf, checkWords, type MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { countOfResponses, headOf, responseLines } from './report-parts.ts'
import { hasWords, oneSpace } from './words.ts'

const mostResponses = 10

function absentReport(call: MatcherCall, what: string | RegExp, responses: readonly ResponseFacts[]): Report {
  const spoken = responses.filter((response) => response.text !== '')
  const parts = spoken.map((response) => oneSpace(response.text))
  const across = spoken.length > 1 && hasWords(parts.join(' '), what)
  return {
    ...headOf(call),
    divergence: [
      `${countOfResponses(responses)}${responses.length > 0 ? ', none with these words:' : '.'}`,
      ...responseLines(responses.slice(-mostResponses)).map((line) => `  ${line}`),
    ],
    nearMisses: [...(across ? ['the words are spread over two responses'] : []), ...nearWords(what, parts)],
  }
}

function presentReport(call: MatcherCall, found: readonly ResponseFacts[]): Report {
  return {
    ...headOf(call),
    divergence: ['The words were said:', ...responseLines(found.slice(0, mostResponses)).map((line) => `  ${line}`)],
  }
}

export function toHaveSaid(this: MatcherContext, received: unknown, what: string | RegExp): MatcherResult {
  const call = callOf(this, 'toHaveSaid', received, [what])
  checkWords(call, what)
  const responses = call.subject.responses()
  const found = responses.filter((response) => hasWords(response.text, what))
  const pass = found.length > 0
  return { pass, message: message(this, () => (pass ? presentReport(call, found) : absentReport(call, what, responses))) }
}
