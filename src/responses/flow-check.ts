// The checks of a flow, where its author writes it: the fields of each step, and a graph in which every step and state is of use.

import type { FlowDefinition, FlowStep } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { clientEventTypes } from '../protocol/event-types.ts'
import { isRecord } from '../protocol/json.ts'
import { hasEnd, isEnd, startOf, stepTold } from './flow-steps.ts'
import { hasPhraseOrPattern, prepareText } from './matching.ts'
import { nearName } from './near-name.ts'
import { checkOptions, type OptionRules, oneOf, refuse, rule } from './option-check.ts'
import { checkReply } from './validate-reply.ts'

/** The state that needs no entry. */
const endState = 'end'

const isFilled = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
const isPattern = (value: unknown): value is RegExp => value instanceof RegExp

const typeOf = (event: unknown): unknown => (isRecord(event) ? event.type : event)
const isClientEvent = (type: unknown): boolean => clientEventTypes.some((one) => one === type)

const stepRules: OptionRules = {
  says: rule(
    'a phrase, several, or a RegExp',
    (value) => isFilled(value) || isPattern(value) || (Array.isArray(value) && value.length > 0 && value.every(isFilled)),
  ),
  keys: rule("keys of a phone, such as '1', or a RegExp", (value) =>
    typeof value === 'string' ? /^[0-9*#A-D]+$/.test(value) : isPattern(value),
  ),
  silence: rule('true, or left out', (value) => value === true),
  event: rule(
    'the type of a client event, or an object with its type and fields',
    (value) => isClientEvent(typeOf(value)),
    (value) => {
      const near = nearName(String(typeOf(value)), clientEventTypes)
      return near === undefined ? `They are ${clientEventTypes.join(', ')}.` : `Did you mean '${near}'?`
    },
  ),
  reply: rule('a reply', (value) => value !== undefined),
  to: rule('the name of a state', isFilled),
  caller: rule('a text', isFilled),
}

const flowRules: OptionRules = {
  states: rule('an object of arrays of steps', (value) => isRecord(value) && Object.values(value).every(Array.isArray)),
  start: rule('the name of a state', isFilled),
  opening: rule('a reply', (value) => value !== undefined),
  unfinished: oneOf(['fail', 'allow']),
}

const elsewhere = {
  when: 'Did you mean `says`?',
  text: 'Did you mean `reply`?',
  then: 'Did you mean `to`?',
  next: 'Did you mean `to`?',
}

/**
 * Checks a definition.
 *
 * @throws RealtimeKitError RTK_REPLY for unknown fields, steps that lead nowhere, states that are never reached, and those that lead to
 * no end.
 */
export function checkFlow(name: string, definition: unknown): asserts definition is FlowDefinition {
  const place = { subject: `flow '${name}'`, path: '' }
  if (!isRecord(definition)) refuse(place, definition, 'a flow { states, start?, opening? }')
  checkOptions(definition, flowRules, place)
  const { states, opening } = definition as unknown as FlowDefinition
  if (states === undefined) refuse({ ...place, path: 'states' }, states, 'an object of arrays of steps')
  if (opening !== undefined) checkReply(`${name}.opening`, opening)
  for (const [state, steps] of Object.entries(states)) {
    for (const [index, step] of steps.entries()) checkStep(name, `${state}[${index}]`, step)
  }
  checkGraph(name, definition as unknown as FlowDefinition)
}

function checkStep(name: string, at: string, step: unknown): void {
  const place = { subject: `flow '${name}'`, path: at }
  if (!isRecord(step)) refuse(place, step, 'a step { says?, keys?, silence?, event?, reply, to? }')
  checkOptions(step, stepRules, place, elsewhere)
  const expected = ['says', 'keys', 'silence', 'event'].filter((key) => step[key] !== undefined)
  if (expected.length > 1) {
    refuse(place, step, `one of ${expected.join(' and ')}`, 'Write a step for each: the first that fits is taken.')
  }
  if (step.reply !== undefined) checkReply(`${name}.${at}`, step.reply)
  else if (step.event === undefined)
    refuse({ ...place, path: `${at}.reply` }, undefined, 'a reply', 'What does the model say here?')
}

function checkGraph(name: string, definition: FlowDefinition): void {
  const { states } = definition
  const names = [...Object.keys(states), ...(Object.hasOwn(states, endState) ? [] : [endState])]
  const start = startOf(definition)
  if (start === '') throw slip(name, 'it has no states')
  if (!names.includes(start)) throw slip(name, noState('it starts at', start, names))
  if (isEnd(definition, start) && definition.opening === undefined)
    throw slip(name, `it starts at '${start}', which has no steps: nothing could ever happen. Give it a step, or an \`opening\``)
  const reached = new Set([start])
  for (const state of reached) {
    for (const [index, step] of (states[state] ?? []).entries()) {
      const { to } = step
      const shadow = states[state]?.slice(0, index).find((other) => takesAll(other, step))
      if (shadow)
        throw slip(
          name,
          `step ${index + 1} of '${state}' (${stepTold(step)}) is never taken: ${stepTold(shadow)} comes before it`,
        )
      if (to === undefined) continue
      if (!names.includes(to)) throw slip(name, noState(`step ${index + 1} of '${state}' leads to`, to, names))
      reached.add(to)
    }
  }
  const lost = Object.keys(states).filter((state) => !reached.has(state))
  if (lost.length > 0) throw slip(name, `no step leads to ${lost.map((state) => `'${state}'`).join(', ')}`)
  const caught = caughtStates(definition)
  if (caught.length > 0)
    throw slip(
      name,
      `no end can be reached from ${caught.map((state) => `'${state}'`).join(', ')}. Give a step there \`to: '${endState}'\`, or a way back`,
    )
}

/** States that no way leads to an end from. A flow without any end goes round for ever, and is meant to. */
function caughtStates(definition: FlowDefinition): string[] {
  if (!hasEnd(definition)) return []
  const all = Object.entries(definition.states)
  const free = new Set(all.flatMap(([state]) => (isEnd(definition, state) ? state : [])))
  const leadsOut = (steps: readonly FlowStep[]): boolean =>
    steps.some(({ to }) => to !== undefined && (free.has(to) || isEnd(definition, to)))
  for (let before = -1; before !== free.size; ) {
    before = free.size
    for (const [state, steps] of all) if (leadsOut(steps)) free.add(state)
  }
  return all.flatMap(([state]) => (free.has(state) ? [] : state))
}

/** Whether a step takes every turn that a later one would. */
function takesAll(step: FlowStep, later: FlowStep): boolean {
  const isOpen = isAnything(step)
  if (isOpen) return later.says !== undefined || isAnything(later)
  return stepTold(step) === stepTold(later) || saysAll(step.says, later.says)
}

/** Whether each of the later phrases has an earlier one in it: 'the menu' comes too late after 'menu'. */
function saysAll(says: FlowStep['says'], later: FlowStep['says']): boolean {
  if (says === undefined || later === undefined || isPattern(says) || isPattern(later)) return false
  const phrases = [says].flat()
  return [later].flat().every((one) => phrases.some((phrase) => hasPhraseOrPattern(prepareText(one), phrase)))
}

function isAnything({ says, keys, silence, event }: FlowStep): boolean {
  return says === undefined && keys === undefined && silence === undefined && event === undefined
}

function noState(what: string, name: string, names: readonly string[]): string {
  const near = nearName(name, names)
  return `${what} '${name}', which is no state. ${near === undefined ? `There are ${names.join(', ')}.` : `Did you mean '${near}'?`}`
}

function slip(name: string, what: string): RealtimeKitError {
  return new RealtimeKitError('RTK_REPLY', `flow '${name}': ${what}`)
}
