// Effects on the level of a sound: gain, clipping, and noise or a crowd behind it.

import { RealtimeKitError } from '../../src/errors.ts'
import { checkDecibels, checkOneOf } from '../checks.ts'
import { activeSpeechDbfs, rmsDbfs } from '../level.ts'
import { type NoiseKind, withNoise } from '../noise.ts'
import { clampToInt16, pcm } from '../pcm.ts'
import { resamplePcm } from '../resample.ts'
import type { Pcm } from '../types.ts'
import type { SoundEffect } from './chain.ts'

function mapSamples(audio: Pcm, change: (sample: number, index: number) => number): Pcm {
  return pcm(
    audio.samples.map((sample, index) => clampToInt16(change(sample, index))),
    audio.rateHz,
    audio,
  )
}

function factor(db: number): number {
  return 10 ** (db / 20)
}

/**
 * Louder (above 0 dB) or softer; clips at 16 bits.
 *
 * @throws RealtimeKitError RTK_AUDIO, as all effects, for a setting that is none
 * @example withEffects(audio, [gain(-20)])
 */
export function gain(db: number): SoundEffect {
  checkDecibels('gain()', 'db', db)
  return (audio) => mapSamples(audio, (sample) => sample * factor(db))
}

/**
 * An input that is overdriven: amplified by `driveDb` (12 by default), then cut at full scale.
 *
 * @example withEffects(audio, [clipping({ driveDb: 20 })])
 */
export function clipping({ driveDb = 12 }: { readonly driveDb?: number } = {}): SoundEffect {
  checkDecibels('clipping()', 'driveDb', driveDb)
  return gain(driveDb)
}

/**
 * Noise under all of it, at a ratio to the speech alone.
 *
 * @param options.kind `white` (default) or `pink`
 * @throws RealtimeKitError RTK_AUDIO when the sound is silent
 * @example withEffects(audio, [noisy({ snrDb: 10, kind: 'pink' })])
 */
export function noisy({ snrDb, kind = 'white' }: { readonly snrDb: number; readonly kind?: NoiseKind }): SoundEffect {
  checkDecibels('noisy()', 'snrDb', snrDb)
  checkOneOf('noisy()', 'kind', kind, ['white', 'pink'])
  return (audio, random) => withNoise(audio, { snrDb, kind, seed: Math.floor(random() * 2 ** 31) })
}

/**
 * A crowd behind the speaker: the given voices, each from a place of its own and over and over, at a ratio to the speech alone.
 *
 * @param options.voices sounds of other people, such as `speech()` gives; five or more sound like a crowd
 * @throws RealtimeKitError RTK_AUDIO when the sound is silent, or there is no audible voice
 * @example
 * const voices = await Promise.all(['rms', 'awb', 'kal16'].map((voice) => speech('Where did you put the tickets?', { voice })))
 * const inTheHall = withEffects(await speech('Hello there'), [babble({ snrDb: 10, voices })])
 */
export function babble({ snrDb, voices }: { readonly snrDb: number; readonly voices: readonly Pcm[] }): SoundEffect {
  checkDecibels('babble()', 'snrDb', snrDb)
  return (audio, random) => {
    const crowd = crowdOf(
      voices.map((voice) => resamplePcm(voice, audio.rateHz)),
      audio.samples.length,
      random,
    )
    const speechDbfs = activeSpeechDbfs(audio.samples, audio.rateHz)
    const crowdDbfs = rmsDbfs(Int16Array.from(crowd, clampToInt16))
    if (speechDbfs === -Infinity || crowdDbfs === -Infinity) {
      const silent = speechDbfs === -Infinity ? 'the sound is silent' : 'no voice of `voices` is audible'
      throw new RealtimeKitError('RTK_AUDIO', `babble() cannot set a ratio: ${silent}.`)
    }
    const level = factor(speechDbfs - snrDb - crowdDbfs)
    return mapSamples(audio, (sample, index) => sample + crowd[index]! * level)
  }
}

/** Samples of all voices at once; a sum that would not fit 16 bits is brought down. */
function crowdOf(voices: readonly Pcm[], length: number, random: () => number): Float64Array {
  const crowd = new Float64Array(length)
  for (const { samples } of voices) {
    if (samples.length === 0) continue
    let at = Math.floor(random() * samples.length)
    for (let index = 0; index < length; index++) {
      crowd[index]! += samples[at]! / voices.length
      at = (at + 1) % samples.length
    }
  }
  return crowd
}
