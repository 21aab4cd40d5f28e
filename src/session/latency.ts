// How long the service takes: the named profiles, and how an option becomes a profile per response. Figures: protocol.md 6.
// Only numbers here; who waits for what is in response-plan.ts and on-transcript.ts.

import type { StreamingPlan } from './streaming.ts'

/** Delays of the service in ms. */
export interface LatencyProfile {
  /** Request accepted to `response.created`. */
  readonly createdMs: number
  /** `response.created` to the first text delta. */
  readonly firstTextMs: number
  /** `response.created` to the first audio delta. */
  readonly firstAudioMs: number
  /** Between two text deltas. */
  readonly textDeltaMs: number
  /** How much faster than real time audio is made. */
  readonly audioSpeed: number
  /** Length of the first audio delta of a response. */
  readonly audioFirstDeltaMs: number
  /** Length of the other audio deltas. */
  readonly audioDeltaMs: number
  /** How far transcript deltas run ahead of their audio. */
  readonly transcriptLeadMs: number
  /** Commit to the first transcription delta. */
  readonly transcriptionFirstMs: number
  /** Commit to the end of the transcription. */
  readonly transcriptionDoneMs: number
  /** `response.done` to `rate_limits.updated`. */
  readonly rateLimitsMs: number
  /** Client event to its effect: nothing of it is seen earlier. */
  readonly acknowledgeMs: number
}

/** The profile of one response, with how it streams where the author wants it otherwise. */
export interface ResponseProfile extends LatencyProfile {
  readonly streaming?: StreamingPlan
}

/** As measured on the live service. Audio comes at five times real time, its transcript ahead of it. */
export const openaiLatency: LatencyProfile = {
  createdMs: 10,
  firstTextMs: 200,
  firstAudioMs: 400,
  textDeltaMs: 6,
  audioSpeed: 5,
  audioFirstDeltaMs: 80,
  audioDeltaMs: 300,
  transcriptLeadMs: 200,
  transcriptionFirstMs: 1190,
  transcriptionDoneMs: 1410,
  rateLimitsMs: 25,
  acknowledgeMs: 0,
}

/** No delay anywhere: each step sends all that it can. Audio deltas keep their lengths. */
export const instantLatency: LatencyProfile = {
  createdMs: 0,
  firstTextMs: 0,
  firstAudioMs: 0,
  textDeltaMs: 0,
  audioSpeed: Number.POSITIVE_INFINITY,
  audioFirstDeltaMs: 80,
  audioDeltaMs: 300,
  transcriptLeadMs: 0,
  transcriptionFirstMs: 0,
  transcriptionDoneMs: 0,
  rateLimitsMs: 0,
  acknowledgeMs: 0,
}

/** A named profile, figures that differ from `openai`, or a function of the turn that gives such figures. */
export type Latency =
  | 'openai'
  | 'instant'
  | Partial<LatencyProfile>
  | ((turn: { readonly number: number }) => Partial<LatencyProfile>)

/** The profile of each response; `number` is the turn it belongs to (0 before any user input). */
export type LatencySource = (turn: { readonly number: number }) => LatencyProfile

/**
 * Turns the option into a source of complete profiles; figures that are left out are those of `openai`.
 *
 * @example resolveLatency({ firstTextMs: 50 })({ number: 1 }).firstAudioMs // 400
 */
export function resolveLatency(latency: Latency = 'openai'): LatencySource {
  if (latency === 'openai') return () => openaiLatency
  if (latency === 'instant') return () => instantLatency
  if (typeof latency === 'function') return (turn) => ({ ...openaiLatency, ...latency(turn) })
  const profile = { ...openaiLatency, ...latency }
  return () => profile
}
