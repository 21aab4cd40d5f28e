// A chain of effects over a sound: a caller's bad line, room or crowd. Equal chains with equal seeds give equal samples.

import { RealtimeKitError } from '../../src/errors.ts'
import { kindName, refuse } from '../checks.ts'
import { seededRandom } from '../noise.ts'
import { pcm } from '../pcm.ts'
import type { Pcm } from '../types.ts'

/** Changes a sound. `random` gives numbers in [0, 1), seeded by the chain; a function of your own is an effect too. */
export type SoundEffect = (audio: Pcm, random: () => number) => Pcm

/** Seeds of neighbouring effects must not give neighbouring numbers. */
const seedStep = 7919

/**
 * The sound after all effects, the first one first. What is known of it (text, words, bounds) stays.
 *
 * @param options.seed any integer; 1 by default
 * @throws RealtimeKitError RTK_AUDIO when something is no sound, list, function or seed, and when an effect gives no sound, or one of another rate
 * @example
 * const poorLine = withEffects(await speech('Hello there'), [telephone('pcmu'), dropouts({ rate: 0.05 }), noisy({ snrDb: 15 })])
 */
export function withEffects(audio: Pcm, effects: readonly SoundEffect[], { seed = 1 }: { readonly seed?: number } = {}): Pcm {
  checkChain(audio, effects, seed)
  return effects.reduce((sound, effect, index) => {
    if (typeof effect !== 'function')
      refuse({ where: 'withEffects()', name: `effect ${index + 1} of ${effects.length}`, value: effect }, 'a function')
    const changed = effect(sound, seededRandom(seed + (index + 1) * seedStep))
    if (changed?.samples instanceof Int16Array && changed.rateHz === sound.rateHz) return knowing(changed, sound)
    const name = effect.name === '' ? '' : ` (${effect.name})`
    const got = changed === undefined ? 'undefined' : `sound at ${changed.rateHz} Hz`
    throw new RealtimeKitError(
      'RTK_AUDIO',
      `Effect ${index + 1} of ${effects.length}${name} gave ${got}; an effect gives a sound at the rate it got, ${sound.rateHz} Hz.`,
    )
  }, audio)
}

function checkChain(audio: unknown, effects: unknown, seed: unknown): void {
  const where = 'withEffects()'
  const isSound = typeof audio === 'object' && audio !== null && 'samples' in audio
  if (!isSound)
    throw new RealtimeKitError('RTK_AUDIO', `${where}: the sound must be one, such as speech() gives; got ${kindName(audio)}`)
  if (!Array.isArray(effects)) refuse({ where, name: 'the effects', value: effects }, 'a list')
  if (!Number.isInteger(seed)) refuse({ where, name: 'seed', value: seed }, 'a whole number')
}

/** Effects of the test need not care for what is known. */
function knowing(changed: Pcm, before: Pcm): Pcm {
  const isKnown = changed.text !== undefined || changed.speechSpan !== undefined
  return isKnown || (before.text === undefined && !before.speechSpan) ? changed : pcm(changed.samples, changed.rateHz, before)
}
