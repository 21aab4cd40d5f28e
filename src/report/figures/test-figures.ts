// What a test tells the reporter: raw samples, so that those of several tests, files and shards can be put together exactly. It
// travels as `task.meta.realtime`: plain, small values with a version.

/** Version that is written; the reporter leaves out what it does not know. */
export const testFiguresVersion = 1

/** One session. Samples are whole ms of the test's clock. */
export interface SessionFigures {
  readonly id: string
  /** Empty where it has none: transcription, translation. */
  readonly model: string
  readonly durationMs: number
  readonly turns: number
  readonly responses: number
  readonly interruptions: number
  /** `error` events of the service. */
  readonly errors: number
  readonly findings: number
  /** From what a response answers to its first sound, its first words, and whichever came first; one for each response. */
  readonly firstAudioMs: readonly number[]
  readonly firstTextMs: readonly number[]
  readonly responseMs: readonly number[]
  /** From the speech that cut an answer off to the end of its sound. */
  readonly interruptionStopMs: readonly number[]
  /** How far announced bounds of speech lie from the true ones: of starts and ends, early or late. */
  readonly vadErrorMs: readonly number[]
  /** Utterances that were never announced, and announcements of nothing. */
  readonly vadMissed: number
  readonly vadFalse: number
  /** Words that are known to have been said, and those of them that were taken for others, lost, or added. */
  readonly words: number
  readonly wordErrors: number
}

/** One phone call. */
export interface CallFigures {
  readonly id: string
  readonly platform: string
  readonly underruns: number
  readonly underrunMs: number
  /** Longest silence at both ends. */
  readonly deadAirMs: number
  readonly responseMs: readonly number[]
  /** From the start of an interruption to the app's `clear`. */
  readonly clearMs: readonly number[]
}

/** How much of a flow was walked: each state and step by its text, and the places of those that were. */
export interface FlowFigures {
  readonly name: string
  readonly states: readonly string[]
  readonly visited: readonly number[]
  readonly steps: readonly string[]
  readonly taken: readonly number[]
}

/** One test. */
export interface TestFigures {
  readonly version: typeof testFiguresVersion
  readonly sessions: readonly SessionFigures[]
  readonly calls: readonly CallFigures[]
  readonly flows: readonly FlowFigures[]
  /** Findings about no session. */
  readonly findings: number
}

/** A test has told something, but another version of the kit has. */
export function isForeignMeta(meta: object): boolean {
  return (meta as { realtime?: unknown }).realtime !== undefined && figuresOfMeta(meta) === undefined
}

/** What a test has told; undefined where it told nothing, or something of another version. */
export function figuresOfMeta(meta: object): TestFigures | undefined {
  const { realtime } = meta as { realtime?: Partial<TestFigures> }
  const lists = [realtime?.sessions, realtime?.calls, realtime?.flows]
  return realtime?.version === testFiguresVersion && lists.every(Array.isArray) ? (realtime as TestFigures) : undefined
}
