// Turn detection: a pure state machine over the speech probabilities of 32 ms frames. It decides where speech starts and
// stops, in samples of the session's audio; what follows (commit, response, interruption) is on-speech.ts. semantic_vad
// differs in the silence that it waits for: frames tell whether the words before them sound finished, where anybody knows.

import { longestRiseMs, riseShare } from '../../audio/segments.ts'
import type { SpeechFrame } from '../../audio/types.ts'

/** Shorter speech is a click. Two frames, in practice. */
const leastSpeechMs = 60
/** Speech goes on until the probability falls this far below the threshold. */
const hysteresis = 0.15

/** No sound that may become speech, no silence that may end it. */
const unheard = { riseSample: undefined, onsetSample: undefined, silenceSample: undefined } as const

export interface DetectionSettings {
  /** 0 to 1: a frame at or above it may begin speech. */
  readonly threshold: number
  readonly prefixPaddingMs: number
  /** Shorter sounds begin no speech. Default 60. */
  readonly minSpeechMs?: number
  /** The silence that ends speech; with `judged`, where the words are not known. */
  readonly silenceMs: number
  /** semantic_vad: the silences after a whole sentence, and after one that goes on. */
  readonly judged?: { readonly finishedMs: number; readonly unfinishedMs: number }
}

/** Positions are samples of the audio written since the session began. */
export interface TurnDetector {
  readonly settings: DetectionSettings
  readonly rateHz: number
  /** Where the detector's stream of frames began. */
  readonly originSample: number
  /** Where the last frame ended. */
  readonly heardSample: number
  /** Frames that begin before this are no news: their audio was committed or cleared. */
  readonly deafUntilSample: number
  readonly speaking: boolean
  /** Where the probability began to rise: engines are sure of a voice only some frames after its first sound. */
  readonly riseSample: number | undefined
  /** Start of what may become speech. */
  readonly onsetSample: number | undefined
  /** Start of the silence that may end the speech. */
  readonly silenceSample: number | undefined
}

export type TurnDecision =
  /** Speech began; `startSample` includes the prefix padding and may lie before what the buffer still holds. */
  | { readonly type: 'started'; readonly startSample: number }
  /** Speech ended; `endSample` includes the silence that proved it. */
  | { readonly type: 'stopped'; readonly endSample: number }

/** A detector for a stream of frames whose first sample is `originSample`. */
export function createDetector(settings: DetectionSettings, rateHz: number, originSample: number): TurnDetector {
  return {
    settings,
    rateHz,
    originSample,
    heardSample: originSample,
    deafUntilSample: originSample,
    speaking: false,
    riseSample: undefined,
    onsetSample: undefined,
    silenceSample: undefined,
  }
}

/** Forgets any speech and ignores frames of audio before `sample`: it was committed or cleared by hand. */
export function forgetSpeech(detector: TurnDetector, sample: number): TurnDetector {
  return { ...detector, deafUntilSample: sample, speaking: false, ...unheard }
}

/** What one frame changes, and what it decides. */
export function hearFrame(detector: TurnDetector, frame: SpeechFrame): { detector: TurnDetector; decision?: TurnDecision } {
  const startSample = detector.heardSample
  const endSample = detector.originSample + frame.endSample
  const heard = { ...detector, heardSample: endSample }
  if (endSample <= detector.deafUntilSample) return { detector: heard }
  return heard.speaking ? awaitSilence(heard, frame, startSample) : awaitSpeech(heard, frame, startSample)
}

function awaitSpeech(detector: TurnDetector, frame: SpeechFrame, startSample: number): ReturnType<typeof hearFrame> {
  const { settings, heardSample } = detector
  const { probability } = frame
  const isRising = probability >= settings.threshold * riseShare
  const riseSample = isRising ? (detector.riseSample ?? startSample) : undefined
  const begins = probability >= settings.threshold ? startSample : undefined
  const onsetSample = probability < releaseThreshold(settings) ? undefined : (detector.onsetSample ?? begins)
  if (onsetSample === undefined || toMs(detector, heardSample - onsetSample) < (settings.minSpeechMs ?? leastSpeechMs)) {
    const isSame = detector.riseSample === riseSample && detector.onsetSample === onsetSample
    return { detector: isSame ? detector : { ...detector, riseSample, onsetSample } }
  }
  return {
    detector: { ...detector, speaking: true, ...unheard },
    decision: { type: 'started', startSample: withPadding(detector, riseSample ?? onsetSample, onsetSample) },
  }
}

/** Speech begins where the probability began to rise, within bounds, and its audio so much earlier. */
function withPadding(detector: TurnDetector, riseSample: number, onsetSample: number): number {
  const { settings, rateHz, deafUntilSample } = detector
  const samples = (ms: number): number => Math.round((ms * rateHz) / 1000)
  const begun = Math.max(riseSample, onsetSample - samples(longestRiseMs), Math.min(deafUntilSample, onsetSample))
  return Math.max(0, begun - samples(settings.prefixPaddingMs))
}

function awaitSilence(detector: TurnDetector, frame: SpeechFrame, startSample: number): ReturnType<typeof hearFrame> {
  const { settings, heardSample } = detector
  if (frame.probability >= settings.threshold) return { detector: { ...detector, silenceSample: undefined } }
  const isSilent = frame.probability < releaseThreshold(settings)
  const silenceSample = detector.silenceSample ?? (isSilent ? startSample : undefined)
  if (!isSilent || silenceSample === undefined || toMs(detector, heardSample - silenceSample) < silenceFor(settings, frame)) {
    return { detector: { ...detector, silenceSample } }
  }
  return {
    detector: { ...detector, speaking: false, ...unheard },
    decision: { type: 'stopped', endSample: heardSample },
  }
}

function silenceFor({ judged, silenceMs }: DetectionSettings, { isFinished }: SpeechFrame): number {
  if (!judged || isFinished === undefined) return silenceMs
  return isFinished ? judged.finishedMs : judged.unfinishedMs
}

function releaseThreshold(settings: DetectionSettings): number {
  return Math.max(0.01, settings.threshold - hysteresis)
}

function toMs(detector: TurnDetector, samples: number): number {
  return (samples * 1000) / detector.rateHz
}
