// Replies of JSON configs: texts and arguments with placeholders (`{{user.text}}`), patterns written as '/…/i'.
// In TypeScript a text that depends on the turn is a function; this makes that function.

import type { Reply, Turn } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import { nearName } from './near-name.ts'
import { show } from './option-check.ts'
import { checkReply } from './validate-reply.ts'

/**
 * What placeholders begin with, and what may follow; null: anything, as only the turn knows. `call.NAME` is the last call of that
 * function, with `result` and `arguments`; `captured` what the groups of the pattern in `when` caught.
 */
const roots: Readonly<Record<string, readonly string[] | null>> = {
  user: ['text', 'transcript', 'keys'],
  turn: ['number'],
  session: ['id', 'model', 'voice'],
  captured: null,
  metadata: null,
  instructions: [],
  result: null,
  call: null,
}

/** What these have are texts and numbers. */
const plainRoots: readonly string[] = ['user', 'turn', 'session', 'captured', 'metadata']

const placeholder = /\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}]*?)\s*)?\}\}/g

/**
 * The function that fills a template: `{{user.text}}`, `{{user.transcript}}` (what the app was told), `{{user.keys}}`,
 * `{{turn.number}}`, `{{session.voice}}`, `{{metadata.topic}}`, `{{captured.seats}}`, `{{result.day}}`,
 * `{{call.get_weather.result.temp}}`; `{{result.day | some day}}` has a default. `groups`: what `captured` has, where that is known.
 *
 * @throws RealtimeKitError RTK_REPLY: here for a placeholder that cannot be, later for one that has no value in a turn.
 * @example compileTemplate('one', 'You said {{user.text}}')(turn) // 'You said hello'
 */
export function compileTemplate(name: string, source: string, groups?: readonly string[]): (turn: Turn) => string {
  for (const [whole, path = ''] of source.matchAll(placeholder)) checkPlaceholder(name, whole, path, groups)
  const open = /\{\{.{0,20}/s.exec(source.replace(placeholder, ''))
  if (open) throw new RealtimeKitError('RTK_REPLY', `reply '${name}': ${show(open[0])} is no placeholder. One is {{user.text}}.`)
  return (turn) =>
    source.replace(placeholder, (whole, path: string, otherwise?: string) => textOf(fill(name, whole, path, otherwise, turn)))
}

function checkPlaceholder(name: string, whole: string, path: string, groups: readonly string[] | undefined): void {
  const [root = '', second, third] = path.split('.')
  const refuseName = (given: string, known: readonly string[], place: string): never => {
    const near = nearName(given, known)
    const isGroup = root === 'captured' && third === undefined
    const none = isGroup ? '`when` has no pattern with groups.' : `Nothing follows \`${path.slice(0, path.lastIndexOf('.'))}\`.`
    const listed = known.length === 0 ? none : `${place} ${known.join(', ')}.`
    const mend = near === undefined ? listed : `Did you mean \`${near}\`?`
    throw new RealtimeKitError('RTK_REPLY', `reply '${name}': no such placeholder ${whole}. ${mend}`)
  }
  if (path.endsWith('.') || path.includes('..'))
    throw new RealtimeKitError('RTK_REPLY', `reply '${name}': no such placeholder ${whole}. A name is missing beside a dot.`)
  if (!Object.hasOwn(roots, root)) refuseName(root, Object.keys(roots), 'They begin with')
  const known = root === 'captured' ? groups : roots[root]
  if (known && second !== undefined && !known.includes(second)) refuseName(second, known, `\`${root}\` has`)
  if (third !== undefined && plainRoots.includes(root)) refuseName(third, [], '')
  const needsMore = root !== 'instructions' && root !== 'result'
  if (needsMore && second === undefined) refuseName('', known ?? ['a name'], `After \`${root}.\` comes`)
  if (root === 'call' && third !== 'result' && third !== 'arguments')
    refuseName(third ?? '', ['result', 'arguments'], `After \`call.${second}.\` comes`)
}

/** The function that fills the placeholders of arguments, at any depth. What is nothing but one placeholder keeps its type. */
function compileArguments(name: string, source: unknown, groups: readonly string[]): (turn: Turn) => unknown {
  if (typeof source === 'string') {
    const only = /^\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}]*?)\s*)?\}\}$/.exec(source)
    const template = compileTemplate(name, source, groups)
    return only ? (turn) => fill(name, source, only[1] ?? '', only[2], turn) : template
  }
  if (Array.isArray(source)) {
    const parts = source.map((one) => compileArguments(name, one, groups))
    return (turn) => parts.map((part) => part(turn))
  }
  if (!isRecord(source)) return () => source
  const parts = Object.entries(source).map(([key, one]) => [key, compileArguments(name, one, groups)] as const)
  return (turn) => Object.fromEntries(parts.map(([key, part]) => [key, part(turn)]))
}

