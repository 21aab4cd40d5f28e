// How well a reply fits a turn: the sum of what each criterion gives. A rejected reply keeps the points of its other
// criteria, so that messages can tell the near miss.

import type { CompiledCriteria } from './criteria.ts'
import { criteriaChecks, type PreparedFacts, points, type ScorePart } from './criteria-checks.ts'
import { detectIntents, type IntentWords } from './intents.ts'
import { type MatchingMode, type PreparedText, prepareText, wordsOf } from './matching.ts'
import { show } from './option-check.ts'
import type { SelectionFacts } from './selection-facts.ts'

export interface Score {
  readonly score: number
  /** Why the reply is out of question; absent when it is eligible. */
  readonly rejected?: string
  readonly parts: readonly ScorePart[]
}

export interface ScoreSettings {
  /** Default 'words'. 'legacy' gives the old system's scores: substrings, and only what scores above 0 is eligible. */
  readonly matching?: MatchingMode
  /** +3 when the user's words and the reply's text share a word. Default: only in legacy matching. */
  readonly textBonus?: boolean
  /** Further intents. */
  readonly intents?: IntentWords
}

export function prepareFacts(facts: SelectionFacts, settings: ScoreSettings = {}): PreparedFacts {
  return new FactsOfTurn(facts, settings)
}

class FactsOfTurn implements PreparedFacts {
  readonly facts: SelectionFacts
  readonly said: PreparedText
  readonly instructions: PreparedText
  readonly textBonus: boolean
  readonly #known: IntentWords | undefined
  #intents: readonly string[] | undefined

  constructor(facts: SelectionFacts, { matching = 'words', textBonus = matching === 'legacy', intents }: ScoreSettings) {
    this.facts = facts
    this.said = prepareText(facts.text, matching)
    this.instructions = prepareText(facts.turn.instructions, matching)
    this.textBonus = textBonus
    this.#known = intents
  }

  get intents(): readonly string[] {
    this.#intents ??= detectIntents(this.said, this.#known)
    return this.#intents
  }
}

/**
 * Scores one reply. `text` is what it says, where that is fixed (for the text bonus).
 *
 * @throws RealtimeKitError RTK_REPLY when the author's predicate throws or is asynchronous.
 */
export function scoreReply(
  name: string,
  criteria: CompiledCriteria,
  priority: number,
  text: string,
  prepared: PreparedFacts,
): Score {
  const parts = criteriaChecks.flatMap((check) => check(criteria, prepared, name) ?? [])
  for (const { name: criterion, wanted, fits } of criteria.custom ?? []) {
    const met = Boolean(fits(prepared.facts.turn, wanted))
    parts.push({ criterion, met, points: points.predicate, detail: met ? show(wanted) : `not ${show(wanted)}` })
  }
  if (priority !== 0) parts.push({ criterion: 'priority', met: true, points: priority, detail: '' })
  if (prepared.textBonus && sharesWords(prepared.said, text)) {
    parts.push({ criterion: 'text', met: true, points: points.textBonus, detail: 'shares words with the reply' })
  }
  const score = parts.reduce((sum, part) => (part.met ? sum + part.points : sum), 0)
  const failed = parts.filter((part) => !part.met)
  if (failed.length > 0)
    return { score: 0, rejected: failed.map((part) => `${part.criterion}: ${part.detail}`).join('; '), parts }
  if (prepared.said.mode === 'legacy' && score <= 0)
    return { score, rejected: `legacy matching: a score of ${score} is not above 0`, parts }
  return { score, parts }
}

/** The old system's bonus: one text holds the other, or they share a word (there with its punctuation). */
function sharesWords(said: PreparedText, text: string): boolean {
  if (said.folded === '' || text === '') return false
  const reply = prepareText(text, said.mode).folded
  if (reply.includes(said.folded) || said.folded.includes(reply)) return true
  const spoken = new Set(wordsOf(said.folded.trim()))
  return wordsOf(reply.trim()).some((word) => spoken.has(word))
}
