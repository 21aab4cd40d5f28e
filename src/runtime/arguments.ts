// Checks of what authors give to the methods of the public API: an unknown name or a wrong type is an error at the author's
// line that names the call, the option, what it got, and what is allowed. Replies are checked in responses/validate-reply.ts.

import { isInt16Array } from '../../audio/array-kinds.ts'
import { allClientEventTypes, allServerEventTypes, isAnyClientEventType, isAnyServerEventType } from '../protocol/event-types.ts'
import { isRecord } from '../protocol/json.ts'
import { gaNamesOf } from '../protocol/renamed.ts'
import { nearName } from '../responses/near-name.ts'
import { checkOptions, type OptionRule, type OptionRules, type Place, refuse, rule } from '../responses/option-check.ts'

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const text = rule('a text', isText)
const flag = rule('true or false', (value) => typeof value === 'boolean')
const ms = rule('milliseconds of the clock, 0 or more', (value) => isNumber(value) && value >= 0)
const phrase = rule('a text or a RegExp', (value) => isText(value) || value instanceof RegExp)
const timeout = ms

/** What a socket may be closed with: 1005 is a close frame without a code, 1006 no close frame at all. */
export const closeCode: OptionRule = rule(
  'a close code: 1000 to 1003, 1005 to 1014, or 3000 to 4999',
  (value) => Number.isInteger(value) && isCloseCode(value as number),
)
const isCloseCode = (code: number): boolean => (code >= 1000 && code <= 1014 && code !== 1004) || (code >= 3000 && code <= 4999)

/** Options of the waits. */
export const waitRules: OptionRules = { timeout }
export const nextResponseRules: OptionRules = { name: text, outOfBand: flag, timeout }
export const saysRules: OptionRules = {
  voice: text,
  speed: rule('a number above 0, 1 is normal', (value) => isNumber(value) && value > 0),
  pitchHz: rule('Hz, a number above 0', (value) => isNumber(value) && value > 0),
  snrDb: rule('decibels, a number', isNumber),
  effects: rule(
    'an array of effects: functions of a sound that give a sound',
    (value) => Array.isArray(value) && value.every((effect) => typeof effect === 'function'),
    (value) => (typeof value === 'function' ? 'Write [effect].' : undefined),
  ),
  seed: rule('a number', isNumber),
}
export const interruptsRules: OptionRules = { ...saysRules, afterMs: ms }
export const secretRules: OptionRules = {
  session: rule('a session object', isRecord),
  expiresInSeconds: rule('seconds, a number above 0', (value) => isNumber(value) && value > 0),
}
export const incomingCallRules: OptionRules = {
  from: text,
  to: text,
  headers: rule('an object of texts by name', (value) => isRecord(value) && Object.values(value).every(isText)),
  secret: text,
}
export const filterRules: OptionRules = {
  model: text,
  instructions: phrase,
  intent: rule("'transcription' or 'translation'", (value) => value === 'transcription' || value === 'translation'),
}

function placeOf(call: string, path = ''): Place {
  return { subject: call, path, code: 'RTK_OPTION' }
}

/** Checks the options of a call; undefined is fine. */
export function checkCall(call: string, options: unknown, rules: OptionRules): void {
  if (options === undefined) return
  const names = Object.keys(rules).join(', ')
  if (!isRecord(options)) refuse(placeOf(call), options, `an object with ${names}`)
  checkOptions(options, rules, placeOf(call))
}

/** Checks an argument that must be there. */
export function checkArgument(call: string, name: string, value: unknown, { expected, problem }: OptionRule): void {
  const place = placeOf(call, name)
  const hint = problem(value, place)
  if (hint !== undefined) refuse(place, value, expected, hint)
}

/** The fields of an event that a wait looks for. */
export function checkFields(call: string, fields: unknown): void {
  checkArgument(call, 'matching', fields, rule('an object of fields of the event', isRecord))
}

/** What the caller may say: a text, or sound. */
export function checkSound(call: string, what: unknown): void {
  if (isText(what) || isPcm(what)) return
  refuse(placeOf(call, 'what'), what, 'a text or sound (`await speech(…)`, any Pcm)', soundHint(what))
}

/** As far as whoever speaks or plays it needs it to be one. */
function isPcm(value: unknown): boolean {
  if (!isRecord(value) || !isInt16Array(value.samples)) return false
  return isNumber(value.rateHz) && value.rateHz > 0 && isNumber(value.durationMs) && typeof value.frames === 'function'
}

function soundHint(what: unknown): string {
  if (what instanceof Promise) return 'Did you forget `await` before speech(…)?'
  const isBytes = what instanceof ArrayBuffer || ArrayBuffer.isView(what)
  if (!isBytes && !(isRecord(what) && 'samples' in what)) return ''
  return `Make a Pcm of ${isBytes ? 'it' : 'them'} with pcm(${isBytes ? 'bytes' : 'samples'}, rateHz) of 'vitest-realtime/audio': an Int16Array, or bytes of PCM16.`
}

export function checkMs(call: string, name: string, value: unknown): void {
  checkArgument(call, name, value, ms)
}

export function checkPhrase(call: string, value: unknown): void {
  checkArgument(call, 'what', value, phrase)
}

/** Where the app takes its webhooks. */
export function checkWebhookApp(call: string, app: unknown): void {
  const isUrl = isText(app) && URL.canParse(app) && /^https?:/.test(app)
  if (isUrl || app instanceof URL || typeof app === 'function') return
  const hint = isText(app) && app.startsWith('/') ? 'Give the whole URL, with the port of the server.' : ''
  refuse(placeOf(call, 'app'), app, "the http URL of the app's webhook endpoint, or its handler (Request to Response)", hint)
}

/** Keys of a telephone. */
export function checkKeys(call: string, keys: unknown): void {
  const isKeys = isText(keys) && /^[0-9*#A-D]+$/.test(keys)
  if (!isKeys) refuse(placeOf(call, 'keys'), keys, 'keys of a telephone: digits, *, #, A to D')
}

type Direction = 'server' | 'client' | 'any'

/** The name of an event, as the service (`server`) or the app (`client`) sends it. */
export function checkEventType(call: string, type: unknown, direction: Direction, other = ''): void {
  const problem = typeof type === 'string' ? eventProblem(type, direction, other) : ''
  if (problem !== undefined) refuse(placeOf(call, 'type'), type, expectedEvent[direction], problem)
}

const expectedEvent: Readonly<Record<Direction, string>> = {
  server: 'the name of a server event',
  client: 'the name of a client event',
  any: 'the name of an event',
}

function eventProblem(type: string, direction: Direction, other: string): string | undefined {
  const isServer = isAnyServerEventType(type)
  const isClient = isAnyClientEventType(type)
  if (direction === 'any' ? isServer || isClient : direction === 'server' ? isServer : isClient) return undefined
  if (isServer || isClient)
    return `The ${isServer ? 'service sends it, not the app' : 'app sends it, not the service'}${other ? `: use ${other}` : ''}.`
  const renamed = gaNamesOf(type)
  if (renamed.length) return `It is a name of the beta API; in GA it is ${renamed.map((name) => `'${name}'`).join(' and ')}.`
  const near = nearName(type, [
    ...(direction === 'client' ? [] : allServerEventTypes),
    ...(direction === 'server' ? [] : allClientEventTypes),
  ])
  return near === undefined ? '' : `Did you mean '${near}'?`
}

/** A rule for a field that names an event. */
export function eventRule(direction: Direction): OptionRule {
  return {
    expected: expectedEvent[direction],
    problem: (value) => (typeof value === 'string' ? eventProblem(value, direction, '') : ''),
  }
}