/**
 * A reply as JSON holds it, as a reply: texts become templates, '/…/i' in `when` a RegExp.
 *
 * @throws RealtimeKitError RTK_REPLY for what is no reply, as `respond` would.
 * @example replyFromJson('echo', { when: '/^say/i', text: 'You said {{user.text}}' })
 */
export function replyFromJson(name: string, json: unknown): Reply {
  const reply = reviveReply(name, json, groupsOf(name, json))
  checkReply(name, reply)
  return reply
}

/** What the patterns of a `when` may catch: names, and numbers from 1. A `then` sees the same. */
function groupsOf(name: string, json: unknown): readonly string[] {
  if (!isRecord(json)) return []
  const when = reviveWhen(name, json.when)
  const patterns =
    isRecord(when) && !(when instanceof RegExp) ? [when.says, when.instructions, ...[when.patterns ?? []].flat()] : [when]
  return patternGroups(patterns)
}

/** The groups of all patterns among the values. */
export function patternGroups(values: readonly unknown[]): readonly string[] {
  return values.flatMap((one) => {
    if (!(one instanceof RegExp)) return []
    // An alternative that always matches tells how many groups there are.
    const match = new RegExp(`${one.source}|`, one.flags.replace(/[gy]/g, '')).exec('')
    return [...Object.keys(match?.groups ?? {}), ...(match ?? []).slice(1).map((_, index) => String(index + 1))]
  })
}

/** As `replyFromJson`, unchecked; `groups` is what its placeholders find in `captured`. */
export function reviveReply(name: string, json: unknown, groups: readonly string[]): unknown {
  if (typeof json === 'string') return json.includes('{{') ? { text: compileTemplate(name, json, groups) } : json
  if (!isRecord(json)) return json
  const { text, preamble, call, then, when } = json
  return {
    ...json,
    ...(text === undefined ? {} : { text: reviveText(name, text, groups) }),
    ...(preamble === undefined ? {} : { preamble: reviveText(name, preamble, groups) }),
    ...(call === undefined ? {} : { call: reviveCalls(name, call, groups) }),
    ...(then === undefined ? {} : { then: reviveReply(`${name}.then`, then, groups) }),
    ...(when === undefined ? {} : { when: reviveWhen(name, when) }),
  }
}

function reviveCalls(name: string, call: unknown, groups: readonly string[]): unknown {
  if (Array.isArray(call)) return call.map((one) => reviveCalls(name, one, groups))
  if (!isRecord(call) || !isRecord(call.arguments) || !JSON.stringify(call.arguments).includes('{{')) return call
  return { ...call, arguments: compileArguments(name, call.arguments, groups) }
}

/** A template becomes a function of the turn; several texts, of which any is a template, one function for all. */
function reviveText(name: string, text: unknown, groups: readonly string[]): unknown {
  if (typeof text === 'string') return text.includes('{{') ? compileTemplate(name, text, groups) : text
  if (!Array.isArray(text) || !text.every((one) => typeof one === 'string') || !text.some((one) => one.includes('{{')))
    return text
  const templates = text.map((one) => compileTemplate(name, one, groups))
  return (turn: Turn) => templates.map((fill) => fill(turn))
}

