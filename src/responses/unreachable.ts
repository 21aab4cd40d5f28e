// Replies that can never be chosen, told where they are added. Only what is certain is told: another reply that fits whenever this
// one does, and never scores less.

import type { CompiledCriteria } from './criteria.ts'
import { points } from './criteria-checks.ts'
import type { MatchingMode } from './matching.ts'
import type { ReplyEntry } from './reply-entry.ts'

/**
 * Why a reply can never be chosen beside the others of its book; undefined when it can.
 *
 * @example unreachableReason(second, [first]) // "'first' fits whatever this fits, and comes first"
 */
export function unreachableReason(entry: ReplyEntry, others: readonly ReplyEntry[], mode: MatchingMode): string | undefined {
  if (entry.once || entry.flow) return undefined
  const most = mostPoints(entry.criteria) + priorityOf(entry)
  if (mode === 'legacy' && most + points.textBonus <= 0) return 'legacy matching wants a score above 0: give it a `priority`'
  const winner = others.find((other) => other !== entry && alwaysWins(other, entry, most))
  if (!winner) return undefined
  const told = isOpen(winner.criteria) ? 'fits every turn' : 'fits whatever this fits'
  const ahead = priorityOf(winner) > priorityOf(entry) ? 'has the higher priority' : 'comes first'
  return `'${winner.name}' ${told}, and ${ahead}`
}

/** Whether `other` is eligible at every turn of `entry`, and wins there. Levels are meant to cover each other. */
function alwaysWins(other: ReplyEntry, entry: ReplyEntry, most: number): boolean {
  if (other.once || other.flow || other.rank !== entry.rank || other.scope !== entry.scope) return false
  // Chosen only so often, or once per user input.
  if (other.config?.times !== undefined || other.config?.call !== undefined) return false
  const least = priorityOf(other)
  const isBefore = other.order < entry.order
  if (isOpen(other.criteria)) {
    // An out-of-band response takes no reply without criteria.
    if (entry.criteria.outOfBand === true || entry.criteria.metadata !== undefined) return false
    return least > most || (least === most && isBefore)
  }
  const same = sameCriteria(other.criteria, entry.criteria)
  return same && (least > priorityOf(entry) || (least === priorityOf(entry) && isBefore))
}

function priorityOf({ config }: ReplyEntry): number {
  return config?.priority ?? 0
}

function isOpen(criteria: CompiledCriteria): boolean {
  return Object.values(criteria).every((value) => value === undefined)
}

/** The most that criteria can give. */
function mostPoints(criteria: CompiledCriteria): number {
  const worth: Readonly<Record<string, number>> = points
  return Object.entries(criteria).reduce((sum, [key, value]) => {
    if (value === undefined) return sum
    if (key === 'says') return sum + (typeof value === 'string' ? points.phrase : points.pattern)
    return sum + (worth[key] ?? (key.includes(':') ? points.predicate : 0))
  }, 0)
}

/** Functions are never known to be the same but by identity. */
function sameCriteria(left: CompiledCriteria, right: CompiledCriteria): boolean {
  if (left.predicate !== right.predicate) return false
  const text = (criteria: CompiledCriteria) =>
    JSON.stringify(
      Object.entries(criteria)
        .filter(([, value]) => value !== undefined)
        .sort(([one], [other]) => (one < other ? -1 : 1)),
      (_, value: unknown) => (value instanceof RegExp ? String(value) : value),
    )
  return text(left) === text(right)
}
