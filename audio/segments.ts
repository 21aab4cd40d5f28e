// From a VAD's probabilities to stretches of speech: raw bounds, without padding. For measuring and for pictures;
// the service's own turn detection, with its wire settings, is src/session/turn-detection.ts.

import type { SpeechFrame } from './types.ts'

/**
 * Detectors are sure of a voice only some frames after it began. Once they are, speech begins where the probability began to rise:
 * with the first of the frames before that have at least this share of the threshold.
 */
export const riseShare = 0.25
/** No rise is taken for longer: noise that nearly sounds like speech is none. */
export const longestRiseMs = 96
/**
 * Detectors let go of weak endings too soon. Where sound goes on without a break and its end is there to see, within so long, that is
 * where speech ends; with noise on the line there is no such end, and the detector has the word.
 */
const longestTailMs = 160

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
  const segments: GrowingSegment[] = []
  let isSpeech = false
  let riseMs: number | undefined
  for (const frame of framesInMs(frames, rateHz)) {
    const { probability, fromMs, toMs, soundFromMs, soundToMs, isSilent } = frame
    if (probability < threshold * riseShare) riseMs = undefined
    else if (!isSilent) riseMs ??= soundFromMs
    isSpeech = probability >= (isSpeech ? offThreshold : threshold)
    const last = segments.at(-1)
    if (!isSpeech) {
      if (last) followTail(last, frame)
      continue
    }
    if (last && fromMs - last.heldMs < minSilenceMs) {
      last.heldMs = toMs
      last.hasTail = soundToMs === toMs
      if (!isSilent) last.endMs = soundToMs
    } else {
      const startMs = Math.max(riseMs ?? soundFromMs, fromMs - longestRiseMs)
      const endMs = Math.max(startMs, soundToMs)
      segments.push({ startMs, endMs, sureMs: fromMs, heldMs: toMs, hasTail: soundToMs === toMs })
    }
  }
  return segments.filter(({ sureMs, heldMs }) => heldMs - sureMs >= minSpeechMs).map(({ startMs, endMs }) => ({ startMs, endMs }))
}

/** A segment, and from when to when the engine was sure: it comes to it late, and hangs on. */
interface GrowingSegment {
  startMs: number
  endMs: number
  readonly sureMs: number
  heldMs: number
  /** Sound has gone on without a break since the engine let go. */
  hasTail: boolean
}

/** A frame that is no speech any more: the end of the sound before it may be in here. */
function followTail(last: GrowingSegment, { fromMs, toMs, soundFromMs, soundToMs }: FrameInMs): void {
  if (!last.hasTail) return
  const isUnbroken = soundFromMs === fromMs && fromMs - last.heldMs < longestTailMs
  if (isUnbroken && soundToMs < toMs) last.endMs = soundToMs
  last.hasTail = isUnbroken && soundToMs === toMs
}

interface FrameInMs {
  readonly probability: number
  readonly fromMs: number
  readonly toMs: number
  readonly soundFromMs: number
  readonly soundToMs: number
  readonly isSilent: boolean
}

function* framesInMs(frames: readonly SpeechFrame[], rateHz: number): Generator<FrameInMs> {
  const ms = (sample: number): number => (sample * 1000) / rateHz
  let fromMs = 0
  for (const { endSample, probability, silentUntilSample, silentFromSample } of frames) {
    const toMs = ms(endSample)
    const soundFromMs = silentUntilSample === undefined ? fromMs : ms(silentUntilSample)
    const soundToMs = silentFromSample === undefined ? toMs : ms(silentFromSample)
    yield { probability, fromMs, toMs, soundFromMs, soundToMs, isSilent: soundToMs <= soundFromMs }
    fromMs = toMs
  }
}
