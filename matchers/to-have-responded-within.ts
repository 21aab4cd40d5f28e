// toHaveRespondedWithin: from what it answers (the true end of the caller's speech, or the response.create for text) to the first
// audio or text of the answer took at most so many ms of the test's clock. Of a session or more: every response did.

import { at, ms } from '../src/report/print.ts'
import { type ResponseFacts, subjectOf } from '../src/runtime/subject.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { phoneCallOf, phoneWindow } from './phone-parts.ts'
import { callOf, checkMs, type MatcherCall } from './received.ts'
import { message, type Report } from './report.ts'
import { countOfResponses, headOf, responseTitle } from './report-parts.ts'

/** Delay of the first output, or undefined before there is one. */
function delayMs(response: ResponseFacts): number | undefined {
  return response.firstOutputAtMs === undefined ? undefined : response.firstOutputAtMs - response.askedAtMs
}

/** Responses that were never meant to say anything: only calls, or cut short before the first word. */
function isSilentByNature(response: ResponseFacts): boolean {
  if (response.firstOutputAtMs !== undefined) return false
  return (response.status === 'completed' && response.calls.length > 0) || response.status === 'cancelled'
}

function isLate(response: ResponseFacts, limitMs: number): boolean {
  const delay = delayMs(response)
  return delay === undefined || delay > limitMs
}

function delayLine(response: ResponseFacts, limitMs: number): string {
  const delay = delayMs(response)
  const span = `asked ${at(response.askedAtMs)}`
  if (delay === undefined || response.firstOutputAtMs === undefined) {
    return `${responseTitle(response)}  no sound or text so far (${span}, ${response.status})  <<<<<`
  }
  const mark = delay > limitMs ? '  <<<<<' : ''
  return `${responseTitle(response)}  ${ms(delay)}  (${span}, first output ${at(response.firstOutputAtMs)})${mark}`
}

function timingReport(call: MatcherCall, judged: readonly ResponseFacts[], limitMs: number, pass: boolean): Report {
  const late = judged.filter((response) => isLate(response, limitMs))
  const base = headOf(call)
  if (judged.length === 0) {
    const all = call.subject.responses()
    return { ...base, divergence: [`${countOfResponses(all)}${all.length > 0 ? ', none that was to say something' : ''}.`] }
  }
  const list = (pass ? judged : late).slice(0, 10)
  const summary = pass
    ? `Every response came within ${ms(limitMs)}:`
    : `${late.length} of ${judged.length} took longer than ${ms(limitMs)}:`
  return {
    ...base,
    divergence: [summary, ...list.map((response) => `  ${delayLine(response, limitMs)}`)],
    mend: pass ? [] : delayMend(late),
  }
}

function delayMend(late: readonly ResponseFacts[]): string[] {
  const waiting = late.some((response) => response.firstOutputAtMs === undefined && response.status === 'in_progress')
  return waiting ? ['A response is still in progress: `await realtime.settled()` or `nextResponse()` first.'] : []
}

/** On the phone counts what is heard: from the caller's last sound to the first one of the app. */
function heardWithin(host: MatcherContext, received: unknown, limitMs: number): MatcherResult {
  const call = phoneCallOf(host, 'toHaveRespondedWithin', received, [limitMs])
  checkMs(call, limitMs)
  const { responseMs } = call.facts
  const late = responseMs.filter((delay) => delay > limitMs)
  const pass = responseMs.length > 0 && late.length === 0
  const lines = responseMs.map((delay, at) => `turn ${at + 1}  heard after ${ms(delay)}${delay > limitMs ? '  <<<<<' : ''}`)
  const none = ['The caller has heard no answer yet.']
  const report = (): Report => ({
    ...headOf(call),
    divergence: lines.length > 0 ? lines.slice(0, 10) : none,
    timeline: phoneWindow(call),
  })
  return { pass, message: message(host, report) }
}

export function toHaveRespondedWithin(this: MatcherContext, received: unknown, limitMs: number): MatcherResult {
  if (subjectOf(received)?.kind === 'call') return heardWithin(this, received, limitMs)
  const call = callOf(this, 'toHaveRespondedWithin', received, [limitMs])
  checkMs(call, limitMs)
  const responses = call.subject.responses()
  const judged = call.subject.kind === 'response' ? responses : responses.filter((response) => !isSilentByNature(response))
  const pass = judged.length > 0 && !judged.some((response) => isLate(response, limitMs))
  return { pass, message: message(this, () => timingReport(call, judged, limitMs, pass)) }
}
