// What differs between two recordings, aspect by aspect. Entries are brought together by their order, not by their numbers: one event
// more is one difference, not a hundred.

import { diffArrays } from 'diff'
import type { MatchRecordingOptions, RecordingAspect } from '../api.ts'
import type { EventEntry } from '../runtime/timeline.ts'
import { calls, type Fact, sessionsOf, steps, texts, usage } from './facts-of.ts'
import { fieldDifferences, withoutTold } from './field-differences.ts'
import { checkIgnore } from './ignore-check.ts'
import type { Recording } from './recording.ts'
import { soundDifferences } from './sound-differences.ts'
import { stableJson } from './stable-json.ts'

export const defaultAspects: readonly RecordingAspect[] = ['order', 'texts', 'calls']
export const allAspects: readonly RecordingAspect[] = ['order', 'texts', 'calls', 'usage', 'timing', 'audio', 'fields']

/** One difference. What is missing on one side has no index and no value there. */
export interface RecordingDifference {
  readonly aspect: RecordingAspect
  /** Event, speaker, function or field. */
  readonly what: string
  /** Index of the entry in the recording, and in what it is compared with. */
  readonly recordedIndex?: number
  readonly actualIndex?: number
  readonly recorded?: unknown
  readonly actual?: unknown
  /** What else is to be said: where the event came instead, how far off. */
  readonly hint?: string
}

export interface CompareOptions extends Omit<MatchRecordingOptions, 'redact'> {
  /** Where an entry of what is compared stands on a timeline, for messages; by default its index. */
  readonly placeOf?: (index: number) => number
}

/**
 * Compares two recordings of the same conversation.
 *
 * @throws RealtimeKitError RTK_OPTION for a name in `ignore` that is no event's and no field's
 * @returns the differences: by session, then aspect, then in order; none when they are the same
 * @example
 * compareRecordings(await readRecording('before'), await readRecording('after'), { aspects: ['order', 'texts'] })
 */
export function compareRecordings(recorded: Recording, actual: Recording, options: CompareOptions = {}): RecordingDifference[] {
  const { aspects = defaultAspects, ignore = [] } = options
  checkIgnore(ignore, { entries: [...recorded.entries, ...actual.entries], takesTypes: true })
  const [before, after] = [sessionsOf(recorded.entries), sessionsOf(actual.entries)]
  const count = Math.max(before.length, after.length)
  const { placeOf = (index) => index } = options
  const differences = Array.from({ length: count }, (_, place) => place).flatMap((place) => {
    const [old = [], now = []] = [before[place], after[place]]
    const found = aspects.flatMap((aspect) => {
      if (aspect === 'audio') return soundDifferences(recorded, actual, { old, now }, options)
      return comparers[aspect](old, now, options)
    })
    return withoutTold(found)
  })
  return differences.map(({ actualIndex, ...one }) => ({
    ...one,
    ...(actualIndex !== undefined && { actualIndex: placeOf(actualIndex) }),
  }))
}

type Comparer = (old: readonly EventEntry[], now: readonly EventEntry[], options: CompareOptions) => RecordingDifference[]

const comparers: { readonly [A in Exclude<RecordingAspect, 'audio'>]: Comparer } = {
  order: orderDifferences,
  texts: (old, now) => factDifferences('texts', texts(old), texts(now)),
  calls: (old, now) => factDifferences('calls', calls(old), calls(now)),
  usage: (old, now) => factDifferences('usage', usage(old), usage(now)),
  timing: timingDifferences,
  fields: (old, now, options) =>
    alignedSteps(old, now, options).flatMap(([before, after]) =>
      before && after ? fieldDifferences(before, after, options) : [],
    ),
}

type Pair<T> = readonly [old: T | undefined, now: T | undefined]

/** Lists that differ in more than this have nothing to do with each other, and take minutes to compare. */
const mostEdits = 2000

