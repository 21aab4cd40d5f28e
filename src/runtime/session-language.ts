// The language that a session names for its transcription, for the engine that hears it.

import type { TranscriptionEngine } from '../../audio/types.ts'
import type { SessionCore } from './session-core.ts'

/** The engine, told the language that the session has when there is something to hear. */
export function inSessionLanguage(engine: TranscriptionEngine | undefined, core: SessionCore): TranscriptionEngine | undefined {
  if (!engine) return undefined
  return {
    name: engine.name,
    load: () => engine.load(),
    transcribe(audio, options) {
      const language = languageOf(core)
      return engine.transcribe(audio, language === undefined ? options : { ...options, language })
    },
  }
}

function languageOf({ config }: SessionCore): string | undefined {
  const { transcription } = config.audio.input
  return transcription && 'language' in transcription ? (transcription.language ?? undefined) : undefined
}
