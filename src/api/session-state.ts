// Public types of what a session knows of itself: ears, transcripts, buffer, figures.

/** Voice activity detection of a session. */
export interface VadState {
  /** Whether the service finds the end of speech itself. */
  readonly enabled: boolean
  /** Name of the engine: `energy`, `silero-v6`, `truth` … */
  readonly engine: string
  /** Speech was announced and has not ended. */
  readonly speaking: boolean
  /** Stretches of speech that were announced so far, and their length, with padding and the silence that ended each. */
  readonly segments: number
  readonly speechMs: number
  /** Against what the caller really said; null where nobody knows. */
  readonly accuracy: DetectionAccuracy | null
  /** Turn detection as configured; null when it is off. */
  readonly settings: object | null
}

/** How well the speech of a caller was found. Latencies are in ms of the test's clock, one for each segment. */
export interface DetectionAccuracy {
  readonly utterances: number
  readonly found: number
  readonly missed: number
  /** Announced where nobody spoke. */
  readonly falseSegments: number
  /** From the true start of speech to `speech_started`, and from its true end to `speech_stopped`. */
  readonly startLatenciesMs: readonly number[]
  readonly endLatenciesMs: readonly number[]
  /**
   * What `audio_start_ms` and `audio_end_ms` stand for (padding and closing silence taken off) minus the true bounds; negative: too
   * early. One for each segment of known speech.
   */
  readonly startErrorsMs: readonly number[]
  readonly endErrorsMs: readonly number[]
}

/** How well the words of a caller were transcribed. */
export interface TranscriptionAccuracy {
  /** Transcripts that can be compared. */
  readonly items: number
  /** Words that were said in them. */
  readonly words: number
  /** Words that were taken for others, lost or added. */
  readonly errors: number
  readonly wordErrorRate: number
}

/** Transcription of a session's input. */
export interface TranscriptionState {
  /** Whether the app asked for it. */
  readonly enabled: boolean
  readonly model: string | null
  /** Engine that hears what `speech()` did not make; 'known' for none. */
  readonly engine: string
  readonly completed: number
  readonly failed: number
  /** From each commit to its transcript. Ms. */
  readonly latenciesMs: readonly number[]
  /** Against what the caller really said; null where nobody knows. */
  readonly accuracy: TranscriptionAccuracy | null
}

/** The input audio buffer of a session. */
export interface AudioBufferState {
  /** Sound that is not committed yet. */
  readonly durationMs: number
  readonly bytes: number
  /** All sound that was written since the session began. */
  readonly writtenMs: number
}

/** One response in figures. Times from what it answers on: the end of speech, or `response.create`; null until they come. */
export interface ResponseMetrics {
  readonly id: string
  readonly sessionId: string
  /** Name of the reply; empty for none. */
  readonly name: string
  readonly status: 'in_progress' | 'completed' | 'cancelled' | 'incomplete' | 'failed'
  /** Score of that reply, and of all that were looked at; null for one that was out of the question, or that no score chose. */
  readonly score: number | null
  readonly scores: Readonly<Record<string, number | null>>
  /** On the test's clock. */
  readonly createdAtMs: number
  readonly firstDeltaMs: number | null
  /** First words: text, or the transcript of its sound. */
  readonly firstTextMs: number | null
  readonly firstAudioMs: number | null
  /** From `response.created` to `response.done`. */
  readonly durationMs: number | null
  /** Deltas of sound, text and arguments, and what they hold: decoded sound, UTF-8. */
  readonly chunks: number
  readonly bytes: number
  readonly audioMs: number
  readonly interrupted: boolean
  /**
   * From the speech that cut it off (its true start where that is known) to the end of its sound: in the caller's ear where the
   * caller listens, else until the service or the app ended it. Null where it was not cut off, or not by speech.
   */
  readonly interruptionStopMs: number | null
}

/** Who spoke for how long, and how fast. */
export interface TalkMetrics {
  /** True speech of the caller; as detected where nobody knows it. */
  readonly userMs: number
  /** What was heard of the answers; what was sent where nobody listens. */
  readonly assistantMs: number
  /** 0 to 1; null while nobody has spoken. */
  readonly userShare: number | null
  readonly userWordsPerMinute: number | null
  readonly assistantWordsPerMinute: number | null
}

/**
 * What a session did so far, in figures of the test's clock: a frozen snapshot of plain values, so that `JSON.stringify` exports it.
 */
export interface SessionMetrics {
  /** Events by the app, and by the service. */
  readonly received: number
  readonly sent: number
  readonly audioInMs: number
  readonly audioOutMs: number
  readonly errors: number
  readonly responses: {
    readonly completed: number
    readonly cancelled: number
    readonly incomplete: number
    readonly failed: number
  }
  /** Of each response with output: what it answers (end of speech, or `response.create`) to its first audio or text. Ms. */
  readonly responseTimesMs: readonly number[]
  readonly tokens: { readonly input: number; readonly output: number; readonly cached: number }
  /** Of each response, in the order in which they began. */
  readonly byResponse: readonly ResponseMetrics[]
  /** From connecting until it closed, or until now. */
  readonly durationMs: number
  /** Inputs of the user that became items, and responses to the conversation. */
  readonly turns: { readonly user: number; readonly assistant: number }
  /** Responses that were cut off, by the session or by the app, or stopped in the caller's ear. */
  readonly interruptions: number
  /** How many of the answered turns had each intent. */
  readonly intents: Readonly<Record<string, number>>
  readonly talk: TalkMetrics
  readonly vad: Pick<VadState, 'segments' | 'speechMs' | 'accuracy'>
  readonly transcription: Pick<TranscriptionState, 'completed' | 'failed' | 'latenciesMs' | 'accuracy'>
}

/**
 * All sessions of a service together: numbers are added up, lists stand one behind the other in the order of the sessions. A frozen
 * snapshot of plain values.
 */
export interface RealtimeMetrics extends SessionMetrics {
  readonly sessions: number
}
