// What each detector is held against: goals of silero-v6 and energy on telephone recordings, and for all others the figures that were
// measured when the engines were chosen, of which a fifth more is allowed. Errors in ms; counts as shares of the turns.

import { type AudioRow, at, figures } from './row.ts'

/** What a detector made of labelled streams. */
export interface Found {
  /** Absolute errors of the bounds, in ms. */
  readonly startMs: readonly number[]
  readonly endMs: readonly number[]
  readonly missed: number
  /** Segments where nobody spoke. */
  readonly extra: number
  /** Turns that share a segment with another one: of two that are heard as one, both. */
  readonly merged: number
  readonly spans: number
}

/** Each is the most that is allowed; what is absent was not measured. */
export interface VadGoal {
  /** Median and 90th percentile. */
  readonly start?: readonly [number, number]
  readonly end?: readonly [number, number]
  readonly missedShare?: number
  readonly extraShare?: number
  readonly mergedShare?: number
}

export type VadGoals = Readonly<Record<string, Readonly<Record<string, VadGoal>>>>

const allowance = 1.2
const none = { missedShare: 0, extraShare: 0 } as const

/** Figures as measured, of 60 turns or 180, with what is allowed above them. */
function measured(
  spans: number,
  {
    start,
    end,
    missed,
    extra,
    merged,
  }: { [part in 'start' | 'end']?: readonly [number, number] } & {
    [part in 'missed' | 'extra' | 'merged']?: number
  },
): VadGoal {
  const more = ([median, most]: readonly [number, number]) => [median * allowance, most * allowance] as const
  const share = (count: number): number => (count * allowance) / spans
  return {
    ...(start ? { start: more(start) } : {}),
    ...(end ? { end: more(end) } : {}),
    ...(missed === undefined ? {} : { missedShare: share(missed) }),
    ...(extra === undefined ? {} : { extraShare: share(extra) }),
    ...(merged === undefined ? {} : { mergedShare: share(merged) }),
  }
}

/** By engine and level of noise, on telephone recordings. */
export const telephoneGoals: VadGoals = {
  'silero-v6': {
    clean: { start: [25, 80], end: [60, 110], ...none, mergedShare: 0 },
    '20 dB': { start: [25, 80], end: [60, 110], ...none, mergedShare: 0 },
    '10 dB': { start: [30, 90], end: [60, 140], ...none, mergedShare: 0.03 },
  },
  'silero-v4': {
    clean: measured(60, { start: [31, 83], end: [18, 108] }),
    '20 dB': measured(180, { start: [25, 87], end: [55, 134], missed: 0, extra: 1, merged: 0 }),
    '10 dB': measured(180, { start: [56, 122], end: [92, 533], missed: 0, merged: 4 }),
    '5 dB': measured(180, { start: [70, 140], missed: 0, merged: 53 }),
  },
  energy: {
    clean: { ...measured(60, { start: [5, 13], end: [103, 237] }), ...none },
    '20 dB': { ...measured(180, { start: [7, 43], end: [176, 271], merged: 21 }), ...none },
    '10 dB': measured(180, { start: [40, 104], end: [242, 349], missed: 0, merged: 26 }),
    '5 dB': measured(180, { start: [75, 264], missed: 2, merged: 31 }),
  },
}

/** The same of made speech at 24,000 Hz. */
export const madeSpeechGoals: VadGoals = {
  'silero-v6': {
    clean: { ...measured(72, { start: [26, 55], end: [54, 75] }), ...none, mergedShare: 0 },
    '20 dB': { ...measured(72, { start: [47, 89], end: [118, 180] }), ...none, mergedShare: 0 },
  },
  'silero-v4': { clean: measured(72, { start: [38, 74], end: [21, 57] }) },
  energy: { clean: measured(72, { start: [14, 48], end: [13, 42] }) },
}

/** The goal in words, what was found beside it, and whether each part is met. */
export function held(found: Found, goal: VadGoal | undefined): Pick<AudioRow, 'goal' | 'measured' | 'ok'> {
  const { startMs, endMs, missed, extra, merged, spans } = found
  const text = `start ${figures(startMs)}, end ${figures(endMs)}, missed ${missed}, extra ${extra}, merged ${merged} of ${spans}`
  if (!goal) return { goal: '', measured: text }
  const { start, end, missedShare, extraShare, mergedShare } = goal
  const most = (share: number): number => Math.floor(share * spans + 1e-9)
  const parts = [
    ...(start ? [{ text: `start ${start.map(Math.round).join(' / ')}`, isMet: isWithin(startMs, start) }] : []),
    ...(end ? [{ text: `end ${end.map(Math.round).join(' / ')}`, isMet: isWithin(endMs, end) }] : []),
    ...[
      { name: 'missed', count: missed, share: missedShare },
      { name: 'extra', count: extra, share: extraShare },
      { name: 'merged', count: merged, share: mergedShare },
    ].flatMap(({ name, count, share }) =>
      share === undefined ? [] : [{ text: `${name} ${most(share)}`, isMet: count <= most(share) }],
    ),
  ]
  const failed = parts.filter(({ isMet }) => !isMet).map((part) => part.text)
  return {
    goal: parts.map((part) => part.text).join(', '),
    measured: failed.length > 0 ? `${text} (over: ${failed.join(', ')})` : text,
    ok: failed.length === 0,
  }
}

function isWithin(errors: readonly number[], [median, most]: readonly [number, number]): boolean {
  return Math.round(at(errors, 0.5)) <= Math.round(median) && Math.round(at(errors, 0.9)) <= Math.round(most)
}
