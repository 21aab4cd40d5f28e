// What the transcription models differ in: how they are billed, when they speak, which fields of the session they take.
// Evidence: DISCOVERIES.md. Names that are not listed (deployments of Azure, models to come) take every field.

/** Fields of `audio.input.transcription` that not every model takes. */
export type TranscriptionField = 'prompt' | 'delay' | 'keywords' | 'languages'

interface ModelFacts {
  /** `usage` of the transcript: tokens, or seconds of sound. */
  readonly billedBy: 'tokens' | 'duration'
  /** Sends deltas while the speech goes on, and does without turn detection. */
  readonly streams?: boolean
  /** Gives its whole text in one delta. */
  readonly speaksOnce?: boolean
  /** Tells the speakers apart, in segments. */
  readonly diarizes?: boolean
  /** Tells which languages it heard. */
  readonly tellsLanguages?: boolean
  readonly refuses: readonly TranscriptionField[]
}

const contextFields = ['keywords', 'languages'] as const

const models: Readonly<Record<string, ModelFacts>> = {
  'whisper-1': { billedBy: 'duration', speaksOnce: true, refuses: ['delay', ...contextFields] },
  'gpt-4o-transcribe': { billedBy: 'tokens', refuses: ['delay', ...contextFields] },
  'gpt-4o-mini-transcribe': { billedBy: 'tokens', refuses: ['delay', ...contextFields] },
  'gpt-4o-transcribe-diarize': { billedBy: 'tokens', diarizes: true, refuses: ['delay', ...contextFields] },
  'gpt-transcribe': { billedBy: 'duration', tellsLanguages: true, refuses: ['delay'] },
  'gpt-live-transcribe': { billedBy: 'duration', streams: true, refuses: ['delay'] },
  'gpt-realtime-whisper': { billedBy: 'duration', streams: true, refuses: ['prompt', ...contextFields] },
}

const unlisted: ModelFacts = { billedBy: 'tokens', refuses: [] }

/**
 * What is known of a transcription model; a dated snapshot is its model.
 *
 * @example transcriptionModel('gpt-4o-mini-transcribe-2025-12-15').billedBy // 'tokens'
 */
export function transcriptionModel(name: string): ModelFacts {
  const family = name.replace(/-\d{4}-\d{2}-\d{2}$/, '')
  return Object.hasOwn(models, family) ? models[family]! : unlisted
}

/** The same question for the hot path: does the model send deltas while the speech goes on? */
export function streamsTranscript(name: string): boolean {
  return name.startsWith('gpt-live-transcribe') || name.startsWith('gpt-realtime-whisper')
}
