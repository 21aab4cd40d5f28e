// The engines that the options name. Nothing is loaded before a session hears its first audio.

import { energyEngine } from '../../audio/engines/energy.ts'
import type { SpeechFrame, TranscriptionEngine, VadEngine, VadStream } from '../../audio/types.ts'
import type { RealtimeOptions } from '../api.ts'
import { AudioEngineFailed, RealtimeKitError } from '../errors.ts'
import { loadOnce, restartedStream, restartedTranscribe } from './engine-restart.ts'
import { nativeEngines } from './load-engines.ts'
import { isPluginName } from './plugin-name.ts'
import type { Note } from './timeline.ts'

/** Loads an engine at its first frame; tells the timeline which one ran. */
function loadedLate(engine: VadEngine, tell: (note: Note) => void): VadEngine {
  let loading: Promise<void> | undefined
  let isLoaded = false
  const load = (): Promise<void> => {
    loading ??= loadOnce(engine).then(() => {
      isLoaded = true
      tell({ type: 'engine', part: 'vad', name: engine.name, ...(engine.modelSha256 ? { modelSha256: engine.modelSha256 } : {}) })
    })
    return loading
  }
  return {
    // Once it is loaded, an engine may know better which of its models runs.
    get name() {
      return engine.name
    },
    load,
    open(rateHz): VadStream {
      let stream: VadStream | undefined
      const ready = (): VadStream => {
        stream ??= restartedStream(engine, rateHz, (message) => tell({ type: 'finding', message }))
        return stream
      }
      return {
        push: (samples): readonly SpeechFrame[] | Promise<readonly SpeechFrame[]> =>
          isLoaded ? ready().push(samples) : load().then(() => ready().push(samples)),
        reset: () => stream?.reset(),
      }
    },
  }
}

export function vadOf(option: RealtimeOptions['vad'] = 'energy', tell: (note: Note) => void): VadEngine | 'truth' {
  if (option === 'truth') {
    tell({ type: 'engine', part: 'vad', name: 'truth' })
    return 'truth'
  }
  if (typeof option === 'object') return loadedLate(option, tell)
  if (option === 'energy') {
    const engine = energyEngine()
    tell({ type: 'engine', part: 'vad', name: engine.name })
    return engine
  }
  // The service has put the plugin's own engine in its place.
  if (isPluginName(option)) throw new RealtimeKitError('RTK_OPTION', `option \`vad\`: no plugin has the engine '${option}'.`)
  return loadedLate(nativeEngines(option).sileroEngine(option), tell)
}

/** Tells the timeline once it is loaded. */
function toldOf(engine: TranscriptionEngine, tell: (note: Note) => void): TranscriptionEngine {
  return {
    name: engine.name,
    async load() {
      await loadOnce(engine)
      const { name, modelSha256 } = engine
      tell({ type: 'engine', part: 'transcription', name, ...(modelSha256 ? { modelSha256 } : {}) })
    },
    transcribe: restartedTranscribe(engine, (message) => tell({ type: 'finding', message })),
  }
}

export function recognizerOf(
  option: RealtimeOptions['transcription'],
  tell: (note: Note) => void = () => {},
): TranscriptionEngine | undefined {
  if (option === undefined || option === 'known' || option === false) return undefined
  if (typeof option === 'object') return toldOf(option, tell)
  if (option === 'pocketsphinx') return toldOf(nativeEngines(option).pocketsphinxEngine(), tell)
  return toldOf(nativeEngines(option).whisperEngine(), tell)
}

/** A failure of a voice activity engine, or one that is not installed. */
export function engineFailure(error: unknown, engine: string): Error {
  return failureOf(error, engine, 'The voice activity engine failed', '\nThe session was closed with 1011.')
}

/** The same of a recognizer, whose words a response waits for. */
export function recognizerFailure(error: unknown, engine: string): Error {
  return failureOf(error, engine, `The transcription engine '${engine}' failed on what the caller said`)
}

function failureOf(error: unknown, engine: string, told: string, then = ''): Error {
  if (error instanceof RealtimeKitError) return error
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new AudioEngineFailed(engine, `${what}${then}`, { told, cause: error })
}
