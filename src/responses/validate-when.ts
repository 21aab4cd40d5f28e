// What `when` may be, and the errors for what it may not: thrown where the author wrote it, before anything runs.

import { isRecord } from '../protocol/json.ts'
import { compilePattern } from './criteria.ts'
import { hasPhrase, type MatchingMode, prepareText } from './matching.ts'
import { checkOptions, type OptionRules, oneOf, type Place, refuse, rule, show } from './option-check.ts'

const isFilled = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
const isPhrases = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(isFilled)
const isCount = (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= 0

const phraseOrPattern = rule('a phrase or a RegExp', (value) => isFilled(value) || value instanceof RegExp)
const phrases = rule('an array of words or phrases', isPhrases, (value) =>
  typeof value === 'string' ? `Write [${show(value)}].` : undefined,
)
const count = rule('a whole number, 0 or more', isCount)
const flag = rule('true or false', (value) => typeof value === 'boolean')
const modality = oneOf(['text', 'audio'])

/** The options of criteria; `intents` are open, since plugins add some. */
export const criteriaRules = {
  says: phraseOrPattern,
  keywords: phrases,
  excludedKeywords: phrases,
  intents: phrases,
  minTurn: count,
  maxTurn: count,
  keys: rule(
    "keys of a phone, such as '1' or '42#'",
    (value) => typeof value === 'string' && /^[0-9*#A-D]+$/.test(value),
    keysHint,
  ),
  instructions: phraseOrPattern,
  metadata: rule(
    'an object of strings',
    (value) => isRecord(value) && Object.values(value).every((one) => typeof one === 'string'),
  ),
  outOfBand: flag,
  tool: rule("a function tool's name", isFilled),
  modalities: {
    expected: "an array of 'text' and 'audio'",
    problem: (value, place) =>
      Array.isArray(value) && value.length > 0 ? firstProblem(value, (one) => modality.problem(one, place)) : '',
  },
  requiresFunctionCall: flag,
  patterns: rule('an array of patterns (RegExp, or its source)', isPatterns, patternsHint),
  requirePattern: flag,
  requireAll: flag,
} as const satisfies OptionRules

const elsewhere = Object.fromEntries(
  ['text', 'audio', 'call', 'then', 'times', 'priority', 'delayMs', 'finish'].map((key) => [
    key,
    `It belongs beside \`when\`, not into it.`,
  ]),
)

/**
 * Checks a `when`.
 *
 * @throws RealtimeKitError RTK_REPLY that names the option, what it got and what is allowed.
 */
export function checkWhen(when: unknown, place: Place, mode: MatchingMode = 'words'): void {
  const expected = 'a phrase, a RegExp, a predicate or criteria'
  if (typeof when === 'function' || when instanceof RegExp) return
  if (typeof when === 'string') {
    if (isFilled(when)) return
    refuse(place, when, expected, 'An empty phrase matches nothing; leave `when` out for a reply to anything.')
  }
  if (Array.isArray(when)) refuse(place, when, expected, 'For any of several phrases write `when: { keywords: […] }`.')
  if (!isRecord(when)) refuse(place, when, expected)
  // The old system skipped patterns that are none, with a warning.
  const { patterns, ...others } = when
  const checked = mode === 'legacy' && Array.isArray(patterns) ? others : when
  // Criteria of plugins are known to the book of replies.
  const own = Object.fromEntries(Object.entries(checked).filter(([key]) => !key.includes(':')))
  checkOptions(own, criteriaRules, place, elsewhere)
  // The old system took criteria that contradict each other, and never chose them.
  if (mode !== 'legacy') checkTogether(when, place)
}

function checkTogether(when: Record<string, unknown>, place: Place): void {
  checkContradictions(when, place)
  const { minTurn, maxTurn } = when
  if (typeof minTurn === 'number' && typeof maxTurn === 'number' && minTurn > maxTurn) {
    refuse({ ...place, path: `${place.path}.minTurn` }, minTurn, `at most \`maxTurn\` (${maxTurn})`, 'No turn would ever match.')
  }
  if (when.requireAll === true && when.keywords === undefined) {
    refuse({ ...place, path: `${place.path}.requireAll` }, true, 'beside `keywords`')
  }
  if (when.requirePattern === true && when.patterns === undefined) {
    refuse({ ...place, path: `${place.path}.requirePattern` }, true, 'beside `patterns`')
  }
}

/** Criteria that no turn can meet together. */
function checkContradictions(when: Record<string, unknown>, place: Place): void {
  const { keywords, excludedKeywords, requireAll, says, tool, requiresFunctionCall } = when
  const at = (key: string): Place => ({ ...place, path: `${place.path}.${key}` })
  const excluded = Array.isArray(excludedKeywords) ? excludedKeywords.filter(isFilled) : []
  const isExcluded = (text: string): boolean => excluded.some((word) => hasPhrase(prepareText(text), word))
  if (Array.isArray(keywords) && excluded.length > 0) {
    const lost = keywords.filter((word): word is string => isFilled(word) && isExcluded(word))
    if (lost.length === keywords.length || (requireAll === true && lost.length > 0))
      refuse(
        at('excludedKeywords'),
        excludedKeywords,
        'other words than `keywords`',
        `${show(lost[0])} is wanted and excluded: no turn would ever match.`,
      )
  }
  if (typeof says === 'string' && isExcluded(says))
    refuse(at('excludedKeywords'), excludedKeywords, `no words of \`says\` (${show(says)})`, 'No turn would ever match.')
  if (tool !== undefined && requiresFunctionCall === false)
    refuse(
      at('requiresFunctionCall'),
      false,
      'true or left out beside `tool`',
      'No response would ever match: it offers that function, or none.',
    )
}

function isPatterns(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => one instanceof RegExp || (isFilled(one) && compilePattern(one) !== undefined))
  )
}

function patternsHint(value: unknown): string | undefined {
  if (typeof value === 'string' || value instanceof RegExp) return `Write [${show(value)}].`
  const bad = Array.isArray(value) ? value.find((one) => typeof one === 'string' && compilePattern(one) === undefined) : undefined
  return bad === undefined ? undefined : `${show(bad)} is no valid regular expression.`
}

function keysHint(value: unknown): string | undefined {
  return typeof value === 'number' ? `Write '${value}'.` : undefined
}

function firstProblem(values: readonly unknown[], problemOf: (value: unknown) => string | undefined): string | undefined {
  for (const value of values) {
    const problem = problemOf(value)
    if (problem !== undefined) return problem === '' ? `${show(value)} is none of them.` : problem
  }
  return undefined
}
