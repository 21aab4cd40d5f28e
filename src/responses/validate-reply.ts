// What a reply may be, and the errors for what it may not. Called where the author writes the reply, and again
// for what a reply function returned.

import { isInt16Array } from '../../audio/array-kinds.ts'
import type { Reply, ReplyConfig } from '../api.ts'
import { isRecord } from '../protocol/json.ts'
import type { MatchingMode } from './matching.ts'
import { checkOptions, type OptionRules, oneOf, type Place, refuse, rule, show } from './option-check.ts'
import { checkWhen, criteriaRules } from './validate-when.ts'

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const sayRules = {
  text: rule('a text, several texts, or a function of the turn that gives them', isSaid),
  preamble: rule('a text or a function of the turn that gives one', (value) => isText(value) || typeof value === 'function'),
  audio: rule('sound (`await speech(…)`, any Pcm) or the path of a WAV file', isSound, (value) =>
    value instanceof Promise ? 'Did you forget `await`?' : undefined,
  ),
  call: { expected: 'a call { name, arguments? } or several', problem: callProblem },
  delayMs: rule('milliseconds, 0 or more', (value) => isNumber(value) && value >= 0),
  finish: oneOf(['completed', 'max_output_tokens', 'content_filter']),
} as const satisfies OptionRules

function isSaid(value: unknown): boolean {
  if (isText(value) || typeof value === 'function') return true
  return Array.isArray(value) && value.length > 0 && value.every(isText)
}

const thenRule = {
  expected: 'a text, a config or a function',
  problem: (value: unknown, place: Place) => {
    checkThen(value, place, new Set())
    return undefined
  },
}

const chooseRules = {
  times: rule('a whole number, 1 or more', (value) => isNumber(value) && Number.isInteger(value) && value >= 1),
  priority: rule('a number', isNumber),
  generate: rule("the name of a generator of a plugin, 'PLUGIN:NAME'", (value) => isText(value) && /.:./.test(value)),
  with: rule('anything', () => true),
} as const satisfies OptionRules

/** Keys that other kits and the old system use, and those of `when`. */
const elsewhere: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(criteriaRules).map((key) => [key, `It belongs into \`when: { ${key}: … }\`.`])),
  match: 'Did you mean `when`?',
  on: 'Did you mean `when`?',
  say: 'Did you mean `text`?',
  response: 'Did you mean `text`?',
  content: 'Did you mean `text`?',
  delay: 'Did you mean `delayMs`?',
  delay_seconds: 'Did you mean `delayMs` (milliseconds)?',
  function_call: 'Did you mean `call`?',
  functionCall: 'Did you mean `call`?',
  tool_calls: 'Did you mean `call`?',
  once: 'Use `respondOnce(…)`, or `times: 1`.',
}

const notUnderThen = Object.fromEntries(
  ['when', 'times', 'priority'].map((key) => [key, 'A `then` answers the call it stands beside; nothing else competes with it.']),
)

/**
 * Checks a reply as an author gave it.
 *
 * @throws RealtimeKitError RTK_REPLY that names the option, what it got and what is allowed.
 * @example checkReply('greeting', { when: 'hello', text: 'Hi!' })
 */
export function checkReply(name: string, reply: unknown, mode: MatchingMode = 'words'): asserts reply is Reply {
  if (!isText(reply) && typeof reply !== 'function') checkConfig(name, reply, mode)
}

/** The same for a config. */
export function checkConfig(name: string, config: unknown, mode: MatchingMode = 'legacy'): asserts config is ReplyConfig {
  const place = { subject: `reply '${name}'`, path: '' }
  const isLate = config instanceof Promise
  if (isLate || !isRecord(config))
    refuse(place, config, 'a text, a config or a function', isLate ? 'Did you forget `await`?' : '')
  const whenRule = {
    expected: '',
    problem: (value: unknown, at: Place) => {
      checkWhen(value, at, mode)
      return undefined
    },
  }
  checkOptions(config, { ...sayRules, then: thenRule, when: whenRule, ...chooseRules }, place, elsewhere)
  checkSubstance(config, place)
}

