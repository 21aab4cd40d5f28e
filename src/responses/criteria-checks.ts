// One check per criterion of `when`: whether the turn meets it, what that is worth, and what to tell if not.

import { RealtimeKitError } from '../errors.ts'
import { type CompiledCriteria, compilePattern } from './criteria.ts'
import { hasPhrase, hasPhraseOrPattern, type PreparedText } from './matching.ts'
import { show } from './option-check.ts'
import type { SelectionFacts } from './selection-facts.ts'

/** What one criterion made of the turn. `points` count only when it is `met`. */
export interface ScorePart {
  readonly criterion: string
  readonly met: boolean
  readonly points: number
  readonly detail: string
}

/** A turn made ready to be scored against many replies; what only some criteria need is made when one needs it. */
export interface PreparedFacts {
  readonly facts: SelectionFacts
  readonly said: PreparedText
  readonly instructions: PreparedText
  readonly intents: readonly string[]
  readonly textBonus: boolean
}

/** What each criterion is worth. Those of the old system keep its figures. */
export const points = {
  keywords: 10,
  intents: 15,
  modalities: 5,
  requiresFunctionCall: 8,
  patterns: 12,
  textBonus: 3,
  phrase: 10,
  pattern: 12,
  predicate: 10,
  keys: 10,
  metadata: 10,
  outOfBand: 5,
  tool: 8,
} as const

type Check = (criteria: CompiledCriteria, prepared: PreparedFacts, name: string) => ScorePart | undefined

function part(criterion: string, met: boolean, worth: number, whenMet: string, whenNot: string): ScorePart {
  return { criterion, met, points: worth, detail: met ? whenMet : whenNot }
}

const quote = (text: string) => show(text)
const list = (words: readonly string[]) => words.map((word) => `"${word}"`).join(', ')

const says: Check = ({ says: wanted }, { said }) => {
  if (wanted === undefined) return undefined
  const worth = typeof wanted === 'string' ? points.phrase : points.pattern
  return part(
    'says',
    hasPhraseOrPattern(said, wanted),
    worth,
    show(wanted),
    notSaid(show(wanted), said) + nearlySaid(wanted, said),
  )
}

const keywords: Check = ({ keywords: wanted, requireAll }, { said }) => {
  if (wanted === undefined || wanted.length === 0) return undefined
  const found = wanted.filter((word) => hasPhrase(said, word))
  const missing = wanted.filter((word) => !found.includes(word))
  const met = requireAll ? missing.length === 0 : found.length > 0
  // What is told of a miss is made for a miss only: this runs for each reply and turn.
  return part('keywords', met, points.keywords, list(found), met ? '' : missingWords(missing, said, requireAll))
}

const excludedKeywords: Check = ({ excludedKeywords: excluded }, { said }) => {
  const found = excluded?.filter((word) => hasPhrase(said, word)) ?? []
  return found.length === 0 ? undefined : part('excludedKeywords', false, 0, '', `${list(found)} was said`)
}

const intents: Check = ({ intents: wanted }, prepared) => {
  if (wanted === undefined || wanted.length === 0) return undefined
  const { intents: detected } = prepared
  const found = wanted.filter((name) => detected.includes(name))
  const instead = detected.length === 0 ? 'no intent was detected' : `detected ${detected.join(', ')}`
  return part('intents', found.length > 0, points.intents, found.join(', '), `not ${wanted.join(' or ')}, ${instead}`)
}

const turns: Check = ({ minTurn, maxTurn }, { facts }) => {
  const { number } = facts.turn
  if (minTurn !== undefined && number < minTurn)
    return part('minTurn', false, 0, '', `this is turn ${number}, it begins at ${minTurn}`)
  if (maxTurn !== undefined && number > maxTurn)
    return part('maxTurn', false, 0, '', `this is turn ${number}, it ends after ${maxTurn}`)
  return undefined
}

const keys: Check = ({ keys: wanted }, { facts }) => {
  if (wanted === undefined) return undefined
  const { keys: pressed } = facts.turn
  const instead = pressed === undefined ? 'no keys were pressed' : `${pressed} was pressed`
  return part('keys', pressed === wanted, points.keys, wanted, `not ${wanted}, ${instead}`)
}

const instructions: Check = ({ instructions: wanted }, { instructions: given }) => {
  if (wanted === undefined) return undefined
  const worth = typeof wanted === 'string' ? points.phrase : points.pattern
  const missed = given.raw === '' ? 'is wanted, the response has no instructions' : `is not in ${quote(given.raw)}`
  return part('instructions', hasPhraseOrPattern(given, wanted), worth, show(wanted), `${show(wanted)} ${missed}`)
}

