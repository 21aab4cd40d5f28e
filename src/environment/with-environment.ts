// The options of a service outside of tests (`serve`, `register`): those of the config file over what the environment says.
// Which engines work here is decided in engines-in-use.ts.

import type { RealtimeOptions } from '../api.ts'
import { isRecord } from '../protocol/json.ts'
import type { Environment } from './read-environment.ts'

/** All that is ever said where LOCAL_REALTIME_SETUP_SMART_RESPONSES is off and nothing else is configured. */
export const plainFallback = 'There is no reply configured for that.'

/**
 * The config with what it leaves open filled in by the environment: the reply to turns that nothing matches, and the first values of
 * sessions, which the app's own `session.update` overrides.
 *
 * @example
 * withEnvironment({ seed: 7 }, readEnvironment({ LOCAL_REALTIME_VAD_THRESHOLD: '0.7' }))
 * // { seed: 7, session: { audio: { input: { turn_detection: { type: 'server_vad', threshold: 0.7 } } } } }
 */
export function withEnvironment(config: RealtimeOptions, environment: Environment): RealtimeOptions {
  const { setupSmartResponses } = environment
  const session = firstSession(config.session, environment)
  return {
    ...(setupSmartResponses ? {} : { fallback: plainFallback }),
    ...config,
    ...(session === undefined ? {} : { session }),
  }
}

function firstSession(configured: object | undefined, environment: Environment): object | undefined {
  const input = firstInput(environment)
  if (input === undefined) return configured
  const session = configured as { audio?: { input?: Record<string, unknown> } } | undefined
  return { ...session, audio: { ...session?.audio, input: over(input, session?.audio?.input ?? {}) } }
}

/** Parts of `audio.input` that variables set. */
function firstInput({ isSet, enableTranscription, transcriptionLanguage, vadThreshold }: Environment) {
  const language = isSet.has('LOCAL_REALTIME_TRANSCRIPTION_LANGUAGE') ? { language: transcriptionLanguage } : {}
  const input = {
    ...(isSet.has('LOCAL_REALTIME_VAD_THRESHOLD') ? { turn_detection: { type: 'server_vad', threshold: vadThreshold } } : {}),
    ...(enableTranscription ? { transcription: { model: 'whisper-1', ...language } } : {}),
  }
  return Object.keys(input).length === 0 ? undefined : input
}

/** Fields of `upper` win; objects of the same `type` are joined. */
function over(lower: Record<string, unknown>, upper: Record<string, unknown>): Record<string, unknown> {
  const joined = Object.entries(upper).map(([name, value]) => {
    const below = lower[name]
    const isJoined = isRecord(value) && isRecord(below) && (value.type ?? below.type) === below.type
    return [name, isJoined ? { ...below, ...value } : value]
  })
  return { ...lower, ...Object.fromEntries(joined) }
}
