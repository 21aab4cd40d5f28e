// Conversations with a plan: a small graph of states, in which each user turn must be one that its state expects.
// Where a conversation stands is read from its user messages, so a flow keeps no state of its own.

import type { Reply, Turn } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { hasPhraseOrPattern, prepareText } from './matching.ts'
import { nearName } from './near-name.ts'
import { show } from './option-check.ts'
import { checkReply } from './validate-reply.ts'

/** What a state expects: words of the user, the answer, and the state after it (default: the same state). */
export interface FlowStep {
  /** A phrase, any of several, or a pattern; without it any words will do. */
  readonly when?: string | readonly string[] | RegExp
  readonly reply: Reply
  readonly to?: string
}

export interface FlowStates {
  readonly [state: string]: readonly FlowStep[]
}

export interface FlowOptions {
  /** What is said before the user said anything. */
  readonly opening?: Reply
  /** Default: the first state. */
  readonly start?: string
}

/**
 * A reply that follows a graph of expected user turns; a wrong turn fails with the path so far and what was expected.
 * A state without steps is an end: the user must say no more.
 *
 * @throws RealtimeKitError RTK_REPLY when a step leads to no state, or a state is never reached.
 * @example
 * realtime.respond('booking', flow({
 *   ask: [{ when: 'table', reply: 'For how many?', to: 'seats' }],
 *   seats: [{ when: /\d+|two/, reply: 'Done.', to: 'end' }, { reply: 'How many?' }],
 *   end: [],
 * }))
 */
export function flow(states: FlowStates, options: FlowOptions = {}): (turn: Turn) => Reply {
  const { start = Object.keys(states)[0] ?? '', opening } = options
  checkStates(states, start, opening)
  return (turn) => {
    const said = turn.conversation.filter((one) => one.role === 'user').map((one) => one.text)
    if (said.length === 0) {
      if (opening !== undefined) return opening
      throw new RealtimeKitError(
        'RTK_NO_MATCH',
        'the flow has no `opening`, but the app asked for a response before the user said anything',
      )
    }
    return walk(states, start, said)
  }
}

function walk(states: FlowStates, start: string, said: readonly string[]): Reply {
  let state = start
  let reply: Reply = ''
  for (const [index, text] of said.entries()) {
    const step = states[state]?.find((one) => expects(one, text))
    if (!step) throw wrongTurn(states, start, said.slice(0, index + 1))
    reply = step.reply
    state = step.to ?? state
  }
  return reply
}

function expects({ when }: FlowStep, text: string): boolean {
  if (when === undefined) return true
  const prepared = prepareText(text)
  const wanted = typeof when === 'string' || when instanceof RegExp ? [when] : when
  return wanted.some((one) => hasPhraseOrPattern(prepared, one))
}

/** The path as it was walked, then what was said against what was expected. */
function wrongTurn(states: FlowStates, start: string, said: readonly string[]): RealtimeKitError {
  const lines: string[] = []
  let state = start
  for (const text of said.slice(0, -1)) {
    const to = states[state]?.find((one) => expects(one, text))?.to ?? state
    lines.push(`    ${state} → ${to}  ${show(text)}`)
    state = to
  }
  const expected = (states[state] ?? []).map(({ when, to }) => `  - ${told(when)}${to === undefined ? '' : ` → ${to}`}`)
  lines.push(
    `  in state '${state}':`,
    ...(expected.length === 0 ? ['  - (the end: nothing more)'] : expected),
    `  + ${show(said.at(-1))}`,
  )
  return new RealtimeKitError(
    'RTK_NO_MATCH',
    [`user turn ${said.length} leaves the flow (- expected, + said)`, ...lines].join('\n'),
  )
}

function told(when: FlowStep['when']): string {
  if (when === undefined) return 'anything'
  return typeof when === 'string' || when instanceof RegExp ? show(when) : when.map(show).join(' or ')
}

function checkStates(states: FlowStates, start: string, opening: Reply | undefined): void {
  const names = Object.keys(states)
  if (opening !== undefined) checkReply('opening', opening)
  if (!names.includes(start)) throw slip(start === '' ? 'it has no states' : noState('it starts at', start, names))
  const reached = new Set([start])
  for (const name of reached) {
    for (const [index, { to, reply }] of (states[name] ?? []).entries()) {
      checkReply(`${name}[${index}]`, reply)
      if (to === undefined) continue
      if (!names.includes(to)) throw slip(noState(`step ${index + 1} of '${name}' leads to`, to, names))
      reached.add(to)
    }
  }
  const lost = names.filter((name) => !reached.has(name))
  if (lost.length > 0) throw slip(`no step leads to ${lost.map((name) => `'${name}'`).join(', ')}`)
}

function noState(what: string, name: string, names: readonly string[]): string {
  const near = nearName(name, names)
  return `${what} '${name}', which is no state. ${near === undefined ? `There are ${names.join(', ')}.` : `Did you mean '${near}'?`}`
}

function slip(what: string): RealtimeKitError {
  return new RealtimeKitError('RTK_REPLY', `flow: ${what}`)
}
