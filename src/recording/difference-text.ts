// Differences as people read them: grouped by aspect, one difference a line, long texts word by word.

import { diffWordsWithSpace } from 'diff'
import type { RecordingAspect } from '../api.ts'
import { isRecord } from '../protocol/json.ts'
import type { RecordingDifference } from './compare-recordings.ts'
import { stableJson } from './stable-json.ts'

const titles: { readonly [A in RecordingAspect]: string } = {
  order: 'Order of events',
  texts: 'Texts',
  calls: 'Functions',
  usage: 'Usage',
  timing: 'Timing',
  audio: 'Sound',
  fields: 'Fields',
}

/** Lines of a difference at most; more of it is in the recordings. */
const longest = 160

/**
 * The differences as lines, without a frame.
 *
 * @param mostPerAspect how many of each aspect are shown; the rest is counted
 */
export function differenceLines(differences: readonly RecordingDifference[], mostPerAspect = 8): string[] {
  return [...Map.groupBy(differences, ({ aspect }) => aspect)].flatMap(([aspect, found]) => [
    `${titles[aspect]}:`,
    ...found.slice(0, mostPerAspect).flatMap((one) => lines(one).map((line) => `  ${line}`)),
    ...(found.length > mostPerAspect ? [`  and ${found.length - mostPerAspect} more`] : []),
  ])
}

function lines(difference: RecordingDifference): string[] {
  const { what, recordedIndex, actualIndex, hint, aspect } = difference
  const note = hint === undefined ? '' : `  (${hint})`
  if (recordedIndex === undefined)
    return [`+ #${actualIndex} ${what}${value(difference, 'actual')}  <<<<< not in the recording${note}`]
  if (actualIndex === undefined)
    return [`- #${recordedIndex} ${what}${value(difference, 'recorded')}  <<<<< only in the recording${note}`]
  const { recorded, actual } = difference
  const place = `#${recordedIndex} / #${actualIndex} ${what}`
  if (aspect === 'timing' || aspect === 'audio')
    return [`${place}: recorded ${String(recorded)}, now ${String(actual)}  <<<<<${note}`]
  const words = typeof recorded === 'string' && typeof actual === 'string' ? wordDiff(recorded, actual) : undefined
  const [before, after] = narrowed(recorded, actual)
  return [
    `${place}  <<<<<${note}`,
    `  recorded  ${shown(before)}`,
    `  now       ${shown(after)}`,
    ...(words === undefined ? [] : [`  words     ${words}`]),
  ]
}

function value({ aspect, ...difference }: RecordingDifference, side: 'recorded' | 'actual'): string {
  return aspect === 'order' || difference[side] === undefined ? '' : `: ${shown(difference[side])}`
}

/** Of two objects only the fields that differ: alike beginnings tell nothing. */
function narrowed(recorded: unknown, actual: unknown): [unknown, unknown] {
  if (!isRecord(recorded) || !isRecord(actual)) return [recorded, actual]
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(actual)])].filter(
    (name) => stableJson(recorded[name]) !== stableJson(actual[name]),
  )
  const pairs = names.map((name) => [name, ...narrowed(recorded[name], actual[name])] as const)
  const side = (place: 1 | 2): unknown => Object.fromEntries(pairs.map((pair) => [pair[0], pair[place]]))
  return [side(1), side(2)]
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : stableJson(value)
  return text.length <= longest ? text : `${text.slice(0, longest)}…`
}

/** Texts that differ in more words than this are other texts. */
const mostEdits = 1000

/** `Nine to [-five-]{+six+}.`, with what stays the same cut down to the words around; undefined for texts that share nothing. */
function wordDiff(old: string, now: string): string | undefined {
  const parts = diffWordsWithSpace(old, now, { maxEditLength: mostEdits })
  if (!parts) return undefined
  const text = parts
    .map(({ added, removed, value }) => (added ? `{+${value}+}` : removed ? `[-${value}-]` : around(value)))
    .join('')
  return text.length <= 2 * longest ? text : `${text.slice(0, 2 * longest)}…`
}

function around(same: string): string {
  return same.length <= 60 ? same : `${same.slice(0, 25)} … ${same.slice(-25)}`
}