/** The same for a value that a reply function returned, where nothing is left to choose. */
export function checkReturned(name: string, config: unknown): asserts config is ReplyConfig {
  const place = { subject: `what the function of reply '${name}' returned`, path: '' }
  if (!isRecord(config)) refuse(place, config, 'a text, a config or a function')
  checkOptions(config, { ...sayRules, then: thenRule }, place, {
    ...elsewhere,
    ...Object.fromEntries(
      ['when', 'times', 'priority'].map((key) => [key, 'The reply was chosen already: give it beside the function.']),
    ),
  })
  checkSubstance(config, place)
}

function checkThen(reply: unknown, place: Place, seen: Set<object>): void {
  if (isText(reply) || typeof reply === 'function') return
  if (!isRecord(reply)) refuse(place, reply, thenRule.expected)
  if (seen.has(reply)) return
  seen.add(reply)
  const then = {
    ...thenRule,
    problem: (value: unknown, at: Place) => {
      checkThen(value, at, seen)
      return undefined
    },
  }
  checkOptions(reply, { ...sayRules, then }, place, { ...elsewhere, ...notUnderThen })
  checkSubstance(reply, place)
}

/** What one key alone cannot tell: a reply must do something, and `then` needs a call to follow. */
function checkSubstance(config: Record<string, unknown>, place: Place): void {
  const inside = place.path === '' ? '' : `${place.path}.`
  if (config.then !== undefined && config.call === undefined) {
    refuse(
      { ...place, path: `${inside}then` },
      config.then,
      'beside `call`',
      'It answers the response that follows the output of the call.',
    )
  }
  if (Array.isArray(config.text) && config.audio !== undefined)
    refuse({ ...place, path: `${inside}audio` }, config.audio, 'beside one text', 'Several texts are a message each.')
  if (config.generate !== undefined) {
    const other = ['text', 'preamble', 'audio', 'call', 'then', 'delayMs', 'finish'].find((key) => config[key] !== undefined)
    if (other !== undefined)
      refuse(
        { ...place, path: `${inside}${other}` },
        config[other],
        'left out beside `generate`',
        'The generator makes the reply.',
      )
    return
  }
  const isIdle = ['text', 'preamble', 'audio', 'call', 'finish'].every((key) => config[key] === undefined)
  if (isIdle) refuse(place, config, 'a reply that does something', 'Give it `text`, `audio` or `call`.')
}

function callProblem(value: unknown, place: Place): string | undefined {
  if (Array.isArray(value) && value.length === 0) return ''
  const calls: readonly unknown[] = Array.isArray(value) ? value : [value]
  for (const [index, call] of calls.entries()) {
    if (typeof call === 'string') return `Write { name: ${show(call)} }.`
    if (!isRecord(call)) return ''
    checkOptions(call, callRules, Array.isArray(value) ? { ...place, path: `${place.path}[${index}]` } : place, callElsewhere)
    if (call.name === undefined) return '`name` is missing.'
  }
  return undefined
}

const callRules: OptionRules = {
  name: rule('the name of a function', (value) => isText(value) && value !== ''),
  arguments: rule(
    'an object, or a function of the turn',
    (value) => isRecord(value) || typeof value === 'function',
    (value) => (isText(value) ? 'Give the object, not its JSON.' : undefined),
  ),
  server: rule('the `server_label` of an MCP server', (value) => isText(value) && value !== ''),
}

const callElsewhere = {
  args: 'Did you mean `arguments`?',
  parameters: 'Did you mean `arguments`?',
  server_label: 'Did you mean `server`?',
  then: 'It belongs beside `call`.',
}

function isSound(value: unknown): boolean {
  if (isText(value)) return value !== ''
  return isRecord(value) && isInt16Array(value.samples) && isNumber(value.rateHz)
}
