// A voice behind a chain of effects: what leaves the service sounds so, whoever speaks. Pure.

import { type SoundEffect, withEffects } from '../effects/chain.ts'
import type { SpeechEngine } from '../types.ts'

/**
 * A voice whose sentences go through effects, the first one first.
 *
 * @throws RealtimeKitError RTK_AUDIO from `synthesize` when an effect gives no sound, or one of another rate
 * @example
 * test.override('realtimeOptions', { voice: processedVoice(fliteEngine(), [gain(-6), telephone('pcmu')]) })
 */
export function processedVoice(
  voice: SpeechEngine,
  effects: readonly SoundEffect[],
  { seed = 1 }: { readonly seed?: number } = {},
): SpeechEngine {
  return {
    get name() {
      return voice.name
    },
    synthesize: async (text, settings) => withEffects(await voice.synthesize(text, settings), effects, { seed }),
  }
}
