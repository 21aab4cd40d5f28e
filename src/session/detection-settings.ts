// From the wire's `turn_detection` to the settings of the detector. No model judges sentences here: for semantic_vad,
// eagerness is a silence.

import type { SessionObject } from '../protocol/session-config.ts'
import type { DetectionSettings } from './turn-detection.ts'

type WireTurnDetection = SessionObject['audio']['input']['turn_detection']

/** The live service waits longer for an unfinished sentence and less for a finished one; these lie between. */
const semanticSilenceMs = { low: 2400, medium: 1200, auto: 1200, high: 600 } as const

/** Undefined when turn detection is off. */
export function detectionSettings(turnDetection: WireTurnDetection): DetectionSettings | undefined {
  if (!turnDetection) return undefined
  if (turnDetection.type === 'semantic_vad') {
    return { threshold: 0.5, prefixPaddingMs: 300, silenceMs: semanticSilenceMs[turnDetection.eagerness] }
  }
  return {
    threshold: turnDetection.threshold,
    prefixPaddingMs: turnDetection.prefix_padding_ms,
    silenceMs: turnDetection.silence_duration_ms,
  }
}

export function sameDetection(a: DetectionSettings | undefined, b: DetectionSettings | undefined): boolean {
  if (!a || !b) return a === b
  return a.threshold === b.threshold && a.prefixPaddingMs === b.prefixPaddingMs && a.silenceMs === b.silenceMs
}
