// Checks and merges the options of every door. A wrong name or type is an error at the author's line.

import type { RealtimeOptions } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'

interface Rule {
  readonly allowed: string
  accepts(value: unknown): boolean
}

const oneOf = (...names: (string | boolean)[]): Rule => ({
  allowed: names.map((name) => (typeof name === 'string' ? `'${name}'` : String(name))).join(', '),
  accepts: (value) => names.includes(value as string),
})
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value)
const orObject = (rule: Rule, what: string): Rule => ({
  allowed: `${rule.allowed} or ${what}`,
  accepts: (value) => rule.accepts(value) || isObject(value),
})
const list = (what: string, accepts: (entry: unknown) => boolean): Rule => ({
  allowed: `a list of ${what}`,
  accepts: (value) => Array.isArray(value) && value.every(accepts),
})
const isString = (value: unknown): boolean => typeof value === 'string'
const number: Rule = { allowed: 'a finite number', accepts: (value) => typeof value === 'number' && Number.isFinite(value) }
const object = (what: string): Rule => ({ allowed: what, accepts: isObject })
const anything: Rule = { allowed: 'anything', accepts: () => true }

function isScale(value: unknown): boolean {
  return isObject(value) && 'scale' in value && typeof value.scale === 'number' && value.scale > 0 && Number.isFinite(value.scale)
}

const rules: { readonly [K in keyof Required<RealtimeOptions>]: Rule } = {
  responses: object('an object of replies by name'),
  onUnmatched: oneOf('error', 'fallback'),
  fallback: anything,
  onWireError: oneOf('fail', 'ignore'),
  allowErrors: list('wire error codes', isString),
  vad: orObject(oneOf('energy', 'silero', 'silero-v6', 'silero-v4', 'truth'), 'a VadEngine'),
  transcription: orObject(oneOf('known', 'pocketsphinx', 'whisper', false), 'a TranscriptionEngine'),
  record: { allowed: 'a boolean or a name', accepts: (value) => typeof value === 'boolean' || isString(value) },
  epoch: number,
  voice: { allowed: 'the name of a voice or a SpeechEngine', accepts: (value) => isString(value) || isObject(value) },
  latency: {
    allowed: "'openai', 'instant', a partial LatencyProfile or a function of the turn",
    accepts: (value) => value === 'openai' || value === 'instant' || isObject(value) || typeof value === 'function',
  },
  timing: { allowed: "'virtual', 'real' or { scale: number above 0 }", accepts: (value) => value === 'virtual' || value === 'real' || isScale(value) },
  appTime: oneOf('follow', 'real'),
  profile: oneOf('openai', 'azure', 'beta'),
  keys: list('keys', isString),
  matching: oneOf('words', 'legacy'),
  seed: number,
  intercept: {
    allowed: 'a boolean, or a list of URLs (with *) and patterns',
    accepts: (value) => typeof value === 'boolean' || (Array.isArray(value) && value.every((entry) => isString(entry) || entry instanceof RegExp)),
  },
  handlers: list('handlers of vitest-realtime/msw', () => true),
  limits: object('an object of limits'),
}

/** Throws RTK_OPTION for an unknown name or a wrong type; `door` is the call that got them. */
export function checkOptions(options: unknown, door: string): asserts options is RealtimeOptions {
  if (options === undefined) return
  if (!isObject(options)) throw new RealtimeKitError('RTK_OPTION', `${door}: options must be an object, got ${show(options)}.`)
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) throw new RealtimeKitError('RTK_OPTION', unknownName(door, name))
    const rule = rules[name as keyof RealtimeOptions]
    if (value !== undefined && !rule.accepts(value)) {
      throw new RealtimeKitError('RTK_OPTION', `${door}: option '${name}' got ${show(value)}.\nAllowed: ${rule.allowed}.`)
    }
  }
}

function unknownName(door: string, name: string): string {
  const names = Object.keys(rules)
  const near = names.filter((other) => similar(other, name))
  const hint = near.length ? `Did you mean '${near[0]}'?` : `Allowed: ${names.join(', ')}.`
  return `${door}: there is no option '${name}'.\n${hint}`
}

function similar(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  if (x.includes(y) || y.includes(x)) return true
  return editDistance(x, y) <= Math.max(1, Math.floor(Math.max(x.length, y.length) / 3))
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}

function show(value: unknown): string {
  if (typeof value === 'function') return `a function`
  try {
    return `${JSON.stringify(value) ?? String(value)} (${Array.isArray(value) ? 'array' : typeof value})`
  } catch {
    return `an ${typeof value}`
  }
}

/** Inner options win; `responses` and `allowErrors` add up. */
export function mergeOptions(outer: RealtimeOptions, inner: RealtimeOptions): RealtimeOptions {
  return {
    ...outer,
    ...inner,
    ...(outer.responses || inner.responses ? { responses: { ...outer.responses, ...inner.responses } } : {}),
    ...(outer.allowErrors || inner.allowErrors ? { allowErrors: [...(outer.allowErrors ?? []), ...(inner.allowErrors ?? [])] } : {}),
  }
}
