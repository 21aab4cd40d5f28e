// When a reply is eligible, in one shape: whatever an author gave as `when` becomes CompiledCriteria.

import type { Criteria, Turn, When } from '../api.ts'

/** `when` made uniform; the predicate is the author's own function. */
export interface CompiledCriteria extends Criteria {
  readonly predicate?: (turn: Turn) => boolean
  /** Criteria of plugins. */
  readonly custom?: readonly CustomCriterion[]
}

export interface CustomCriterion {
  readonly name: string
  readonly wanted: unknown
  readonly fits: (turn: Turn, wanted: unknown) => boolean
}

/** A phrase or pattern becomes `says`, a function `predicate`; criteria stay as they are. */
export function compileWhen(when: When | undefined): CompiledCriteria {
  if (when === undefined) return {}
  if (typeof when === 'string' || when instanceof RegExp) return { says: when }
  if (typeof when === 'function') return { predicate: when }
  return when
}

/** Out-of-band responses take only replies that ask for them: by `outOfBand: true`, or by metadata. */
export function asksForOutOfBand(criteria: CompiledCriteria): boolean {
  return criteria.outOfBand === true || criteria.metadata !== undefined
}

/** A context pattern as a RegExp that ignores case; undefined when it is no valid pattern. */
export function compilePattern(pattern: string | RegExp): RegExp | undefined {
  if (typeof pattern !== 'string') return pattern
  try {
    return new RegExp(pattern, 'i')
  } catch {
    return undefined
  }
}

/** The phrases that criteria wait for: what near misses are measured by. */
export function phrasesOf({ says, keywords = [] }: CompiledCriteria): readonly string[] {
  if (says === undefined) return keywords
  return [...keywords, typeof says === 'string' ? says : says.source.replace(/\\[a-z]/gi, ' ')]
}
