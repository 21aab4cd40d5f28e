// Checks and merges the options of every door. A wrong name or type is an error at the author's line.

import type { Plugin, RealtimeOptions } from '../api.ts'
import { isRecord } from '../protocol/json.ts'
import { checkFlow } from '../responses/flow-check.ts'
import {
  checkOptions as checkRules,
  type OptionRule,
  type OptionRules,
  objectOf,
  oneOf,
  refuse,
  rule,
} from '../responses/option-check.ts'
import { checkReply } from '../responses/validate-reply.ts'
import type { Behavior } from '../session/behavior.ts'
import { openaiLatency } from '../session/latency.ts'
import { closeCode } from './arguments.ts'
import { recognizerOf } from './engines.ts'
import { firstSessionProblem } from './first-session.ts'
import { linkHandlerOf } from './link-handlers.ts'
import { checkMcpServer } from './mcp-servers.ts'
import { isPluginName } from './plugin-name.ts'
import { checkPlugins } from './plugins.ts'
import type { RecordingPlace } from './recording-place.ts'

const isString = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** One of a few words, or something else. */
function oneOfOr(names: readonly string[], other: string, fits: (value: unknown) => boolean): OptionRule {
  const words = oneOf(names)
  return {
    expected: `${words.expected}, or ${other}`,
    problem: (value, place) => (fits(value) ? undefined : words.problem(value, place)),
  }
}

const list = (what: string, fits: (entry: unknown) => boolean) =>
  rule(
    `an array of ${what}`,
    (value) => Array.isArray(value) && value.every(fits),
    (value) => (isString(value) ? `Write [${JSON.stringify(value)}].` : undefined),
  )

/** An engine of the author: an object with a method of that name, or several. */
const hasMethod = (name: string) => (value: unknown) => isRecord(value) && typeof value[name] === 'function'

const isScale = (value: unknown): boolean =>
  isRecord(value) && Object.keys(value).length === 1 && isNumber(value.scale) && value.scale > 0

const delays = rule('milliseconds, 0 or more', (value) => isNumber(value) && value >= 0)
const profileRules: OptionRules = {
  ...Object.fromEntries(Object.keys(openaiLatency).map((name) => [name, delays])),
  audioSpeed: rule('a number above 0', (value) => isNumber(value) && value > 0),
}

const namedLatency = oneOf(['openai', 'instant'])
const latency: OptionRule = {
  expected: `${namedLatency.expected}, a partial LatencyProfile, or a function of the turn`,
  problem(value, place) {
    if (typeof value === 'function') return undefined
    if (!isRecord(value)) return namedLatency.problem(value, place)
    checkRules(value, profileRules, place)
    return undefined
  },
}

const isMs = (value: unknown): boolean => isNumber(value) && value >= 0
const isCount = (value: unknown): boolean => isNumber(value) && Number.isInteger(value) && value >= 1
const chunks = oneOf(['character', 'word', 'token'])

const streamingRules: OptionRules = {
  chunk: {
    expected: `${chunks.expected}, or a function of the text`,
    problem: (value, place) => (typeof value === 'function' ? undefined : (chunks.problem(value, place) ?? undefined)),
  },
  delayMs: rule(
    'milliseconds (0 or more), several, or a function of the delta',
    (value) => typeof value === 'function' || isMs(value) || (Array.isArray(value) && value.length > 0 && value.every(isMs)),
  ),
  jitterMs: delays,
  burst: rule('how many deltas, 1 or more', isCount),
  stall: rule(
    '{ after: deltas (1 or more), ms, repeat? }',
    (value) =>
      isRecord(value) &&
      isCount(value.after) &&
      isMs(value.ms) &&
      (value.repeat === undefined || typeof value.repeat === 'boolean') &&
      Object.keys(value).every((key) => ['after', 'ms', 'repeat'].includes(key)),
  ),
}

const recordRules: OptionRules = {
  name: rule('a name, not empty', (value) => isString(value) && value !== ''),
  redact: list('texts and RegExps', (entry) => (isString(entry) && entry !== '') || entry instanceof RegExp),
}

const positive = (unit: string): OptionRule => rule(`${unit}, a number above 0`, (value) => isNumber(value) && value > 0)
const flag = rule('true or false', (value) => typeof value === 'boolean')
const code = rule('a text or null', (value) => value === null || isString(value))

