// Public types of recordings: what answers the app in a replay, how its events are compared, what is written down.

import type { Pcm } from '../../audio/types.ts'

/** The user's side of one turn of a recording. */
export interface TapeTurn {
  readonly text?: string
  readonly audio?: Pcm
  readonly keys?: string
}

/** A recording that answers the app. */
export interface Tape {
  readonly name: string
  readonly turns: readonly TapeTurn[]
}

/** How events of the app are compared with those of a recording. */
export interface ReplayRules {
  /**
   * 'turn' (default): events may change places within a turn; 'strict': one by one in order; 'content': each anywhere, once.
   */
  order?: 'strict' | 'turn' | 'content'
  /**
   * Fields that may differ, as dotted paths: 'session.instructions', 'item.content.0.text', or 'session.update/session.tools'. A name
   * that neither the recording nor the protocol has is refused.
   */
  ignore?: readonly string[]
  /**
   * How sound is compared: 'energy' (default: as long within 10 %, and its level runs alike), 'length' (as long), 'transcript' (the
   * words), 'ignore'.
   */
  audio?: 'length' | 'energy' | 'transcript' | 'ignore'
  /** When answers come: as recorded (default), so many times as fast, or at once. */
  timing?: 'recorded' | 'instant' | { scale: number }
}

/** When recordings are written; names as nock and talkback have them. */
export type RecordMode = 'replay' | 'record' | 'overwrite' | 'passthrough' | 'lockdown'

export interface RecordOptions {
  /** Name below `__recordings__`, or a folder. Default: the test's name. */
  name?: string
  /** More to black out than keys, tokens, ids, cookies and phone numbers. */
  redact?: readonly (string | RegExp)[]
}

/**
 * What two recordings are compared by. 'order': the events, without deltas, sound frames and rate limits; 'texts': what was said and
 * the app's instructions; 'calls': functions, their arguments and what the app returned; 'usage': tokens; 'timing': how long each
 * step took; 'audio': how the sound sounds; 'fields': every other field of the events.
 */
export type RecordingAspect = 'order' | 'texts' | 'calls' | 'usage' | 'timing' | 'audio' | 'fields'

export interface MatchRecordingOptions {
  /** Default: 'order', 'texts' and 'calls'. */
  aspects?: readonly RecordingAspect[]
  /** For 'timing': by how many ms a step may take longer or shorter. Default 50. */
  toleranceMs?: number
  /** For 'audio': how alike the outlines of two sounds are, 0 to 1. Default 0.95. */
  similarity?: number
  /** Events by type, and fields as dotted paths: 'rate_limits.updated', 'session.tools', 'session.update/session.voice'. */
  ignore?: readonly string[]
  /** More to black out than keys, tokens, ids, cookies and phone numbers. */
  redact?: readonly (string | RegExp)[]
}
