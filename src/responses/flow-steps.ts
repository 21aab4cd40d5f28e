// The steps of a flow: where its graph begins and ends, which step takes a turn or an event, and how both are told.
// Where a conversation stands in it is flow.ts.

import type { FlowDefinition, FlowStep } from '../api.ts'
import { isRecord } from '../protocol/json.ts'
import { hasPhraseOrPattern, prepareText } from './matching.ts'
import { show } from './option-check.ts'

/** What came from the user: words, keys, or nothing new. */
export interface FlowTurn {
  readonly text: string
  readonly keys: string | undefined
}

export function startOf({ start, states }: FlowDefinition): string {
  return start ?? Object.keys(states)[0] ?? ''
}

export function isEnd({ states }: FlowDefinition, state: string): boolean {
  return (states[state] ?? []).length === 0
}

export function stepsOf({ states }: FlowDefinition, state: string): readonly FlowStep[] {
  return states[state] ?? []
}

/** Whether some conversation can end. */
export function hasEnd(definition: FlowDefinition): boolean {
  const { states } = definition
  return Object.values(states).some(
    (steps) => steps.length === 0 || steps.some(({ to }) => to !== undefined && isEnd(definition, to)),
  )
}

/** What a step takes from a turn: what its pattern caught; undefined when it does not take the turn. */
export function takenBy(step: FlowStep, { text, keys }: FlowTurn): Readonly<Record<string, string>> | undefined {
  const { says, keys: wantedKeys, silence, event } = step
  if (event !== undefined) return undefined
  const isSilent = text === '' && keys === undefined
  if (silence) return isSilent ? {} : undefined
  if (isSilent) return undefined
  if (wantedKeys !== undefined) {
    if (keys === undefined) return undefined
    if (typeof wantedKeys === 'string') return keys === wantedKeys ? {} : undefined
    return capturesOf(wantedKeys, keys)
  }
  if (says === undefined) return {}
  if (says instanceof RegExp) return capturesOf(says, text)
  const prepared = prepareText(text)
  return [says].flat().some((one) => hasPhraseOrPattern(prepared, one)) ? {} : undefined
}

/** What the groups of a pattern catch in a text, by name and number; undefined where it does not match. */
export function capturesOf(pattern: RegExp, text: string): Readonly<Record<string, string>> | undefined {
  // A copy without `g` and `y` keeps no state.
  const match = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')).exec(text)
  if (!match) return undefined
  const numbered = match.slice(1).map((value, index) => [String(index + 1), value] as const)
  const all = [...numbered, ...Object.entries(match.groups ?? {})]
  return Object.fromEntries(all.filter((pair): pair is [string, string] => pair[1] !== undefined))
}

/** Whether an event of the app is the one that a step expects. */
export function isExpectedEvent({ event }: FlowStep, given: { readonly type: string }): boolean {
  if (event === undefined) return false
  return typeof event === 'string' ? given.type === event : hasFields(given, event)
}

function hasFields(given: unknown, wanted: unknown): boolean {
  if (isRecord(wanted)) return isRecord(given) && Object.entries(wanted).every(([key, value]) => hasFields(given[key], value))
  if (Array.isArray(wanted))
    return (
      Array.isArray(given) && wanted.length === given.length && wanted.every((value, index) => hasFields(given[index], value))
    )
  return Object.is(given, wanted)
}

/** What a step expects, as text: `says "hello"`. */
export function stepTold({ says, keys, silence, event }: FlowStep): string {
  if (keys !== undefined) return `keys ${String(keys)}`
  if (silence) return 'silence'
  if (event !== undefined) return `event ${typeof event === 'string' ? event : JSON.stringify(event)}`
  if (says === undefined) return 'anything'
  return `says ${[says].flat().map(show).join(' or ')}`
}

export function turnTold({ text, keys }: FlowTurn): string {
  if (keys !== undefined) return `keys ${keys}`
  return text === '' ? 'nothing new from the user' : `says ${show(text)}`
}
