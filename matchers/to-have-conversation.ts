// toHaveConversation: the default conversation of the session is these items: who said what, and which functions were called.
// Outputs of functions are left out; they have a matcher of their own.

import { RealtimeKitError } from '../src/errors.ts'
import { isFields, itemText, readText } from '../src/report/fields.ts'
import { plural, quoted } from '../src/report/print.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { noSessionMend } from './mends.ts'
import { callOf, type MatcherCall, wrongArgument } from './received.ts'
import { message, type Report } from './report.ts'
import { headOf } from './report-parts.ts'
import { oneSpace } from './words.ts'

/** One item of an expected conversation; what is left out may be anything. */
export interface ConversationItem {
  readonly role: 'user' | 'assistant' | 'system'
  /** A string must be the whole text; a RegExp must match in it. */
  readonly text?: string | RegExp
  /** Name of the function that this item calls. */
  readonly call?: string
}

/** One item as it is. */
interface Spoken {
  readonly role: string
  readonly text: string
  readonly call?: string
}

function spoken(call: MatcherCall, item: unknown): Spoken[] {
  const type = readText(item, 'type')
  if (type === 'function_call') return [{ role: 'assistant', text: '', call: readText(item, 'name') ?? '' }]
  if (type !== 'message') return []
  const said = itemText(item) || call.subject.heardWords(readText(item, 'id') ?? '') || ''
  return [{ role: readText(item, 'role') ?? '', text: oneSpace(said) }]
}

function fitsText(text: string, expected: string | RegExp | undefined): boolean {
  if (expected === undefined) return true
  return typeof expected === 'string' ? text === oneSpace(expected) : text.search(expected) >= 0
}

function fitsItem(item: Spoken | undefined, expected: ConversationItem | undefined): boolean {
  if (!item || !expected) return false
  if (item.role !== expected.role || item.call !== expected.call) return false
  return fitsText(item.text, expected.text)
}

function itemLine(item: Spoken): string {
  return `${item.role.padEnd(9)} ${item.call === undefined ? quoted(item.text, 100) : `calls ${item.call}`}`
}

function expectedLine(item: ConversationItem): string {
  const text = item.text === undefined ? '(anything)' : typeof item.text === 'string' ? quoted(item.text, 100) : String(item.text)
  return `${item.role.padEnd(9)} ${item.call === undefined ? text : `calls ${item.call}`}`
}

function divergenceLines(items: readonly Spoken[], expected: readonly ConversationItem[]): string[] {
  const lines = items.flatMap((item, index) => {
    const wanted = expected[index]
    if (fitsItem(item, wanted)) return [`✓ ${itemLine(item)}`]
    return [`✗ ${itemLine(item)}  <<<<< ${wanted ? `expected ${expectedLine(wanted).replace(/ +/, ' ')}` : 'not expected'}`]
  })
  const missing = expected
    .slice(items.length)
    .map((wanted) => `✗ (nothing)  <<<<< expected ${expectedLine(wanted).replace(/ +/, ' ')}`)
  return [...lines, ...missing]
}

function checkItems(call: MatcherCall, items: unknown): asserts items is readonly ConversationItem[] {
  if (!Array.isArray(items)) throw wrongArgument(call, 'it takes a list of { role, text?, call? }', items)
  const names = ['role', 'text', 'call']
  for (const item of items) {
    if (!isFields(item) || !['user', 'assistant', 'system'].includes(String(item.role))) {
      throw wrongArgument(call, "each item has a role: 'user', 'assistant' or 'system'", item)
    }
    const unknown = Object.keys(item).find((name) => !names.includes(name))
    if (unknown !== undefined) throw wrongArgument(call, `an item has only role, text and call, no '${unknown}'`, item)
  }
}

/** The one session, or none; a matcher must not choose among several. */
function onlySession(call: MatcherCall): string | undefined {
  const ids = call.subject.sessionIds()
  if (ids.length > 1) {
    throw new RealtimeKitError(
      'RTK_MANY_SESSIONS',
      `${call.text}: each of the ${ids.length} sessions has its own. Give one of realtime.sessions, or realtime.for({…}).`,
    )
  }
  return ids[0]
}

export function toHaveConversation(this: MatcherContext, received: unknown, items: readonly ConversationItem[]): MatcherResult {
  const call = callOf(this, 'toHaveConversation', received, [items], ['realtime', 'view', 'session'])
  checkItems(call, items)
  const sessionId = onlySession(call)
  const present = sessionId === undefined ? [] : call.subject.conversation(sessionId).flatMap((item) => spoken(call, item))
  const pass =
    sessionId !== undefined && present.length === items.length && present.every((item, index) => fitsItem(item, items[index]))
  const report = (): Report => ({
    ...headOf(call),
    call: `expect(${call.subject.kind})${this.isNot ? '.not' : ''}.toHaveConversation([${plural(items.length, 'item')}])`,
    expectedTitle: 'Conversation',
    expected: divergenceLines(present, items),
    mend: sessionId === undefined ? [noSessionMend] : [],
  })
  return { pass, message: message(this, report) }
}
