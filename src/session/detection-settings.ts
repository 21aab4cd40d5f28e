// From the wire's `turn_detection` to the settings of the detector. Who judges whether a sentence is over is the runtime's affair
// (end-of-turn.ts there); how long each judgement waits stands here.

import type { SessionObject } from '../protocol/session-config.ts'
import type { DetectionSettings } from './turn-detection.ts'

type WireTurnDetection = SessionObject['audio']['input']['turn_detection']

/** After a whole sentence, whatever the eagerness. */
const finishedMs = 600
/** After a sentence that trails off: the longest that the service waits. Documented as 8, 4 and 2 s; auto is medium. */
const unfinishedMs = { low: 8000, medium: 4000, auto: 4000, high: 2000 } as const
/** Where nobody knows the words. Ours, between the two. */
const unknownMs = { low: 2400, medium: 1200, auto: 1200, high: 800 } as const

/** Undefined when turn detection is off. */
export function detectionSettings(turnDetection: WireTurnDetection): DetectionSettings | undefined {
  if (!turnDetection) return undefined
  if (turnDetection.type === 'semantic_vad') {
    const { eagerness } = turnDetection
    const judged = { finishedMs, unfinishedMs: unfinishedMs[eagerness] }
    return { threshold: 0.5, prefixPaddingMs: 300, silenceMs: unknownMs[eagerness], judged }
  }
  return {
    threshold: turnDetection.threshold,
    prefixPaddingMs: turnDetection.prefix_padding_ms,
    silenceMs: turnDetection.silence_duration_ms,
  }
}

export function sameDetection(a: DetectionSettings | undefined, b: DetectionSettings | undefined): boolean {
  if (!a || !b) return a === b
  const isSame = a.threshold === b.threshold && a.prefixPaddingMs === b.prefixPaddingMs && a.silenceMs === b.silenceMs
  return isSame && a.judged?.unfinishedMs === b.judged?.unfinishedMs
}
