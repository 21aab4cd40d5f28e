// The first beat of every matcher: is the received value something of the kit, and are the arguments what the matcher takes?
// What is not is an error of the test's author, thrown with what it got and what is allowed.

import { RealtimeKitError } from '../src/errors.ts'
import { isFields } from '../src/report/fields.ts'
import { cut, printValue, typeName } from '../src/report/print.ts'
import { type Subject, type SubjectKind, subjectOf } from '../src/runtime/subject.ts'
import type { MatcherContext } from './context.ts'

/** One use of a matcher: what it was called on and with. */
export interface MatcherCall {
  readonly host: MatcherContext
  readonly subject: Subject
  /** Name of the matcher. */
  readonly name: string
  /** `expect(realtime).toHaveSaid('Hello')`, with `.not` where it stands. */
  readonly text: string
}

const eventKinds: readonly SubjectKind[] = ['realtime', 'view', 'session', 'response']

const phrases: Readonly<Record<SubjectKind, string>> = {
  realtime: '`realtime`',
  view: '`realtime.for(…)`',
  session: 'a session',
  response: 'a served response',
  caller: 'the caller',
  call: 'a phone call',
}

function slip(value: unknown): string {
  if (value instanceof Promise) return ' — did you forget `await` before it?'
  if (value === undefined) return ' — is it `realtime.responses[n]` of a response that was never made?'
  if (Array.isArray(value)) return ' — a matcher looks at one of them: take one, or `realtime` for all'
  if (subjectOf(value)?.kind === 'call')
    return ' — of a call, its session is `realtime.session`, what was said `realtime.responses`'
  if (isFields(value) && typeof value.type === 'string') return ' — an event is matched by Vitest itself: toMatchObject'
  return ''
}

function wrongSubject(name: string, value: unknown, allowed: readonly SubjectKind[]): RealtimeKitError {
  const list = allowed.map((kind) => phrases[kind]).join(', ')
  return new RealtimeKitError(
    'RTK_MATCHER',
    `expect(value).${name}: received value must be one of: ${list}. Received has type ${typeName(value)}${slip(value)}`,
  )
}

function printArguments(given: readonly unknown[]): string {
  const last = given.findLastIndex((each) => each !== undefined)
  return given
    .slice(0, last + 1)
    .map((each) => cut(printValue(each), 160))
    .join(', ')
}

/**
 * Checks the received value and gives what the rest of a matcher works with.
 *
 * @param given the matcher's arguments, for the message
 * @param allowed kinds of subjects that make sense; by default all that have events
 */
export function callOf(
  host: MatcherContext,
  name: string,
  received: unknown,
  given: readonly unknown[],
  allowed: readonly SubjectKind[] = eventKinds,
): MatcherCall {
  const subject = subjectOf(received)
  if (!subject || !allowed.includes(subject.kind)) throw wrongSubject(name, received, allowed)
  const text = `expect(${subject.kind})${host.isNot ? '.not' : ''}.${name}(${printArguments(given)})`
  return { host, subject, name, text }
}

export function wrongArgument(call: Pick<MatcherCall, 'name'>, what: string, got: unknown): RealtimeKitError {
  return new RealtimeKitError('RTK_MATCHER', `${call.name}: ${what}, got ${cut(printValue(got), 120)}`)
}

/** A slip that a whole sentence tells. */
export function authorSlip(call: Pick<MatcherCall, 'name'>, sentence: string): RealtimeKitError {
  return new RealtimeKitError('RTK_MATCHER', `${call.name}: ${sentence}`)
}

/** Options must be an object with names that the matcher knows and numbers that are not negative. */
export function checkOptions(call: MatcherCall, options: unknown, names: Readonly<Record<string, 'number' | 'boolean'>>): void {
  if (options === undefined) return
  const allowed = Object.keys(names).join(', ')
  if (!isFields(options) || Array.isArray(options))
    throw wrongArgument(call, `the options are an object with ${allowed}`, options)
  for (const [name, value] of Object.entries(options)) {
    const type = names[name]
    if (type === undefined) throw wrongArgument(call, `there is no option '${name}'; it takes ${allowed}`, options)
    if (value === undefined) continue
    const good = type === 'number' ? typeof value === 'number' && value >= 0 : typeof value === type
    if (!good) throw wrongArgument(call, `'${name}' is a ${type}${type === 'number' ? ' of 0 or more' : ''}`, value)
  }
}

export function checkMs(call: MatcherCall, value: unknown): asserts value is number {
  if (typeof value !== 'number' || !(value >= 0)) throw wrongArgument(call, 'it takes milliseconds, a number of 0 or more', value)
}

export function checkName(call: MatcherCall, value: unknown, what: string): asserts value is string {
  if (typeof value !== 'string' || value === '') throw wrongArgument(call, `it takes ${what}`, value)
}

export function checkWords(call: MatcherCall, value: unknown): asserts value is string | RegExp {
  if (typeof value === 'string' ? value.trim() === '' : !(value instanceof RegExp)) {
    throw wrongArgument(call, 'it takes words (a string that is not empty) or a RegExp', value)
  }
}