const metadata: Check = ({ metadata: wanted }, { facts }) => {
  if (wanted === undefined) return undefined
  const given = facts.turn.metadata
  const wrong = Object.entries(wanted).filter(([key, value]) => given[key] !== value)
  const told = wrong.map(
    ([key, value]) => `${key} is ${given[key] === undefined ? 'not given' : quote(given[key])}, not ${quote(value)}`,
  )
  const met = Object.entries(wanted).map(([key, value]) => `${key} ${quote(value)}`)
  return part('metadata', wrong.length === 0, points.metadata, met.join(', '), told.join(', '))
}

const outOfBand: Check = ({ outOfBand: wanted }, { facts }) => {
  if (wanted === undefined) return undefined
  const place = facts.outOfBand ? 'the response is out of band' : 'the response is in the conversation'
  return part('outOfBand', wanted === facts.outOfBand, wanted ? points.outOfBand : 0, String(wanted), place)
}

const tool: Check = ({ tool: wanted }, { facts }) => {
  if (wanted === undefined) return undefined
  const offered = facts.tools.length === 0 ? 'offers no function' : `offers ${facts.tools.join(', ')}`
  return part('tool', facts.tools.includes(wanted), points.tool, wanted, `not ${wanted}, the response ${offered}`)
}

const modalities: Check = ({ modalities: wanted }, { facts }) => {
  if (wanted === undefined || wanted.length === 0) return undefined
  const met = wanted.every((one) => facts.modalities.includes(one))
  return part(
    'modalities',
    met,
    points.modalities,
    wanted.join('+'),
    `not ${wanted.join('+')}, asked for ${facts.modalities.join('+')}`,
  )
}

const requiresFunctionCall: Check = ({ requiresFunctionCall: wanted }, { facts }) => {
  if (wanted === undefined) return undefined
  const offered = facts.tools.length > 0
  const told = offered ? 'the response offers functions' : 'the response offers no functions'
  return part('requiresFunctionCall', wanted === offered, points.requiresFunctionCall, told, told)
}

const patterns: Check = ({ patterns: wanted, requirePattern }, prepared) => {
  if (wanted === undefined || wanted.length === 0) return undefined
  const { said, intents: detected } = prepared
  const where = `${said.raw} ${detected.join(' ')}`
  const found = wanted.find((one) => {
    const pattern = compilePattern(one)
    return pattern !== undefined && where.search(pattern) >= 0
  })
  if (found !== undefined) return part('patterns', true, points.patterns, show(found), '')
  return requirePattern ? part('patterns', false, 0, '', notSaid(`any of ${wanted.map(show).join(', ')}`, said)) : undefined
}

const predicate: Check = ({ predicate: fits }, { facts }, name) => {
  if (fits === undefined) return undefined
  const answer = ask(name, () => fits(facts.turn))
  return part('predicate', Boolean(answer), points.predicate, 'true for this turn', 'false for this turn')
}

/** All checks, in the order in which messages list them. */
export const criteriaChecks: readonly Check[] = [
  says,
  keywords,
  excludedKeywords,
  intents,
  turns,
  keys,
  instructions,
  metadata,
  outOfBand,
  tool,
  modalities,
  requiresFunctionCall,
  patterns,
  predicate,
]

function ask(name: string, question: () => unknown): unknown {
  let answer: unknown
  try {
    answer = question()
  } catch (cause) {
    throw new RealtimeKitError('RTK_REPLY', `reply '${name}': its \`when\` threw ${String(cause)}`, { cause })
  }
  if (answer instanceof Promise) {
    throw new RealtimeKitError(
      'RTK_REPLY',
      `reply '${name}': its \`when\` gave a Promise; a predicate answers at once, so make it synchronous`,
    )
  }
  return answer
}

function notSaid(wanted: string, said: PreparedText, verb = 'is'): string {
  return said.raw === '' ? `${wanted} ${verb} wanted, the user said nothing new` : `${wanted} ${verb} not in ${quote(said.raw)}`
}

function missingWords(missing: readonly string[], said: PreparedText, requireAll: boolean | undefined): string {
  const wanted = requireAll ? list(missing) : `any of ${list(missing)}`
  return notSaid(wanted, said, requireAll && missing.length > 1 ? 'are' : 'is') + withinOthers(missing, said)
}

/** The first word that is there only as a part of another one. */
function withinOthers(words: readonly string[], { raw }: PreparedText): string {
  for (const word of words) {
    const around = raw.split(/[^\p{L}\p{N}\p{M}'’]+/u).find((one) => one.toLowerCase().includes(word.toLowerCase()))
    if (around !== undefined) return ` (whole words count: "${word}" is only within "${around}")`
  }
  return ''
}

/** Why what seems to be there is not. */
function nearlySaid(wanted: string | RegExp, { raw }: PreparedText): string {
  if (typeof wanted === 'string') return raw.toLowerCase().includes(wanted.toLowerCase()) ? ' as a whole word' : ''
  const anyCase = new RegExp(wanted.source, `${wanted.flags.replace('i', '')}i`)
  return raw.search(anyCase) >= 0 ? ' (it is in another case: add the flag `i`)' : ''
}
