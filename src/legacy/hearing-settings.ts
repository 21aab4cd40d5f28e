// Whether a client detects voice and transcribes, and how: set by its options, switched at run time, turned into what sessions start
// from.

import type { SessionCore } from '../runtime/session-core.ts'
import type { LocalRealtimeClientOptions } from './client-types.ts'
import {
  checkTranscription,
  checkVad,
  type LegacySessionConfig,
  type LegacyTranscriptionConfig,
  type LegacyVadConfig,
  readSession,
  sessionOfToday,
  transcriptionOf,
  turnDetectionOf,
} from './session-settings.ts'

export interface Switch<T> {
  readonly isEnabled: boolean
  readonly config: Readonly<T>
}

export class HearingSettings {
  readonly session: LegacySessionConfig
  vad: Switch<LegacyVadConfig>
  transcription: Switch<LegacyTranscriptionConfig>

  /** `subject`: the call that got the options, for messages. */
  constructor(subject: string, options: LocalRealtimeClientOptions) {
    const { sessionConfig = {}, vadConfig = {}, transcriptionConfig = {}, enableVad, enableTranscription } = options
    this.session = readSession(`${subject}: sessionConfig`, sessionConfig)
    checkVad(`${subject}: vadConfig`, vadConfig)
    checkTranscription(`${subject}: transcriptionConfig`, transcriptionConfig)
    const detects = (this.session.turnDetection as { type?: string } | null | undefined)?.type === 'server_vad'
    this.vad = { isEnabled: enableVad ?? detects, config: Object.freeze({ ...vadConfig }) }
    const transcribes = this.session.inputAudioTranscription?.model !== undefined
    this.transcription = { isEnabled: enableTranscription ?? transcribes, config: Object.freeze({ ...transcriptionConfig }) }
  }

  get threshold(): number {
    const { threshold, confidenceThreshold } = this.vad.config
    return threshold ?? confidenceThreshold ?? 0.5
  }

  setVad(what: string, isEnabled: boolean, config: LegacyVadConfig): void {
    checkVad(what, config)
    this.vad = { isEnabled, config: Object.freeze({ ...this.vad.config, ...config }) }
  }

  setTranscription(what: string, isEnabled: boolean, config: LegacyTranscriptionConfig): void {
    checkTranscription(what, config)
    this.transcription = { isEnabled, config: Object.freeze({ ...this.transcription.config, ...config }) }
  }

  /** The session was told otherwise by hand: what it does now is what the switches say. */
  follow({ detectsTurns, config }: Pick<SessionCore, 'detectsTurns' | 'config'>): void {
    this.vad = { ...this.vad, isEnabled: detectsTurns }
    this.transcription = { ...this.transcription, isEnabled: Boolean(config.audio.input.transcription) }
  }

  /** As on the wire. */
  get turnDetection(): object | null {
    return turnDetectionOf(this.session, this.vad.config, this.vad.isEnabled)
  }

  get wireTranscription(): object | null {
    return transcriptionOf(this.session, this.transcription.config, this.transcription.isEnabled)
  }

  /** What sessions start from. */
  get sessionOfToday(): object {
    return sessionOfToday(this.session, { turnDetection: this.turnDetection, transcription: this.wireTranscription })
  }
}
