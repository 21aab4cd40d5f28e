// The engines of a service outside of tests: the ones that are named, in options or in the environment, and must work; else the
// defaults, which fall back with one line. Loaded before anyone connects: a missing one is told at the start.

import { cachedSpeechEngine } from '../../audio/engines/cached-speech.ts'
import { energyEngine } from '../../audio/engines/energy.ts'
import { pocketsphinxEngine } from '../../audio/engines/pocketsphinx.ts'
import { sileroEngine } from '../../audio/engines/silero.ts'
import { whisperEngine } from '../../audio/engines/whisper.ts'
import type { TranscriptionEngine, VadEngine } from '../../audio/types.ts'
import type { PluginName, RealtimeOptions } from '../api.ts'
import { AudioEngineUnavailable, RealtimeKitError } from '../errors.ts'
import { recognizerOf } from '../runtime/engines.ts'
import { isPluginName } from '../runtime/plugin-name.ts'
import { atRate } from './at-rate.ts'
import type { Environment, EnvironmentVariable } from './read-environment.ts'

export interface EngineWorld {
  readonly environment: Environment
  /** Told of each default that is not installed, in one line. */
  tell(line: string): void
  /** The default VAD is loaded when sound first comes, for processes that may never hear any. Default false. */
  readonly isLazy?: boolean
}

type Vad = NonNullable<RealtimeOptions['vad']>

/**
 * The options with engines that work.
 *
 * @throws AudioEngineUnavailable when an engine of the options cannot run; RTK_ENGINE or RTK_OPTION that names the variable when one
 * of the environment cannot
 */
export async function withEngines(options: RealtimeOptions, world: EngineWorld): Promise<RealtimeOptions> {
  const vad = options.vad === undefined ? await environmentVad(world) : await namedVad(options.vad, world)
  const transcription =
    options.transcription === undefined ? await environmentRecognizer(world) : await namedRecognizer(options.transcription)
  return { ...options, vad, transcription: transcription ?? cachedSpeechEngine() }
}

async function namedVad(vad: Vad, { environment }: EngineWorld): Promise<Vad> {
  // Engines of plugins are the service's to find.
  if (vad === 'truth' || isPluginName(vad)) return vad
  if (typeof vad === 'object') {
    await vad.load()
    return vad
  }
  if (vad !== 'energy') await sileroEngine(vad).load()
  return withRate(vad, environment)
}

/** The name of an engine, or that engine at the rate that the environment asks for. */
function withRate(name: Exclude<Vad, object | 'truth' | PluginName>, { isSet, vadSampleRateHz }: Environment): Vad {
  if (!isSet.has('LOCAL_REALTIME_VAD_SAMPLE_RATE')) return name
  return atRate(name === 'energy' ? energyEngine() : sileroEngine(name), vadSampleRateHz)
}

async function environmentVad(world: EngineWorld): Promise<Vad> {
  const { environment } = world
  const name = environment.vadBackend
  if (environment.isSet.has('LOCAL_REALTIME_VAD_BACKEND')) {
    await wished('LOCAL_REALTIME_VAD_BACKEND', name, () => namedVad(name, world))
    return withRate(name, environment)
  }
  const engine = sileroOrEnergy(world)
  if (!world.isLazy) await engine.load()
  const { isSet, vadSampleRateHz } = environment
  return isSet.has('LOCAL_REALTIME_VAD_SAMPLE_RATE') ? atRate(engine, vadSampleRateHz) : engine
}

/** Silero where it is installed, else the energy detector, which needs nothing. */
function sileroOrEnergy({ tell }: EngineWorld): VadEngine {
  let engine: VadEngine = sileroEngine('silero')
  return {
    get name() {
      return engine.name
    },
    get modelSha256() {
      return engine.modelSha256 ?? ''
    },
    async load() {
      try {
        await engine.load()
      } catch (error) {
        if (!(error instanceof AudioEngineUnavailable)) throw error
        tell(`Turn detection uses the engine 'energy', as 'silero' is not installed. To have it: ${error.install}`)
        engine = energyEngine()
      }
    },
    open: (rateHz) => engine.open(rateHz),
  }
}

async function namedRecognizer(
  transcription: NonNullable<RealtimeOptions['transcription']>,
): Promise<RealtimeOptions['transcription']> {
  if (isPluginName(transcription)) return transcription
  await recognizerOf(transcription)?.load()
  return transcription === 'known' ? undefined : transcription
}

/** Undefined for the words that are known anyway. */
async function environmentRecognizer({ environment, tell }: EngineWorld): Promise<TranscriptionEngine | undefined> {
  const { isSet, enableTranscription, transcriptionBackend } = environment
  const isNamed = isSet.has('LOCAL_REALTIME_TRANSCRIPTION_BACKEND')
  const isOff = isSet.has('LOCAL_REALTIME_ENABLE_TRANSCRIPTION') && !enableTranscription
  if (isOff || !(enableTranscription || isNamed)) return undefined
  const engine = recognizer(environment)
  const load = (): Promise<void> => engine.load()
  if (isNamed) {
    await wished('LOCAL_REALTIME_TRANSCRIPTION_BACKEND', transcriptionBackend, load)
    return engine
  }
  try {
    await load()
    return engine
  } catch (error) {
    if (!(error instanceof AudioEngineUnavailable)) throw error
    tell(`Only sound that speech() made is transcribed, as '${engine.name}' is not installed. To have it: ${error.install}`)
    return undefined
  }
}

function recognizer({ transcriptionBackend, transcriptionLanguage, transcriptionModelSize }: Environment): TranscriptionEngine {
  if (transcriptionBackend === 'whisper')
    return whisperEngine({ modelSize: transcriptionModelSize, language: transcriptionLanguage })
  if (transcriptionLanguage === 'en') return pocketsphinxEngine()
  throw new RealtimeKitError(
    'RTK_OPTION',
    `LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE must be en for the engine 'pocketsphinx', got ${JSON.stringify(transcriptionLanguage)}.\n` +
      'Set LOCAL_REALTIME_TRANSCRIPTION_BACKEND=whisper for other languages.',
  )
}

/** An engine that a variable asks for is no default that may be missing. */
async function wished(name: EnvironmentVariable, value: string, load: () => Promise<unknown>): Promise<void> {
  try {
    await load()
  } catch (error) {
    if (!(error instanceof AudioEngineUnavailable)) throw error
    const why = error.message.replace(/^\[\w+\] /, '')
    throw new RealtimeKitError('RTK_ENGINE', `${name}=${value}: ${why}`, { cause: error })
  }
}
