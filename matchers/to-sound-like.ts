// toSoundLike: is this that sound, wherever it lies in it and however loud?

import { compareSounds, type SoundDifference } from '../audio/compare.ts'
import { rmsDbfs } from '../audio/level.ts'
import { RealtimeKitError } from '../src/errors.ts'
import { ms, printValue } from '../src/report/print.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { message } from './report.ts'
import { checkNumbers, decibels, isSound, type SoundCall, shownOptions, soundCall, soundLines, soundName } from './sound.ts'

/** What still counts as like; what is left out does not matter, but for the correlation. */
export interface SoundLikeness {
  /** 0 to 1; 0.8 by default. Noise at 10 dB gives 0.95, another sentence less than 0.35. */
  readonly minCorrelation?: number
  /** How much later or earlier it may begin; searched up to 500 ms by default. */
  readonly maxLagMs?: number
  /** How much louder or softer it may be. */
  readonly maxGainDb?: number
  readonly minSnrDb?: number
  readonly minSegmentalSnrDb?: number
  readonly maxSpectralDistanceDb?: number
  readonly maxLengthDifferenceMs?: number
}

const optionNames: readonly (keyof SoundLikeness)[] = [
  'minCorrelation',
  'maxLagMs',
  'maxGainDb',
  'minSnrDb',
  'minSegmentalSnrDb',
  'maxSpectralDistanceDb',
  'maxLengthDifferenceMs',
]

interface Verdict {
  readonly name: string
  readonly found: string
  /** Undefined where nothing is asked of it. */
  readonly wanted: string | undefined
  readonly isMet: boolean
}

function verdicts(found: SoundDifference, likeness: SoundLikeness): Verdict[] {
  const {
    minCorrelation = 0.8,
    maxLagMs,
    maxGainDb,
    minSnrDb,
    minSegmentalSnrDb,
    maxSpectralDistanceDb,
    maxLengthDifferenceMs,
  } = likeness
  const within = (name: string, value: number, most: number | undefined, print: (value: number) => string): Verdict => ({
    name,
    found: print(value),
    wanted: most === undefined ? undefined : `at most ${print(most)}`,
    isMet: most === undefined || Math.abs(value) <= most,
  })
  const atLeast = (name: string, value: number, least: number | undefined, print: (value: number) => string): Verdict => ({
    name,
    found: print(value),
    wanted: least === undefined ? undefined : `at least ${print(least)}`,
    isMet: least === undefined || value >= least,
  })
  const plain = (value: number): string => String(Math.round(value * 1000) / 1000)
  return [
    atLeast('correlation', found.correlation, minCorrelation, plain),
    within('lag', found.lagMs, maxLagMs, ms),
    within('gain', found.gainDb, maxGainDb, decibels),
    atLeast('signal to noise', found.snrDb, minSnrDb, decibels),
    atLeast('signal to noise, 20 ms by 20 ms', found.segmentalSnrDb, minSegmentalSnrDb, decibels),
    within('spectral distance', found.spectralDistanceDb, maxSpectralDistanceDb, decibels),
    within('longer by', found.lengthDifferenceMs, maxLengthDifferenceMs, ms),
  ]
}

function line({ name, found, wanted, isMet }: Verdict): string {
  const mark = isMet ? (wanted === undefined ? ' ' : '✓') : '✗'
  return `  ${mark} ${name}: ${found}${wanted === undefined ? '' : ` (${wanted})`}${isMet ? '' : '  <<<<<'}`
}

function silentSide(call: SoundCall, reference: typeof call.sound): string | undefined {
  if (rmsDbfs(reference.samples) === -Infinity) return 'The sound to compare with is digital silence.'
  return rmsDbfs(call.sound.samples) === -Infinity ? 'All of it is digital silence.' : undefined
}

export function toSoundLike(
  this: MatcherContext,
  received: unknown,
  reference: unknown,
  likeness: SoundLikeness = {},
): MatcherResult {
  const call = soundCall(this, 'toSoundLike', received, [reference, shownOptions(likeness)])
  if (!isSound(reference)) {
    throw new RealtimeKitError('RTK_MATCHER', `toSoundLike: it takes a sound to compare with, got ${printValue(reference)}`)
  }
  checkNumbers(call, likeness, optionNames)
  const expected = [this.isNot ? `anything but the ${soundName(reference)}` : `the ${soundName(reference)}`]
  const pictures = [...soundLines(call.sound), 'Compared with', ...soundLines(reference)].map((each) => `  ${each}`)
  const silent = silentSide(call, reference)
  if (silent !== undefined) {
    return { pass: false, message: message(this, () => ({ call: call.text, expected, divergence: [silent, ...pictures] })) }
  }
  const found = compareSounds(reference, call.sound, { maxLagMs: Math.max(500, likeness.maxLagMs ?? 0) })
  const judged = verdicts(found, likeness)
  return {
    pass: judged.every(({ isMet }) => isMet),
    message: message(this, () => ({ call: call.text, expected, divergence: [...judged.map(line), ...pictures] })),
  }
}
