// From a VAD's probabilities to stretches of speech: raw bounds, without padding. For measuring and for pictures;
// the service's own turn detection, with its wire settings, is src/session/turn-detection.ts.

import type { SpeechFrame } from './types.ts'

export interface SegmentOptions {
  /** Speech begins with a frame of at least this probability; 0.5 by default. */
  readonly threshold?: number
  /** Speech goes on while frames have at least this; `threshold` - 0.15 by default. */
  readonly offThreshold?: number
  /** Pauses shorter than this do not end a segment; 300 ms by default. */
  readonly minSilenceMs?: number
  /** Shorter segments are dropped; 60 ms by default. */
  readonly minSpeechMs?: number
}

export interface SpeechSegment {
  readonly startMs: number
  readonly endMs: number
}

/**
 * Stretches of speech in a run of frames.
 *
 * @param rateHz the rate that `endSample` counts in
 * @example
 * const frames = energyEngine().open(24_000).push(audio.samples)
 * speechSegments(await frames, 24_000) // [{ startMs: 192, endMs: 1376 }]
 */
export function speechSegments(frames: readonly SpeechFrame[], rateHz: number, options: SegmentOptions = {}): SpeechSegment[] {
  const { threshold = 0.5, offThreshold = Math.max(0.01, threshold - 0.15), minSilenceMs = 300, minSpeechMs = 60 } = options
  const segments: { startMs: number; endMs: number }[] = []
  let isSpeech = false
  let frameStartMs = 0
  for (const { endSample, probability } of frames) {
    const frameEndMs = (endSample * 1000) / rateHz
    const last = segments.at(-1)
    isSpeech = probability >= (isSpeech ? offThreshold : threshold)
    if (isSpeech && last && frameStartMs - last.endMs < minSilenceMs) last.endMs = frameEndMs
    else if (isSpeech) segments.push({ startMs: frameStartMs, endMs: frameEndMs })
    frameStartMs = frameEndMs
  }
  return segments.filter(({ startMs, endMs }) => endMs - startMs >= minSpeechMs)
}