/** Brings two lists together: pairs of what fits, and what has no partner. */
export function align<T>(old: readonly T[], now: readonly T[], key: (one: T) => string): Pair<T>[] {
  let [left, right] = [0, 0]
  const changes = diffArrays(old.map(key), now.map(key), { maxEditLength: mostEdits })
  if (!changes) return [...old.map((one): Pair<T> => [one, undefined]), ...now.map((one): Pair<T> => [undefined, one])]
  return changes.flatMap(({ added, removed, value }) =>
    value.map((): Pair<T> => [added ? undefined : old[left++], removed ? undefined : now[right++]]),
  )
}

function alignedSteps(
  old: readonly EventEntry[],
  now: readonly EventEntry[],
  { ignore = [] }: CompareOptions,
): Pair<EventEntry>[] {
  const ignored = new Set(ignore)
  return align(steps(old, ignored), steps(now, ignored), stepKey)
}

function stepKey({ from, event }: EventEntry): string {
  return `${from} ${event.type}`
}

function orderDifferences(
  old: readonly EventEntry[],
  now: readonly EventEntry[],
  options: CompareOptions,
): RecordingDifference[] {
  const { placeOf = (index) => index } = options
  const pairs = alignedSteps(old, now, options)
  const alone = pairs.filter(([before, after]) => !before || !after)
  const lost = firstByKey(alone.flatMap(([before]) => before ?? []))
  const found = firstByKey(alone.flatMap(([, after]) => after ?? []))
  return alone.map(([before, after]) => {
    const step = (before ?? after) as EventEntry
    const what = `${step.from === 'app' ? '→' : '←'} ${step.event.type}`
    // The same event without a partner on the other side: it came elsewhere.
    const place = (before ? found : lost).get(stepKey(step))?.index
    return {
      aspect: 'order',
      what,
      ...(before && { recordedIndex: before.index, recorded: before.event.type }),
      ...(after && { actualIndex: after.index, actual: after.event.type }),
      ...(place !== undefined && { hint: before ? `it came as #${placeOf(place)}` : `recorded as #${place}` }),
    }
  })
}

function firstByKey(steps: readonly EventEntry[]): Map<string, EventEntry> {
  return new Map(steps.toReversed().map((step) => [stepKey(step), step]))
}

/** By label in order; what stands at the same place with the same label is compared. */
function factDifferences(aspect: RecordingAspect, old: readonly Fact[], now: readonly Fact[]): RecordingDifference[] {
  const whole = (fact: Fact): string => `${fact.label} ${stableJson(fact.value)}`
  const differing = align(old, now, whole).filter(([before, after]) => !before || !after)
  const lost = differing.flatMap(([before]) => before ?? [])
  const found = differing.flatMap(([, after]) => after ?? [])
  return align(lost, found, ({ label }) => label).map(([before, after]) => ({
    aspect,
    what: (before ?? after)?.label ?? '',
    ...(before && { recordedIndex: before.index, recorded: before.value }),
    ...(after && { actualIndex: after.index, actual: after.value }),
  }))
}

/** How long after the step before it each step came: one late step is one difference. */
function timingDifferences(
  old: readonly EventEntry[],
  now: readonly EventEntry[],
  options: CompareOptions,
): RecordingDifference[] {
  const { toleranceMs = 50 } = options
  let last: readonly [EventEntry, EventEntry] | undefined
  return alignedSteps(old, now, options).flatMap(([before, after]): RecordingDifference[] => {
    if (!before || !after) return []
    const [recorded, actual] = [before.atMs - (last?.[0].atMs ?? before.atMs), after.atMs - (last?.[1].atMs ?? after.atMs)]
    const since = last?.[1].event.type
    last = [before, after]
    if (Math.abs(recorded - actual) <= toleranceMs) return []
    return [
      {
        ...{ aspect: 'timing', what: `${before.event.type} after ${since}` },
        ...{
          recordedIndex: before.index,
          actualIndex: after.index,
          recorded: `${round(recorded)} ms`,
          actual: `${round(actual)} ms`,
        },
        hint: `${actual > recorded ? '+' : ''}${round(actual - recorded)} ms`,
      },
    ]
  })
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
