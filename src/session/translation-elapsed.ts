// `elapsed_ms` of deltas: the place in the source stream at which the model is when it says something.

import type { TranslationState, Utterance } from './translation-state.ts'

const frameMs = 200

/**
 * The source position of what is said at `nowMs` about an utterance, in whole engine frames: where the utterance ended, and the
 * time since. It never goes back, though a client that stops appending stops the model's time.
 */
export function elapsedAt(
  state: TranslationState,
  { endMs, endedAtMs }: Pick<Utterance, 'endMs' | 'endedAtMs'>,
  nowMs: number,
): number {
  const positionMs = endMs + Math.max(0, nowMs - endedAtMs)
  return Math.max(state.elapsedMs, Math.ceil(positionMs / frameMs) * frameMs)
}
