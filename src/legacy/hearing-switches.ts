// The switches of the old client for voice activity detection and transcription: what is set holds for the open session and later ones.

import { RealtimeKitError } from '../errors.ts'
import type { LegacyTranscriptionState, LegacyVadState } from './client-types.ts'
import { HandlersByHand } from './handlers-by-hand.ts'
import type { HearingSettings } from './hearing-settings.ts'
import type { LegacyTranscriptionConfig, LegacyVadConfig } from './session-settings.ts'
import type { Simulation } from './simulation.ts'
import type { SpeechGauge } from './speech-gauge.ts'

/** No name that a test could meet. */
export const hearingKey: unique symbol = Symbol('vitest-realtime.legacy.hearing')

export interface ClientHearing {
  readonly settings: HearingSettings
  readonly gauge: SpeechGauge
  /** While the client is connected. */
  readonly simulation: Simulation | undefined
}

/** The methods that switch; what they switch is of the class that extends it. */
export abstract class HearingSwitches extends HandlersByHand {
  abstract get [hearingKey](): ClientHearing

  // ---- voice activity detection

  get isVadEnabled(): boolean {
    return this[hearingKey].settings.vad.isEnabled
  }

  getVadConfig(): Readonly<LegacyVadConfig> {
    return this[hearingKey].settings.vad.config
  }

  /** The open session is told, and later ones begin so. The engine stays that of the first configuration. */
  enableVad(config: LegacyVadConfig = {}): void {
    this.#setVad('enableVad(…)', true, config)
  }

  disableVad(): void {
    this.#setVad('disableVad()', false, {})
  }

  updateVadConfig(config: LegacyVadConfig): void {
    this.#setVad('updateVadConfig(…)', this.isVadEnabled, config)
  }

  #setVad(what: string, isEnabled: boolean, config: LegacyVadConfig): void {
    const { settings, simulation } = this[hearingKey]
    const { backend = settings.vad.config.backend } = config
    if (simulation && backend !== settings.vad.config.backend)
      throw new RealtimeKitError('RTK_OPTION', `${what}: \`backend\` cannot change while the client is connected.`)
    settings.setVad(what, isEnabled, config)
    simulation?.update({ turn_detection: settings.turnDetection })
  }

  /** Forgets what was counted. */
  resetVadState(): void {
    this[hearingKey].gauge.reset()
  }

  getVadState(): LegacyVadState {
    const { settings, simulation, gauge } = this[hearingKey]
    const { isEnabled: enabled, config: configuration } = settings.vad
    const speechActive = simulation?.connection?.core.hearsSpeech ?? false
    return Object.freeze({ enabled, initialized: enabled, speechActive, configuration, stateDetails: gauge.state })
  }

  // ---- transcription

  get isTranscriptionEnabled(): boolean {
    return this[hearingKey].settings.transcription.isEnabled
  }

  getTranscriptionConfig(): Readonly<LegacyTranscriptionConfig> {
    return this[hearingKey].settings.transcription.config
  }

  /** The next commit is transcribed. */
  enableTranscription(config: LegacyTranscriptionConfig = {}): void {
    this.#setTranscription('enableTranscription(…)', true, config)
  }

  disableTranscription(): void {
    this.#setTranscription('disableTranscription()', false, {})
  }

  updateTranscriptionConfig(config: LegacyTranscriptionConfig): void {
    this.#setTranscription('updateTranscriptionConfig(…)', this.isTranscriptionEnabled, config)
  }

  #setTranscription(what: string, isEnabled: boolean, config: LegacyTranscriptionConfig): void {
    const { settings, simulation } = this[hearingKey]
    settings.setTranscription(what, isEnabled, config)
    simulation?.update({ transcription: settings.wireTranscription })
  }

  getTranscriptionState(): LegacyTranscriptionState {
    const { settings, simulation } = this[hearingKey]
    const { isEnabled: enabled, config: configuration } = settings.transcription
    const backend = configuration.backend ?? 'known'
    const transcriberType = simulation?.connection?.ears.engineNames.transcription ?? backend
    return Object.freeze({ enabled, initialized: enabled, backend, configuration, transcriberType })
  }
}
