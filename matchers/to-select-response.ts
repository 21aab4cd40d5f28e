// toSelectResponse: the reply of this name was chosen. Shows the score table where it was not.

import { at, cut } from '../src/report/print.ts'
import type { ResponseFacts } from '../src/runtime/subject.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { callOf, checkName, type MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { countOfResponses, headOf, responseLines, responseTitle } from './report-parts.ts'
import { alike } from './word-likeness.ts'

function absentReport(call: MatcherCall, name: string, responses: readonly ResponseFacts[]): Report {
  const chosen = [...new Set(responses.map((response) => response.name).filter((each) => each !== ''))]
  const explained = responses.filter((response) => response.explain).slice(0, 3)
  return {
    ...headOf(call),
    divergence: [
      `${countOfResponses(responses)}${responses.length > 0 ? `, none of the reply "${name}":` : '.'}`,
      ...responseLines(responses.slice(0, 10)).map((line) => `  ${line}`),
      ...explained.flatMap((response) => [
        `Why ${responseTitle(response)} (${at(response.createdAtMs)}):`,
        ...(response.explain?.(name).split('\n') ?? []).map((line) => `  ${line}`),
      ]),
    ],
    nearMisses: alike(name, chosen).map((each) => `"${cut(each, 60)}" was chosen`),
  }
}

function presentReport(call: MatcherCall, found: readonly ResponseFacts[]): Report {
  return {
    ...headOf(call),
    divergence: ['It was chosen for:', ...responseLines(found.slice(0, 10)).map((line) => `  ${line}`)],
  }
}

export function toSelectResponse(this: MatcherContext, received: unknown, name: string): MatcherResult {
  const call = callOf(this, 'toSelectResponse', received, [name])
  checkName(call, name, 'the name of a reply')
  const responses = call.subject.responses()
  const found = responses.filter((response) => response.name === name)
  const pass = found.length > 0
  return { pass, message: message(this, () => (pass ? presentReport(call, found) : absentReport(call, name, responses))) }
}
