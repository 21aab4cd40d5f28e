// Options of a client of the old system, and the states that it shows.

import type { RealtimeOptions } from '../api.ts'
import type { ConversationContext } from './conversation-context.ts'
import { anyObject, flag, flagOrNull } from './option-shapes.ts'
import type { LocalResponseConfig, ResponseConfigOptions } from './response-config.ts'
import type { LegacySessionConfig, LegacyTranscriptionConfig, LegacyVadConfig } from './session-settings.ts'
import type { GaugedState } from './speech-gauge.ts'

export interface LocalRealtimeClientOptions {
  sessionConfig?: LegacySessionConfig
  /** Responses by key. */
  responseConfigs?: Record<string, LocalResponseConfig | ResponseConfigOptions>
  /** Said where none of them fits. */
  defaultResponseConfig?: LocalResponseConfig | ResponseConfigOptions
  /** Null (default): as `turnDetection` of the session. */
  enableVad?: boolean | null
  vadConfig?: LegacyVadConfig
  /** Null (default): as `inputAudioTranscription` of the session. */
  enableTranscription?: boolean | null
  transcriptionConfig?: LegacyTranscriptionConfig
  /** Adds the ten smart examples. Default false. */
  setupSmartResponses?: boolean
  /** Matching, text deltas and delays of the old system. Default false: those of the live service. */
  legacy?: boolean
  /** Whether sockets that this process opens to the Realtime URLs are this client's while it is connected. Default true. */
  intercept?: boolean
  /** Options of the service beneath: `timing`, `latency`, `voice`, `seed` … They win. */
  realtime?: RealtimeOptions
  /** Told of what is odd: an engine that is missing, a handler that throws. Default: a warning of the process. */
  logger?: { warn(message: string): void }
}

export const clientOptionRules = {
  sessionConfig: anyObject,
  responseConfigs: anyObject,
  defaultResponseConfig: anyObject,
  enableVad: flagOrNull,
  vadConfig: anyObject,
  enableTranscription: flagOrNull,
  transcriptionConfig: anyObject,
  setupSmartResponses: flag,
  legacy: flag,
  intercept: flag,
  realtime: anyObject,
  logger: anyObject,
}

export interface LegacySessionState {
  readonly sessionId: string
  readonly conversationId: string
  readonly connected: boolean
  readonly activeResponseId: string | null
  readonly speechDetected: boolean
  readonly audioBuffer: readonly Uint8Array[]
  readonly responseText: string
  readonly transcriptionEnabled: boolean
  readonly conversationContext: ConversationContext
}

export interface LegacyVadState {
  readonly enabled: boolean
  /** False when its engine could not be loaded. */
  readonly initialized: boolean
  readonly speechActive: boolean
  readonly configuration: Readonly<LegacyVadConfig>
  readonly stateDetails: GaugedState
}

export interface LegacyTranscriptionState {
  readonly enabled: boolean
  readonly initialized: boolean
  readonly backend: string
  readonly configuration: Readonly<LegacyTranscriptionConfig>
  readonly transcriberType: string
}

/** Where warnings go by default. */
export const processLogger: NonNullable<LocalRealtimeClientOptions['logger']> = {
  warn: (message) => globalThis.process?.emitWarning?.(message, 'RealtimeKitWarning'),
}
