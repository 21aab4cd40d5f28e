// Blacks out secrets: in a text, in the values of an object, and in a text that comes in pieces. Counts what it found.

import { RealtimeKitError } from '../errors.ts'
import { foldText } from './fold-text.ts'
import { isPhoneField, type SecretKind, type SecretPattern, secretField, secretPatterns } from './secret-patterns.ts'
import { isSound, type Leaf, mapLeaves } from './walk.ts'

/** Headers that say nothing of anybody. */
const plainHeaders =
  /^(?:accept(?:-.*)?|content-(?:type|length|encoding)|user-agent|host|connection|upgrade|openai-beta|retry-after(?:-ms)?|x-should-retry|x-ratelimit-[\w-]+|www-authenticate)$/i

/** What stands where a secret was. The same for all of a kind: it tells that there was one and no more. */
export function placeholder(kind: SecretKind): string {
  return `[${kind}]`
}

/** No usual secret is shorter, its name included. */
const shortestSecret = 7
const mostClean = 20_000
/** Long texts that come again (instructions) come early. */
const mostLongClean = 500

/** Most texts of a recording are these, each another one. */
const serviceId = /^(?:event|item|resp|sess|call|conv)_\w{1,60}$/

/** A stretch of a text that goes, and what comes in its place. */
interface Cut {
  readonly start: number
  readonly end: number
  readonly by: string
}

/** A text, and the same as patterns see it. */
interface Sight {
  readonly text: string
  readonly folded: string
}

export class Redactor {
  readonly #patterns: readonly SecretPattern[]
  readonly #counts = new Map<SecretKind, number>()
  /** Texts without a secret: names and ids come again and again. */
  readonly #clean = new Set<string>()
  readonly #shortest: number
  readonly #hasOwn: boolean

  /**
   * @param more texts and patterns to black out besides the usual secrets
   * @throws RealtimeKitError RTK_OPTION for a pattern that matches nothing at all
   */
  constructor(more: readonly (string | RegExp)[] = []) {
    this.#patterns = [...more.map(ownPattern), ...secretPatterns]
    this.#hasOwn = more.length > 0
    this.#shortest = this.#hasOwn ? 1 : shortestSecret
  }

  /** How often each kind was found. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([one], [other]) => (one < other ? -1 : 1)))
  }

  text(text: string): string {
    if (text.length < this.#shortest || this.#clean.has(text)) return text
    if (!this.#hasOwn && serviceId.test(text)) return text
    const result = this.#search(text)
    if (result === text && this.#clean.size < (text.length < 64 ? mostClean : mostLongClean)) this.#clean.add(text)
    return result
  }

  #search(text: string): string {
    let result = text
    let folded = foldText(text)
    for (const pattern of this.#patterns) {
      const cuts = this.#cuts({ text: result, folded }, pattern)
      if (cuts.length === 0) continue
      result = withCuts(result, 0, cuts)
      folded = foldText(result)
    }
    return result
  }

  /** A text that came in pieces: a secret that lies across several is found too, and stands where it began. */
  pieces(pieces: readonly string[]): readonly string[] {
    let result = pieces
    for (const pattern of this.#patterns) {
      const text = result.join('')
      const cuts = this.#cuts({ text, folded: foldText(text) }, pattern)
      if (cuts.length === 0) continue
      let start = 0
      result = result.map((piece) => {
        const text = withCuts(piece, start, cuts)
        start += piece.length
        return text
      })
    }
    return result
  }

  /** The same value without the secrets in its texts, names and fields that hold secrets. Sound is left as it is. */
  value(value: unknown, eventType = ''): unknown {
    return mapLeaves(
      value,
      (leaf, at) => (isSound(eventType, at.key, leaf) ? leaf : this.#leaf(leaf, at)),
      (object, at) => (at.key === 'headers' ? this.#headers(object) : undefined),
      (key) => this.text(key),
    )
  }

  #leaf(leaf: unknown, at: Leaf): unknown {
    if (typeof leaf !== 'string' && typeof leaf !== 'number') return leaf
    const { key, holder } = at
    const name = nameOf(at)
    if (isPhoneField(name, at.parent, leaf)) return this.#found('phone')
    if (typeof leaf === 'number' || leaf === '') return leaf
    // What an event is must stay, whatever words the author wants blacked out.
    if (key === 'type' && typeof leaf === 'string' && /^[a-z_.]{1,80}$/.test(leaf)) return leaf
    const kind = holder !== undefined && isPieceOfWord(key, holder) ? undefined : secretField(name)
    return kind === undefined ? this.text(leaf) : this.#found(kind)
  }

  /** All values but those of the most ordinary headers: whoever sends headers sends credentials. */
  #headers(headers: Readonly<Record<string, unknown>>): unknown {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => {
        if (plainHeaders.test(name) && typeof value === 'string') return [name, this.text(value)]
        return [name, this.#found(secretField(name) ?? 'token')]
      }),
    )
  }

  #found(kind: SecretKind): string {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1)
    return placeholder(kind)
  }

  #cuts({ text, folded }: Sight, { pattern, keeps, kind, fits }: SecretPattern): Cut[] {
    pattern.lastIndex = 0
    const cuts: Cut[] = []
    const seen = kind === 'yours' ? text : folded
    for (const match of seen.matchAll(pattern)) {
      const start = match.index + (keeps === undefined ? 0 : (match[keeps]?.length ?? 0))
      const end = match.index + match[0].length
      const secret = text.slice(start, end)
      if (start === end || secret === placeholder(kind) || fits?.(seen.slice(start, end)) === false) continue
      cuts.push({ start, end, by: this.#found(kind) })
    }
    return cuts
  }
}

/** Recognizers tell each token of a transcript: `{ token: ' two', logprob: -0.1 }`. */
function isPieceOfWord(key: string, holder: Readonly<Record<string, unknown>>): boolean {
  return key === 'token' && ('logprob' in holder || 'bytes' in holder)
}

/** Lists of headers have names and values, `{ name: 'Authorization', value: '…' }`; a secret may have an end: `{ value, expires_at }`. */
function nameOf({ key, parent, holder }: Leaf): string {
  if (key !== 'value') return key
  return typeof holder?.name === 'string' ? holder.name : parent
}

/** The part of a text that begins at `offset` of the whole, without what is cut out; what was cut stands where it began. */
function withCuts(text: string, offset: number, cuts: readonly Cut[]): string {
  let result = ''
  let at = 0
  for (const cut of cuts) {
    const start = cut.start - offset
    const end = cut.end - offset
    if (end <= 0 || start >= text.length) continue
    result += text.slice(at, Math.max(0, start))
    if (start >= 0) result += cut.by
    at = Math.min(text.length, end)
  }
  return result + text.slice(at)
}

function ownPattern(own: string | RegExp): SecretPattern {
  if (own instanceof RegExp) {
    if (own.test('')) throw patternError(`${own} also matches nothing at all`)
    return { kind: 'yours', pattern: new RegExp(own.source, own.flags.includes('g') ? own.flags : `${own.flags}g`) }
  }
  if (typeof own !== 'string' || own === '') throw patternError(`it got ${JSON.stringify(own)}`)
  return { kind: 'yours', pattern: new RegExp(own.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'g') }
}

function patternError(what: string): RealtimeKitError {
  return new RealtimeKitError('RTK_OPTION', `redact: takes texts that are not empty and patterns; ${what}.`)
}
