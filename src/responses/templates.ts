// Replies of JSON configs: texts with placeholders (`{{user.text}}`), patterns written as '/…/i'.
// In TypeScript a text that depends on the turn is a function; this makes that function.

import type { Reply, Turn } from '../api.ts'
import { RealtimeKitError } from '../errors.ts'
import { isRecord } from '../protocol/json.ts'
import { nearName } from './near-name.ts'
import { show } from './option-check.ts'
import { checkReply } from './validate-reply.ts'

/** What placeholders begin with. `call.NAME` is the last call of that function, with `result` and `arguments`. */
const roots = ['user', 'turn', 'metadata', 'instructions', 'result', 'call'] as const

const placeholder = /\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}]*?)\s*)?\}\}/g

/**
 * The function that fills a template: `{{user.text}}`, `{{user.keys}}`, `{{turn.number}}`, `{{metadata.topic}}`,
 * `{{result.day}}`, `{{call.get_weather.result.temp}}`; `{{result.day | some day}}` has a default.
 *
 * @throws RealtimeKitError RTK_REPLY: here for a placeholder that cannot be, later for one that has no value in a turn.
 * @example compileTemplate('one', 'You said {{user.text}}')(turn) // 'You said hello'
 */
export function compileTemplate(name: string, source: string): (turn: Turn) => string {
  for (const [whole, path = ''] of source.matchAll(placeholder)) {
    const [root = ''] = path.split('.')
    if (roots.some((one) => one === root)) continue
    const near = nearName(root, roots)
    const mend = near === undefined ? `They begin with ${roots.join(', ')}.` : `Did you mean \`${near}\`?`
    throw new RealtimeKitError('RTK_REPLY', `reply '${name}': no such placeholder ${whole}. ${mend}`)
  }
  return (turn) =>
    source.replace(placeholder, (whole, path: string, otherwise?: string) => fill(name, whole, path, otherwise, turn))
}

/**
 * A reply as JSON holds it, as a reply: texts become templates, '/…/i' in `when` a RegExp.
 *
 * @throws RealtimeKitError RTK_REPLY for what is no reply, as `respond` would.
 * @example replyFromJson('echo', { when: '/^say/i', text: 'You said {{user.text}}' })
 */
export function replyFromJson(name: string, json: unknown): Reply {
  const reply = revive(name, json)
  checkReply(name, reply)
  return reply
}

function revive(name: string, json: unknown): unknown {
  if (typeof json === 'string') return json.includes('{{') ? { text: compileTemplate(name, json) } : json
  if (!isRecord(json)) return json
  const { text, preamble, then, when } = json
  return {
    ...json,
    ...(text === undefined ? {} : { text: reviveText(name, text) }),
    ...(preamble === undefined ? {} : { preamble: reviveText(name, preamble) }),
    ...(then === undefined ? {} : { then: revive(`${name}.then`, then) }),
    ...(when === undefined ? {} : { when: reviveWhen(name, when) }),
  }
}

/** A template becomes a function of the turn; several texts, of which any is a template, one function for all. */
function reviveText(name: string, text: unknown): unknown {
  if (typeof text === 'string') return text.includes('{{') ? compileTemplate(name, text) : text
  if (!Array.isArray(text) || !text.every((one) => typeof one === 'string') || !text.some((one) => one.includes('{{')))
    return text
  const templates = text.map((one) => compileTemplate(name, one))
  return (turn: Turn) => templates.map((fill) => fill(turn))
}

function reviveWhen(name: string, when: unknown): unknown {
  if (!isRecord(when)) return revivePattern(name, when)
  const { says, instructions, patterns } = when
  return {
    ...when,
    ...(says === undefined ? {} : { says: revivePattern(name, says) }),
    ...(instructions === undefined ? {} : { instructions: revivePattern(name, instructions) }),
    ...(Array.isArray(patterns) ? { patterns: patterns.map((one) => revivePattern(name, one)) } : {}),
  }
}

function revivePattern(name: string, value: unknown): unknown {
  const parts = typeof value === 'string' ? /^\/(.+)\/([dgimsuvy]*)$/s.exec(value) : null
  if (!parts) return value
  try {
    return new RegExp(parts[1] ?? '', parts[2])
  } catch (cause) {
    throw new RealtimeKitError('RTK_REPLY', `reply '${name}': ${show(value)} is no valid regular expression`, { cause })
  }
}

function fill(name: string, whole: string, path: string, otherwise: string | undefined, turn: Turn): string {
  const steps = path.split('.')
  let place: unknown = scopeOf(turn)
  for (const [index, step] of steps.entries()) {
    const next = isRecord(place) || Array.isArray(place) ? (place as Record<string, unknown>)[step] : undefined
    if (next === undefined || next === null) {
      if (otherwise !== undefined) return otherwise
      throw missing(name, whole, steps.slice(0, index).join('.'), step, place)
    }
    place = next
  }
  return typeof place === 'object' ? JSON.stringify(place) : String(place)
}

function scopeOf(turn: Turn): Record<(typeof roots)[number], unknown> {
  const { text, keys, number, metadata, instructions, result, calls } = turn
  const call = Object.fromEntries(calls.map((one) => [one.name, one]))
  return { user: { text, keys }, turn: { number }, metadata, instructions, result, call }
}

function missing(name: string, whole: string, before: string, step: string, place: unknown): RealtimeKitError {
  const where = before === '' ? 'in this turn' : `in \`${before}\``
  const keys = isRecord(place) ? Object.keys(place).filter((key) => place[key] !== undefined) : []
  const near = nearName(step, keys)
  const there = isRecord(place) ? `there is ${keys.join(', ') || 'nothing'}` : `it is ${show(place)}`
  const mend = near === undefined ? `Give it a default: ${whole.replace(/\s*\}\}$/, ' | …}}')}` : `Did you mean \`${near}\`?`
  return new RealtimeKitError('RTK_REPLY', `reply '${name}': ${whole} has no value, no \`${step}\` ${where} (${there}). ${mend}`)
}
