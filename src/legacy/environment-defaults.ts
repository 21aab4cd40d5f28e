// What the environment says to a client where its options say nothing. Variables that are not set change nothing.

import { type Environment, logLevels, readEnvironment, type Variables } from '../environment/read-environment.ts'
import type { LocalRealtimeClientOptions } from './client-types.ts'
import type { LegacyTranscriptionConfig, LegacyVadConfig } from './session-settings.ts'

const silentLogger = { warn: (): void => {} }

/**
 * The options over the environment.
 *
 * @throws RealtimeKitError RTK_OPTION that names the variable with a bad value
 */
export function withEnvironmentDefaults<T extends LocalRealtimeClientOptions>(
  options: T,
  variables: Variables = globalThis.process?.env ?? {},
): T {
  const environment = readEnvironment(variables)
  const { isSet, enableTranscription, setupSmartResponses, logLevel } = environment
  return {
    ...(isSet.has('LOCAL_REALTIME_ENABLE_TRANSCRIPTION') ? { enableTranscription } : {}),
    ...(isSet.has('LOCAL_REALTIME_SETUP_SMART_RESPONSES') ? { setupSmartResponses } : {}),
    // All that a client says of its own accord are warnings.
    ...(logLevels.indexOf(logLevel) > logLevels.indexOf('warning') ? { logger: silentLogger } : {}),
    ...options,
    vadConfig: { ...vadOf(environment), ...options.vadConfig },
    transcriptionConfig: { ...transcriptionOf(environment), ...options.transcriptionConfig },
  }
}

function vadOf({ isSet, vadBackend, vadThreshold, vadSampleRateHz }: Environment): LegacyVadConfig {
  return {
    ...(isSet.has('LOCAL_REALTIME_VAD_BACKEND') ? { backend: vadBackend } : {}),
    ...(isSet.has('LOCAL_REALTIME_VAD_THRESHOLD') ? { threshold: vadThreshold } : {}),
    ...(isSet.has('LOCAL_REALTIME_VAD_SAMPLE_RATE') ? { sampleRate: vadSampleRateHz } : {}),
  }
}

function transcriptionOf(environment: Environment): LegacyTranscriptionConfig {
  const { isSet, transcriptionBackend: backend, transcriptionLanguage: language, transcriptionModelSize } = environment
  return {
    ...(isSet.has('LOCAL_REALTIME_TRANSCRIPTION_BACKEND') ? { backend } : {}),
    ...(isSet.has('LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE') ? { language } : {}),
    ...(isSet.has('LOCAL_REALTIME_TRANSCRIPTION_MODEL_SIZE') ? { modelSize: transcriptionModelSize } : {}),
  }
}
