// The outline of a sound: its power in steps of 20 ms, all of it and its treble, and how alike two outlines are.

import { energyEnvelope } from './level.ts'
import { samplesIn } from './pcm.ts'
import type { Pcm } from './types.ts'

/** The treble tells "stop" from "no", whose loudness runs alike. */
export interface Outline {
  readonly whole: Band
  readonly treble: Band
}

interface Band {
  /** Of each 20 ms step; 1 is full scale. */
  readonly powers: Float64Array
  readonly noise: number
  readonly loudest: number
}

/** A run of steps, `end` excluded. */
export interface Island {
  readonly start: number
  readonly end: number
}

export interface OutlineMatch {
  /** Correlation in dB: 1 is equal but for level and noise. */
  readonly score: number
  /** The step of the heard outline at which the known one begins; may be below 0 where its start was cut off. */
  readonly step: number
}

/** What is more than this below the loudest step does not count: there noise and coding rule. */
const rangeDb = 40
/** Steps that are this much over the floor are sound. */
const soundDb = 6
/** Louder steps are clicks. */
const loudPart = 0.98
/** How many steps a weak beginning or ending may lie outside of what is heard as sound. */
const slackSteps = 12

/** The outline of a sound, its first step beginning at `offsetMs`. */
export function outlineOf(audio: Pcm, offsetMs: number): Outline {
  const samples = audio.samples.subarray(samplesIn(offsetMs, audio.rateHz))
  // A difference of neighbours is a filter that rises with frequency; halved, it stays within 16 bits.
  const differences = samples.map((sample, index) => (sample - (samples[index - 1] ?? 0)) / 2)
  return { whole: bandOf(energyEnvelope(samples, audio.rateHz)), treble: bandOf(energyEnvelope(differences, audio.rateHz)) }
}

function bandOf(powers: Float64Array): Band {
  const sorted = powers.toSorted()
  return { powers, noise: percentile(sorted, 0.1), loudest: percentile(sorted, loudPart) }
}

/** Number of steps of an outline. */
export function stepCount(outline: Outline): number {
  return outline.whole.powers.length
}

/** Runs of sound in an outline, parted by at least `quietSteps` quiet ones. */
export function islandsOf({ whole }: Outline, quietSteps: number): Island[] {
  const threshold = floorOf(whole) * 10 ** (soundDb / 10)
  const islands: { start: number; end: number }[] = []
  for (const [step, power] of whole.powers.entries()) {
    if (power <= threshold) continue
    const last = islands.at(-1)
    if (last && step - last.end < quietSteps) last.end = step + 1
    else islands.push({ start: step, end: step + 1 })
  }
  return islands
}

/** The part of an outline around an island, made ready to be compared with many sentences. */
export interface HeardPart {
  readonly start: number
  readonly length: number
  readonly whole: HeardBand
  readonly treble: HeardBand
}

export function heardPart(heard: Outline, island: Island): HeardPart {
  const start = Math.max(0, island.start - slackSteps)
  const end = island.end + slackSteps
  return {
    start,
    length: island.end - island.start,
    whole: heardBand(heard.whole, start, end),
    treble: heardBand(heard.treble, start, end),
  }
}

/** How well `known` explains all the sound of a part: the best place and the likeness there. */
export function matchOutline(known: Outline, heard: HeardPart): OutlineMatch | undefined {
  const count = stepCount(known)
  if (count === 0 || heard.length > count + slackSteps || heard.length < count * 0.6 - 2 * slackSteps) return undefined
  const whole = likeness(known.whole, heard.whole)
  const treble = likeness(known.treble, heard.treble)
  let best: OutlineMatch = { score: -1, step: 0 }
  for (let step = -slackSteps; step <= heard.whole.decibels.length - count + slackSteps; step++) {
    const score = (whole(step) + treble(step)) / 2
    if (score > best.score) best = { score, step }
  }
  return { score: best.score, step: best.step + heard.start }
}

/** One band of what was heard: in dB over the quiet, so that 0 continues it at both ends. */
interface HeardBand {
  readonly decibels: Float64Array
  readonly floor: number
  readonly noise: number
  readonly loudest: number
  readonly sum: number
  readonly squares: number
}

function heardBand(band: Band, start: number, end: number): HeardBand {
  const part = band.powers.subarray(start, end)
  const floor = floorOf(band)
  const decibels = part.map((power) => 10 * Math.log10(Math.max(power, floor) / floor))
  return { decibels, floor, noise: band.noise, loudest: percentile(part.toSorted(), loudPart), ...sums(decibels) }
}

/** Correlation as a function of the place; the known band is taken as it would look at this level and over this noise. */
function likeness({ powers, loudest }: Band, heard: HeardBand): (step: number) => number {
  const gain = Math.max(heard.loudest - heard.noise, heard.floor) / loudest
  const decibels = powers.map((power) => 10 * Math.log10(Math.max(power * gain + heard.noise, heard.floor) / heard.floor))
  const { sum, squares } = sums(decibels)
  const count = Math.max(heard.decibels.length, powers.length)
  const spread = (squares - (sum * sum) / count) * (heard.squares - (heard.sum * heard.sum) / count)
  return (step) => {
    let products = 0
    const end = Math.min(decibels.length, heard.decibels.length - step)
    for (let index = Math.max(0, -step); index < end; index++) products += decibels[index]! * heard.decibels[index + step]!
    return spread > 0 ? (products - (sum * heard.sum) / count) / Math.sqrt(spread) : 0
  }
}

function sums(values: Float64Array): { sum: number; squares: number } {
  let sum = 0
  let squares = 0
  for (const value of values) {
    sum += value
    squares += value * value
  }
  return { sum, squares }
}

/** The power of the quiet: noise, or what is too far below the loudest to tell. */
function floorOf({ noise, loudest }: Band): number {
  return Math.max(noise, loudest * 10 ** (-rangeDb / 10), 1e-9)
}

function percentile(sorted: Float64Array, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0
}
