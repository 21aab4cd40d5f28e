// The shapes that sound has in the kit. Samples are 16-bit mono; positions are samples, times are milliseconds.

/** A word and where it sounds, in ms from the start of its audio. */
export interface WordTime {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
}

/**
 * A piece of mono 16-bit sound.
 *
 * `samples` and `buffer` are views on the same memory; `base64` is little-endian PCM16, made on first use.
 * `text`, `words` and `speechSpan` are known for sound that `speech()` made.
 */
export interface Pcm {
  readonly samples: Int16Array
  readonly buffer: ArrayBuffer
  readonly base64: string
  readonly rateHz: number
  readonly durationMs: number
  /** The sentence spoken, when known. */
  readonly text?: string
  /** Word times in ms, when known. */
  readonly words?: readonly WordTime[]
  /** True bounds of the speech in ms, without lead and trail silence, when known. */
  readonly speechSpan?: { readonly startMs: number; readonly endMs: number }
  /** Cuts the sound into pieces of `ms`; the last one is padded with silence. */
  frames(ms: number): Iterable<Pcm>
}

/** Audio formats of the wire: `audio/pcm` is little-endian PCM16, the others are G.711 at 8,000 Hz. */
export type WireAudioFormat =
  | { readonly type: 'audio/pcm'; readonly rate: number }
  | { readonly type: 'audio/pcmu' }
  | { readonly type: 'audio/pcma' }

/** What a VAD engine says of one frame. `endSample` counts input samples since the stream began. */
export interface SpeechFrame {
  readonly endSample: number
  /** 0 (silence) to 1 (speech). */
  readonly probability: number
  /**
   * Input samples before this one, or from this one on, are silence within this frame. Engines that look closer than a frame say so;
   * absent where sound reaches to the edge. A frame without any sound is silent until its end and from its beginning.
   */
  readonly silentUntilSample?: number
  readonly silentFromSample?: number
  /**
   * Whether the words before this frame sound like a whole sentence; absent where they are not known. Engines leave it out: it is
   * for turn detection that judges sentences (`semantic_vad`).
   */
  readonly isFinished?: boolean
}

/** One stream of audio through a voice activity engine; keeps its own state. */
export interface VadStream {
  /** Feeds samples at the stream's rate; gives the frames that they complete (32 ms each). Synchronous where the engine can. */
  push(samples: Int16Array): readonly SpeechFrame[] | Promise<readonly SpeechFrame[]>
  reset(): void
}

/** A voice activity detector: probabilities per frame, no decisions (turn detection makes those). */
export interface VadEngine {
  readonly name: string
  /** sha256 of the model file, for the timeline; absent for engines without a model. */
  readonly modelSha256?: string
  /** Whether a failing stream is replaced by a new one and gets its samples once more, after another `load` (default). */
  readonly restarts?: boolean
  /** Loads what it needs; throws AudioEngineUnavailable. Called before `open`, once, and again after a failure. */
  load(): Promise<void>
  /** `rateHz` is the rate of the samples that will be pushed (8,000, 16,000, 24,000 …). */
  open(rateHz: number): VadStream
}

/** What a recognizer makes of a stretch of audio. */
export interface Recognition {
  readonly text: string
  readonly words?: readonly WordTime[]
  /** 0 to 1, when the engine knows. */
  readonly confidence?: number
  /** Partial results, in order: together they are `text`. By default the model of the session tells how it is cut. */
  readonly deltas?: readonly string[]
}

/** What a recognizer is told of the sound before it. */
export interface RecognitionOptions {
  readonly language?: string
  readonly prompt?: string
  /**
   * There where the session's model sends its transcript in deltas: call it with all that was heard so far, whenever that is more.
   * Beginnings that two calls in a row agree on are sent at once, while the engine still works, and must stand in the end: a delta
   * cannot be taken back. Engines that know nothing before the end leave it alone.
   */
  readonly onPartial?: (text: string) => void
  /** Sound between two partial results, in ms; the engine's own choice by default. */
  readonly chunkMs?: number
}

export interface TranscriptionEngine {
  readonly name: string
  readonly modelSha256?: string
  /**
   * Whether an engine that throws is loaded again and asked once more (default). With false, what it throws is its answer: for
   * engines whose failures are meant.
   */
  readonly restarts?: boolean
  load(): Promise<void>
  transcribe(audio: Pcm, options: RecognitionOptions): Promise<Recognition>
}

/** Options of a synthesized sentence. */
export interface VoiceSettings {
  /** flite: `slt` (default), `rms`, `awb`, `kal16`, `kal`. */
  readonly voice?: string
  /** 1 is normal, 2 twice as fast. */
  readonly speed?: number
  /** Mean pitch in Hz, 50 to 400; by default that of the voice. `rms` has its own only. */
  readonly pitchHz?: number
}

export interface SpeechEngine {
  readonly name: string
  /** Speech at the engine's own rate, without lead and trail silence added; deterministic. */
  synthesize(text: string, settings: VoiceSettings): Promise<Pcm>
}
