// The recognition engine that a transcription config names, with its settings.

import { pocketsphinxEngine } from '../../audio/engines/pocketsphinx.ts'
import { tunedTranscription } from '../../audio/engines/scripted-transcription.ts'
import { whisperEngine } from '../../audio/engines/whisper.ts'
import type { TranscriptionEngine } from '../../audio/types.ts'
import type { LegacyTranscriptionConfig } from './session-settings.ts'

/** Undefined for the words that are known anyway. */
export function chosenRecognizer(config: LegacyTranscriptionConfig): TranscriptionEngine | undefined {
  const { backend = 'known', modelSize = 'base', language, confidenceThreshold, chunkDuration } = config
  if (backend === 'known') return undefined
  const engine = backend === 'whisper' ? whisperEngine({ modelSize }) : pocketsphinxEngine()
  return tunedTranscription(engine, {
    ...(language === undefined ? {} : { language }),
    ...(confidenceThreshold === undefined ? {} : { minConfidence: confidenceThreshold }),
    ...(chunkDuration === undefined ? {} : { chunkMs: chunkDuration * 1000 }),
  })
}