const behaviorRules: { readonly [K in keyof Behavior]: OptionRule } = {
  conversationCreated: flag,
  bargeIn: oneOf(['speech-started', 'response-done']),
  overlapError: flag,
  duplicateItemIds: oneOf(['refuse', 'append']),
  maxItemIdLength: positive('characters'),
  phase: flag,
  mcpFollowUp: flag,
  trailingAudio: flag,
  betaRest: flag,
  oversizeCloseCode: closeCode,
  sessionKindCode: code,
  transcriptionResponseCode: code,
  sidebandNeedsModel: flag,
  unknownCall: oneOf(['http-404', 'close']),
  minSpeechMs: delays,
}

const rules: { readonly [K in keyof Required<RealtimeOptions>]: OptionRule } = {
  responses: rule('an object of replies by name', isRecord),
  flows: rule('an object of flows { states, start?, opening? } by name', isRecord),
  onUnmatched: oneOf(['error', 'fallback']),
  fallback: rule(
    'a reply: a text, a config or a function',
    (value) => isString(value) || typeof value === 'function' || isRecord(value),
  ),
  onWireError: oneOf(['fail', 'ignore']),
  allowErrors: list('wire error codes', isString),
  vad: oneOfOr(
    ['energy', 'silero', 'silero-v6', 'silero-v4', 'truth'],
    'a VadEngine (an object with `open`)',
    (value) => isPluginName(value) || hasMethod('open')(value),
  ),
  transcription: oneOfOr(
    ['known', 'pocketsphinx', 'whisper'],
    'false, or a TranscriptionEngine (an object with `transcribe`)',
    (value) => value === false || isPluginName(value) || hasMethod('transcribe')(value),
  ),
  record: {
    expected: "true, a name such as 'booking', or { name, redact }",
    problem(value, place) {
      if (typeof value === 'boolean' || (isString(value) && value !== '')) return undefined
      if (!isRecord(value)) return ''
      checkRules(value, recordRules, place)
      return undefined
    },
  },
  epoch: rule('Unix milliseconds', isNumber, (value) => (value instanceof Date ? 'Write date.getTime().' : undefined)),
  voice: rule(
    'the name of a voice or a SpeechEngine (an object with `synthesize`)',
    (value) => isString(value) || hasMethod('synthesize')(value),
  ),
  latency,
  streaming: objectOf('streaming', streamingRules),
  timing: oneOfOr(['virtual', 'real'], '{ scale: number above 0 }', isScale),
  appTime: oneOf(['follow', 'real']),
  profile: oneOf(['openai', 'azure', 'beta']),
  keys: list('keys', isString),
  matching: oneOf(['words', 'legacy']),
  plugins: {
    expected: 'an array of plugins',
    problem(value, place) {
      checkPlugins(value, place)
      return undefined
    },
  },
  intents: rule(
    'an object of arrays of words, by intent',
    (value) =>
      isRecord(value) &&
      Object.values(value).every(
        (words) => Array.isArray(words) && words.length > 0 && words.every((word) => isString(word) && word !== ''),
      ),
  ),
  session: {
    expected: 'the session of a client secret, without its `type`',
    problem: (value) => (isRecord(value) ? firstSessionProblem(value) : ''),
  },
  seed: rule('a number', isNumber),
  intercept: rule(
    'a boolean, or an array of URLs (with *) and RegExps',
    (value) =>
      typeof value === 'boolean' || (Array.isArray(value) && value.every((entry) => isString(entry) || entry instanceof RegExp)),
    (value) =>
      isString(value) || value instanceof RegExp
        ? `Write [${isString(value) ? JSON.stringify(value) : String(value)}].`
        : undefined,
  ),
  handlers: list('handlers that link(…).on(…) of vitest-realtime/msw gives', (value) => linkHandlerOf(value) !== undefined),
  limits: objectOf('limits', {
    sessionMinutes: positive('minutes'),
    tokensPerMinute: positive('tokens'),
    contextTokens: positive('tokens'),
    messageBytes: positive('bytes'),
  }),
  behavior: objectOf('behavior', behaviorRules),
  mcp: {
    expected: 'an object of MCP servers by label',
    problem(value, place) {
      if (!isRecord(value)) return ''
      for (const [label, server] of Object.entries(value)) checkMcpServer(server, { ...place, path: `${place.path}.${label}` })
      return undefined
    },
  },
  webhookSecret: rule("a text that begins with 'whsec_'", (value) => isString(value) && value.startsWith('whsec_')),
  deflate: rule('true or false', (value) => typeof value === 'boolean'),
}

