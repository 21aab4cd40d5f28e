// Function calls of the model and what the app returned for them: the search and the message that two matchers share.

import { parsedJson } from '../src/report/fields.ts'
import { cut, printValue, shortId } from '../src/report/print.ts'
import type { ResponseFacts } from '../src/runtime/subject.ts'
import type { MatcherResult } from './context.ts'
import { compare, type Difference, project } from './matching.ts'
import { differenceLines } from './near-misses.ts'
import type { MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { headOf, responseTitle } from './report-parts.ts'
import { alike } from './word-likeness.ts'

/** One call of a function, seen from one side: its arguments, or its output. */
export interface Seen {
  readonly response: ResponseFacts
  readonly name: string
  readonly callId: string
  readonly value: unknown
}

/** What a matcher looks for among the calls. */
export interface AskedCall {
  readonly name: string
  /** Some of the fields; undefined: any. */
  readonly value: unknown
  /** For messages: 'arguments' or 'output'. */
  readonly side: 'arguments' | 'output'
}

/** All calls of the subject's responses, with arguments or with the output where there is one. */
function callsSeen(call: MatcherCall, side: AskedCall['side']): Seen[] {
  return call.subject
    .responses()
    .flatMap((response) =>
      response.calls
        .filter((each) => side === 'arguments' || each.output !== undefined)
        .map((each) => ({ response, name: each.name, callId: each.callId, value: parsedJson(each[side]) })),
    )
}

interface Ranked extends Seen {
  readonly differences: readonly Difference[]
}

function ranked(call: MatcherCall, seen: readonly Seen[], asked: AskedCall): Ranked[] {
  return seen
    .filter((each) => each.name === asked.name)
    .map((each) => ({ ...each, differences: compare(call.host, each.value, parsedJson(asked.value)).differences }))
    .sort((one, other) => one.differences.length - other.differences.length)
}

function seenLine(seen: Seen): string {
  return `${seen.name} ${shortId(seen.callId)} in ${responseTitle(seen.response)}  ${cut(printValue(seen.value), 120)}`
}

/** The result of toHaveCalledFunction and toHaveReturnedFromFunction. */
export function functionResult(call: MatcherCall, asked: AskedCall, explain: () => Partial<Report>): MatcherResult {
  const seen = callsSeen(call, asked.side)
  const named = ranked(call, seen, asked)
  const found = asked.value === undefined ? named : named.filter((each) => each.differences.length === 0)
  const pass = found.length > 0
  const base = headOf(call)
  const report = (): Report => {
    if (pass) return { ...base, divergence: ['It happened:', ...found.slice(0, 5).map((each) => `  ${seenLine(each)}`)] }
    const [closest] = named
    return { ...base, ...(closest ? differing(named, closest, asked) : neverSeen(seen, asked)), ...explain() }
  }
  const [closest] = pass || call.host.isNot ? [] : named
  return {
    pass,
    message: message(call.host, report),
    ...(closest ? { actual: project(closest.value, asked.value), expected: asked.value } : {}),
  }
}

function differing(named: readonly Ranked[], closest: Ranked, asked: AskedCall): Partial<Report> {
  const wanted = asked.side === 'arguments' ? 'these arguments' : 'this output'
  const id = shortId(closest.callId)
  const summary =
    named.length === 1
      ? `There is one call of ${asked.name}, ${id}, but not with ${wanted}:`
      : `${named.length} calls of ${asked.name}, none with ${wanted}. Closest is ${id}:`
  return { divergence: [summary, ...differenceLines(closest.differences).map((line) => `  ${line}`)] }
}

function neverSeen(seen: readonly Seen[], asked: AskedCall): Partial<Report> {
  const what = asked.side === 'arguments' ? 'The model never called' : 'The app never returned an output of'
  const others = seen.slice(-5).map((each) => `  ${seenLine(each)}`)
  const names = [...new Set(seen.map((each) => each.name))]
  return {
    divergence: others.length > 0 ? [`${what} it. Others:`, ...others] : [`${what} any function.`],
    nearMisses: alike(asked.name, names).map((name) =>
      asked.side === 'arguments' ? `${name} was called` : `${name} has returned`,
    ),
  }
}