function reviveWhen(name: string, when: unknown): unknown {
  if (!isRecord(when)) return revivePattern(name, when)
  const { says, instructions, patterns, keywords, excludedKeywords } = when
  for (const words of [keywords, excludedKeywords])
    refusePatterns(name, words, () => 'Patterns belong into `says` or `patterns`.')
  return {
    ...when,
    ...(says === undefined ? {} : { says: revivePattern(name, says) }),
    ...(instructions === undefined ? {} : { instructions: revivePattern(name, instructions) }),
    ...(Array.isArray(patterns) ? { patterns: patterns.map((one) => revivePattern(name, one)) } : {}),
  }
}

const writtenPattern = /^\/(.+)\/([dgimsuvy]*)$/s

/** Among phrases a pattern would be taken by the letter, and never be said. */
function refusePatterns(name: string, phrases: unknown, mend: (pattern: string) => string): void {
  const pattern: unknown = Array.isArray(phrases)
    ? phrases.find((one) => typeof one === 'string' && writtenPattern.test(one))
    : undefined
  if (typeof pattern !== 'string') return
  throw new RealtimeKitError('RTK_REPLY', `reply '${name}': ${show(pattern)} is a pattern among phrases. ${mend(pattern)}`)
}

/** '/…/i' as a RegExp; anything else as it is. */
export function revivePattern(name: string, value: unknown): unknown {
  refusePatterns(name, value, () => "A pattern stands alone: one step for each, or one '/table|reserv.*/i' for all.")
  const parts = typeof value === 'string' ? writtenPattern.exec(value) : null
  if (!parts) return value
  try {
    return new RegExp(parts[1] ?? '', parts[2])
  } catch (cause) {
    throw new RealtimeKitError('RTK_REPLY', `reply '${name}': ${show(value)} is no valid regular expression`, { cause })
  }
}

function fill(name: string, whole: string, path: string, otherwise: string | undefined, turn: Turn): unknown {
  const steps = path.split('.')
  let place: unknown = scopeOf(turn)
  for (const [index, step] of steps.entries()) {
    const holder = isRecord(place) || Array.isArray(place) ? (place as Record<string, unknown>) : {}
    const next = Object.hasOwn(holder, step) ? holder[step] : undefined
    if (next === undefined || next === null) {
      if (otherwise !== undefined) return otherwise
      throw missing(name, whole, steps.slice(0, index).join('.'), step, place)
    }
    place = next
  }
  return place
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function scopeOf(turn: Turn): Record<string, unknown> {
  const { text, keys, number, session, captured, metadata, instructions, result, calls } = turn
  const call = Object.fromEntries(calls.map((one) => [one.name, one]))
  const user = { text, transcript: transcriptOf(turn) ?? text, keys }
  return { user, turn: { number }, session, captured, metadata, instructions, result, call }
}

/** What the app was told that the user said; undefined where it is not told, or typed. */
function transcriptOf({ items }: Turn): string | undefined {
  const item: unknown = items.findLast((one) => one.type === 'message' && one.role === 'user')
  const parts = isRecord(item) && Array.isArray(item.content) ? item.content : []
  const transcripts = parts.flatMap((part: unknown) =>
    isRecord(part) && typeof part.transcript === 'string' ? [part.transcript] : [],
  )
  return transcripts.length === 0 ? undefined : transcripts.join(' ')
}

function missing(name: string, whole: string, before: string, step: string, place: unknown): RealtimeKitError {
  const where = before === '' ? 'in this turn' : `in \`${before}\``
  const keys = isRecord(place) ? Object.keys(place).filter((key) => place[key] !== undefined) : []
  const near = nearName(step, keys)
  const there = isRecord(place) ? `there is ${keys.join(', ') || 'nothing'}` : `it is ${show(place)}`
  const mend = near === undefined ? `Give it a default: ${whole.replace(/\s*\}\}$/, ' | …}}')}` : `Did you mean \`${near}\`?`
  return new RealtimeKitError('RTK_REPLY', `reply '${name}': ${whole} has no value, no \`${step}\` ${where} (${there}). ${mend}`)
}
