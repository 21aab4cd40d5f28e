// What was there instead of what was expected, and why it is close: an earlier one, one with another field, one of a like name,
// one in another session. Single lines, the closest first.

import { at, cut, plural, printValue, quoted } from '../src/report/print.ts'
import type { EventEntry } from '../src/runtime/timeline.ts'
import type { MatcherContext } from './context.ts'
import { compare, type Difference } from './matching.ts'
import { likeness } from './word-likeness.ts'

const mostLines = 3

/** One event that was nearly the one. */
export interface Candidate {
  readonly entry: EventEntry
  readonly differences: readonly Difference[]
  readonly fields: number
}

/** Events of the right type that do not fit, those with the fewest wrong fields first. */
export function closestTo(host: MatcherContext, entries: readonly EventEntry[], pattern: unknown): Candidate[] {
  return entries
    .map((entry) => ({ entry, ...compare(host, entry.event, pattern) }))
    .filter((each) => each.differences.length > 0)
    .sort((one, other) => one.differences.length - other.differences.length)
}

/** `session.audio.input.format.rate  expected 24000  received 8000  <<<<<`, in columns. */
export function differenceLines(differences: readonly Difference[]): string[] {
  const rows = differences.slice(0, 8).map(({ path, expected, received }) => ({
    path: path === '' ? '(the value)' : path,
    expected: `expected ${cut(printValue(expected), 60)}`,
    received: `received ${received === undefined ? 'nothing' : cut(printValue(received, 2), 80)}`,
  }))
  const width = (column: 'path' | 'expected' | 'received') => Math.max(0, ...rows.map((row) => row[column].length))
  const [paths, expecteds, receiveds] = [width('path'), width('expected'), width('received')]
  const lines = rows.map(
    (row) => `${row.path.padEnd(paths)}  ${row.expected.padEnd(expecteds)}  ${row.received.padEnd(receiveds)}  <<<<<`,
  )
  return differences.length > 8 ? [...lines, `and ${plural(differences.length - 8, 'more field')}`] : lines
}

/** `response.status is 'cancelled', not 'completed'` */
export function differenceText(differences: readonly Difference[]): string {
  const [first] = differences
  if (!first) return ''
  const received = first.received === undefined ? 'missing' : cut(printValue(first.received, 2), 60)
  const more = differences.length > 1 ? ` (and ${plural(differences.length - 1, 'other field')})` : ''
  return `${first.path || 'it'} is ${received}, not ${cut(printValue(first.expected), 60)}${more}`
}

/** Entries whose type is of nearly the same words. */
export function alikeInTimeline(entries: readonly EventEntry[], type: string): string[] {
  const byType = new Map<string, { entry: EventEntry; count: number }>()
  for (const entry of entries) {
    const known = byType.get(entry.event.type)
    if (known) known.count++
    else if (entry.event.type !== type) byType.set(entry.event.type, { entry, count: 1 })
  }
  return [...byType.values()]
    .map((each) => ({ ...each, score: likeness(type, each.entry.event.type) }))
    .filter((each) => each.score >= 0.6)
    .sort((one, other) => other.score - one.score)
    .slice(0, mostLines)
    .map(({ entry, count }) => `#${entry.index} ${entry.event.type}${count > 1 ? ` ×${count}` : ''}  (a like name)`)
}

/** Events that are the right one at the wrong time. */
export function outOfOrder(entries: readonly EventEntry[], after: EventEntry): string[] {
  return entries
    .filter((entry) => entry.index < after.index)
    .slice(-mostLines)
    .map((entry) => `#${entry.index} ${entry.event.type} (${at(entry.atMs)}) came before #${after.index} ${after.event.type}`)
}

/** Folds what people mean to be the same: case, punctuation, spaces. */
function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

function lettersOf(pattern: string | RegExp): string {
  return folded(typeof pattern === 'string' ? pattern : pattern.source.replace(/\\[bBdDsSwW]|[\^$.*+?()[\]{}|\\/]/g, ' '))
}

/** Why words that were not found are nearly there: another case or punctuation, or half of the words. */
export function nearWords(pattern: string | RegExp, texts: readonly string[]): string[] {
  const wanted = lettersOf(pattern)
  const words = wanted.split(' ').filter((word) => word !== '')
  const near = texts.flatMap((text) => {
    const heard = folded(text)
    if (wanted !== '' && heard.includes(wanted))
      return [{ score: 2, line: `${quoted(text)}  (differs in case, punctuation or spaces)` }]
    const shared = words.filter((word) => heard.split(' ').includes(word)).length
    const score = shared / (words.length || 1)
    return score >= 0.5 ? [{ score, line: `${quoted(text)}  (${shared} of ${plural(words.length, 'word')})` }] : []
  })
  return near
    .sort((one, other) => other.score - one.score)
    .slice(0, mostLines)
    .map(({ line }) => line)
}
