// toBeAudible, toBeSilent: is there any sound in it? Both judge the loudest 20 ms.

import { energyEnvelope, rmsDbfs } from '../audio/level.ts'
import type { Pcm } from '../audio/types.ts'
import { ms } from '../src/report/print.ts'
import type { MatcherContext, MatcherResult } from './context.ts'
import { message, type Report } from './report.ts'
import { checkNumbers, decibels, type SoundCall, shownOptions, soundCall, soundLines } from './sound.ts'

const stepMs = 20

interface Loudest {
  readonly dbfs: number
  readonly atMs: number
}

/** A sound of less than one step is judged whole. */
function loudestStep({ samples, rateHz }: Pcm): Loudest {
  const steps = energyEnvelope(samples, rateHz, stepMs)
  if (steps.length === 0) return { dbfs: rmsDbfs(samples), atMs: 0 }
  const power = steps.reduce((most, step) => Math.max(most, step), 0)
  return { dbfs: 10 * Math.log10(power), atMs: steps.indexOf(power) * stepMs }
}

function levelReport({ text, sound }: SoundCall, loudest: Loudest, expected: string): Report {
  const found =
    loudest.dbfs === -Infinity ? 'All of it is digital silence.' : `Loudest at ${ms(loudest.atMs)}: ${decibels(loudest.dbfs)}.`
  return { call: text, expected: [expected], divergence: [found, ...soundLines(sound).map((line) => `  ${line}`)] }
}

export function toBeAudible(this: MatcherContext, received: unknown, options: { readonly minDbfs?: number } = {}): MatcherResult {
  const call = soundCall(this, 'toBeAudible', received, [shownOptions(options)])
  checkNumbers(call, options, ['minDbfs'])
  const { minDbfs = -50 } = options
  const loudest = loudestStep(call.sound)
  const expected = `${this.isNot ? 'nothing' : 'sound'} of ${decibels(minDbfs)} or more`
  return { pass: loudest.dbfs >= minDbfs, message: message(this, () => levelReport(call, loudest, expected)) }
}

export function toBeSilent(this: MatcherContext, received: unknown, options: { readonly maxDbfs?: number } = {}): MatcherResult {
  const call = soundCall(this, 'toBeSilent', received, [shownOptions(options)])
  checkNumbers(call, options, ['maxDbfs'])
  const { maxDbfs = -60 } = options
  const loudest = loudestStep(call.sound)
  const expected = `${this.isNot ? 'some sound above' : 'no sound above'} ${decibels(maxDbfs)}`
  return { pass: loudest.dbfs <= maxDbfs, message: message(this, () => levelReport(call, loudest, expected)) }
}
