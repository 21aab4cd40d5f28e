// Effects of a room and a loudspeaker: echo and reverberation.

import { checkDecibels, checkMs, checkWhole } from '../checks.ts'
import { clampToInt16, pcm, samplesIn } from '../pcm.ts'
import type { Pcm } from '../types.ts'
import type { SoundEffect } from './chain.ts'

export interface EchoOptions {
  /** 250 by default. */
  readonly delayMs?: number
  /** Level of the first echo; -12 by default. */
  readonly gainDb?: number
  /** Each repetition is softer by `gainDb` again; 1 by default. */
  readonly repeats?: number
}

/**
 * Delayed, softer copies, as of a telephone line or of the own loudspeaker. The sound grows by the last delay.
 *
 * @example withEffects(audio, [echo({ delayMs: 180, gainDb: -15 })])
 */
export function echo({ delayMs = 250, gainDb = -12, repeats = 1 }: EchoOptions = {}): SoundEffect {
  checkMs('echo()', 'delayMs', delayMs)
  checkDecibels('echo()', 'gainDb', gainDb)
  checkWhole('echo()', 'repeats', repeats)
  return (audio) => {
    const delay = samplesIn(delayMs, audio.rateHz)
    const sum = new Float64Array(audio.samples.length + delay * repeats)
    for (let copy = 0; copy <= repeats; copy++) {
      const level = 10 ** ((gainDb * copy) / 20)
      for (let index = 0; index < audio.samples.length; index++) sum[index + copy * delay]! += audio.samples[index]! * level
    }
    return rounded(audio, sum)
  }
}

export interface ReverbOptions {
  /** How long the room sounds on until it is 60 dB softer; 400 by default. */
  readonly decayMs?: number
  /** Level of the room against the voice; -10 by default. */
  readonly wetDb?: number
}

/** Lengths of the feedback delays: apart from each other, so that their echoes never fall together. */
const combDelaysMs = [29.7, 37.1, 41.1, 43.7]
const allpassDelaysMs = [5, 1.7]
const allpassFeedback = 0.7

/**
 * A room around the speaker: four feedback delays in parallel, two all-pass filters behind them. The sound grows by `decayMs`.
 *
 * @example withEffects(audio, [reverb({ decayMs: 800, wetDb: -6 })])
 */
export function reverb({ decayMs = 400, wetDb = -10 }: ReverbOptions = {}): SoundEffect {
  checkMs('reverb()', 'decayMs', decayMs, 1)
  checkDecibels('reverb()', 'wetDb', wetDb)
  return (audio, random) => {
    const length = audio.samples.length + samplesIn(decayMs, audio.rateHz)
    let wet = new Float64Array(length)
    for (const delayMs of combDelaysMs) addComb(wet, audio, delayMs * (0.95 + 0.1 * random()), decayMs)
    for (const delayMs of allpassDelaysMs) wet = allpass(wet, samplesIn(delayMs, audio.rateHz))
    const level = 10 ** (wetDb / 20) / combDelaysMs.length
    const sum = wet.map((sample, index) => sample * level + (audio.samples[index] ?? 0))
    return rounded(audio, sum)
  }
}

function addComb(into: Float64Array, audio: Pcm, delayMs: number, decayMs: number): void {
  const delay = samplesIn(delayMs, audio.rateHz)
  const feedback = 10 ** ((-3 * delayMs) / decayMs)
  const line = new Float64Array(delay)
  for (let index = 0; index < into.length; index++) {
    const out = line[index % delay]!
    line[index % delay] = (audio.samples[index] ?? 0) + out * feedback
    into[index]! += out
  }
}

function allpass(input: Float64Array, delay: number): Float64Array<ArrayBuffer> {
  const line = new Float64Array(delay)
  const output = new Float64Array(input.length)
  for (let index = 0; index < input.length; index++) {
    const held = line[index % delay]!
    const entering = input[index]! + held * allpassFeedback
    output[index] = held - entering * allpassFeedback
    line[index % delay] = entering
  }
  return output
}

function rounded(audio: Pcm, samples: Float64Array): Pcm {
  return pcm(Int16Array.from(samples, clampToInt16), audio.rateHz, audio)
}
