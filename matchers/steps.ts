// The items of an expected sequence, checked and made into steps: a name, a partial event, an asymmetric matcher or a predicate.

import type { SequenceItem } from '../src/api.ts'
import { isAsymmetric, isFields } from '../src/report/fields.ts'
import { cut, printValue } from '../src/report/print.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'
import { checkAnyEvent } from './event-names.ts'
import { fits } from './matching.ts'
import { type MatcherCall, wrongArgument } from './received.ts'
import type { Step } from './sequence.ts'

type Predicate = Extract<SequenceItem, (...args: never[]) => boolean>

function isPredicate(item: unknown): item is Predicate {
  return typeof item === 'function'
}

function typeStep(call: MatcherCall, type: string, where: string): Step {
  checkAnyEvent(call, type, where)
  return { text: type, type, fits: (entry) => entry.event.type === type }
}

function predicateStep(call: MatcherCall, predicate: Predicate): Step {
  const text = predicate.name ? `(predicate ${predicate.name})` : `(${cut(String(predicate).replace(/\s+/g, ' '), 70)})`
  return { text, fits: (entry: EventEntry) => predicate(entry.event, call.subject.publicEntry(entry)) === true }
}

function patternStep(call: MatcherCall, pattern: object, where: string): Step {
  const accepts = (entry: EventEntry) => fits(call.host, entry.event, pattern)
  if (isAsymmetric(pattern)) return { text: cut(printValue(pattern), 80), fits: accepts }
  const { type, ...fields } = { type: undefined, ...pattern }
  if (typeof type !== 'string') throw wrongArgument(call, `${where} is a partial event without a type`, pattern)
  checkAnyEvent(call, type, where)
  return {
    text: cut(`${type} ${printValue(fields)}`, 100),
    type,
    pattern,
    fits: (entry) => entry.event.type === type && accepts(entry),
  }
}

/** Makes steps of what the author listed; throws at the first item that no event could fit. */
export function stepsOf(call: MatcherCall, items: unknown): Step[] {
  if (!Array.isArray(items) || items.length === 0)
    throw wrongArgument(call, 'it takes a list of event types, partial events or predicates', items)
  return items.map((item: unknown, index) => {
    const where = `item ${index} of the sequence`
    if (typeof item === 'string') return typeStep(call, item, where)
    if (isPredicate(item)) return predicateStep(call, item)
    if (isFields(item) && !Array.isArray(item)) return patternStep(call, item, where)
    throw wrongArgument(call, `${where} is neither an event type, a partial event nor a predicate`, item)
  })
}
