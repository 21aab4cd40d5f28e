// A recognition engine that is deaf where it cannot be loaded: the old system switched transcription off then.

import type { TranscriptionEngine } from '../../audio/types.ts'
import type { RealtimeOptions } from '../api.ts'
import { messageOf } from '../errors.ts'
import { recognizerOf } from '../runtime/engines.ts'

type Option = RealtimeOptions['transcription']

/**
 * The option with its engine guarded; `onFailure` is told why it cannot be used. Engines of plugins are the service's to find, and wrong
 * options are for the check of options.
 */
export function guardedRecognizer(option: Option, onFailure: (message: string) => void): Option {
  if (typeof option === 'object') return isEngine(option) ? guarded(option, onFailure) : option
  if (option !== 'whisper' && option !== 'pocketsphinx') return option
  try {
    const engine = recognizerOf(option)
    return engine && guarded(engine, onFailure)
  } catch (error) {
    onFailure(messageOf(error))
    return 'known'
  }
}

function isEngine(option: TranscriptionEngine | null): option is TranscriptionEngine {
  return typeof option?.load === 'function' && typeof option.transcribe === 'function'
}

function guarded(engine: TranscriptionEngine, onFailure: (message: string) => void): TranscriptionEngine {
  let isLost = false
  return {
    get name() {
      return engine.name
    },
    get modelSha256() {
      return engine.modelSha256 ?? ''
    },
    ...(engine.restarts === undefined ? {} : { restarts: engine.restarts }),
    load: async () => {
      try {
        await engine.load()
        isLost = false
      } catch (error) {
        isLost = true
        onFailure(messageOf(error))
      }
    },
    transcribe: async (audio, options) => (isLost ? { text: '' } : engine.transcribe(audio, options)),
  }
}
