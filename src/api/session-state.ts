// Public types of what a session knows of itself: ears, transcripts, buffer, figures.

/** Voice activity detection of a session. */
export interface VadState {
  /** Whether the service finds the end of speech itself. */
  readonly enabled: boolean
  /** Name of the engine: `energy`, `silero-v6`, `truth` … */
  readonly engine: string
  /** Speech was announced and has not ended. */
  readonly speaking: boolean
  /** Stretches of speech that were announced so far. */
  readonly segments: number
  /** Turn detection as configured; null when it is off. */
  readonly settings: object | null
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
}

/** The input audio buffer of a session. */
export interface AudioBufferState {
  /** Sound that is not committed yet. */
  readonly durationMs: number
  readonly bytes: number
  /** All sound that was written since the session began. */
  readonly writtenMs: number
}

/** What a session did so far, in figures of the test's clock. */
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
}