/** Throws RTK_OPTION for an unknown name or a wrong type, RTK_REPLY for a reply that is none; `door` is the call that got them. */
export function checkOptions(options: unknown, door: string): asserts options is RealtimeOptions {
  if (options === undefined) return
  const place = { subject: door, path: '', code: 'RTK_OPTION' } as const
  if (!isRecord(options)) refuse(place, options, 'an object of options')
  checkRules(options, rules satisfies OptionRules, place)
  const { responses = {}, flows = {}, fallback, matching, transcription } = options as RealtimeOptions
  // An engine that this version cannot drive is the author's error, not the first session's.
  if (!isPluginName(transcription)) recognizerOf(transcription)
  for (const [name, reply] of Object.entries(responses)) checkReply(name, reply, matching)
  for (const [name, flow] of Object.entries(flows)) {
    checkFlow(name, flow)
    const both = `a reply and a flow are named '${name}'`
    if (Object.hasOwn(responses, name)) refuse({ ...place, path: `flows.${name}` }, flow, `named otherwise: ${both}`)
  }
  if (fallback !== undefined) checkReply('fallback', fallback, matching)
}

/**
 * What options forbid each other, once they are all merged.
 *
 * @throws RealtimeKitError RTK_OPTION
 */
export function checkTogether({ deflate, timing = 'virtual', record }: RealtimeOptions, place?: RecordingPlace): void {
  const isNamed = typeof record === 'string' || (typeof record === 'object' && record.name !== undefined)
  if (record && !place) {
    const mend = 'Tests and createLocalRealtime() write recordings so; `vitest-realtime serve` does with --record DIR.'
    refuse({ subject: 'options', path: 'record', code: 'RTK_OPTION' }, record, 'left out here', mend)
  }
  if (record && place?.test === '' && !isNamed) {
    const mend = "There is no test to call the recording after: write record: 'booking'."
    refuse({ subject: 'options', path: 'record', code: 'RTK_OPTION' }, record, 'a name, or { name }', mend)
  }
  if (deflate !== true || timing !== 'virtual') return
  const mend = "zlib's threads are hidden from a virtual clock. Leave it out, or set timing: 'real'."
  refuse({ subject: 'options', path: 'deflate', code: 'RTK_OPTION' }, true, "false or left out with timing 'virtual'", mend)
}

/** Inner options win; `responses`, `flows`, `mcp`, `allowErrors` and `handlers` add up, the inner handlers first. */
export function mergeOptions(outer: RealtimeOptions, inner: RealtimeOptions): RealtimeOptions {
  return {
    ...outer,
    ...inner,
    ...(outer.responses || inner.responses ? { responses: { ...outer.responses, ...inner.responses } } : {}),
    ...(outer.flows || inner.flows ? { flows: { ...outer.flows, ...inner.flows } } : {}),
    ...(outer.plugins || inner.plugins ? { plugins: mergePlugins(outer.plugins ?? [], inner.plugins ?? []) } : {}),
    ...(outer.intents || inner.intents ? { intents: { ...outer.intents, ...inner.intents } } : {}),
    ...(outer.mcp || inner.mcp ? { mcp: { ...outer.mcp, ...inner.mcp } } : {}),
    ...(outer.allowErrors || inner.allowErrors
      ? { allowErrors: [...(outer.allowErrors ?? []), ...(inner.allowErrors ?? [])] }
      : {}),
    ...(outer.handlers || inner.handlers ? { handlers: [...(inner.handlers ?? []), ...(outer.handlers ?? [])] } : {}),
  }
}

/** The outer ones first; an inner one of the same name takes the place of the outer one. */
function mergePlugins(outer: readonly Plugin[], inner: readonly Plugin[]): readonly Plugin[] {
  return [...outer.filter((one) => inner.every(({ name }) => name !== one.name)), ...inner]
}
