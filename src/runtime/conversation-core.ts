// Realtime and transcription sessions behind `SessionCore`.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { ClientEvent } from '../protocol/client-events.ts'
import type { Decoded } from '../protocol/decode.ts'
import type { Dialect } from '../protocol/dialect.ts'
import type { Item } from '../protocol/items.ts'
import type { ServerEvent } from '../protocol/server-events.ts'
import type { SessionObject } from '../protocol/session-config.ts'
import { type AudioBuffer, writtenMs } from '../session/audio-buffer.ts'
import { findEntry, type ItemAudio } from '../session/conversation.ts'
import type { Effect } from '../session/effects.ts'
import type { Input } from '../session/inputs.ts'
import { conversationItems, type SessionState, sessionConfig } from '../session/state.ts'
import { step } from '../session/step.ts'
import type { SessionCore } from './session-core.ts'

export class ConversationCore implements SessionCore {
  state: SessionState
  readonly #dialect: Dialect

  /** `dialect`: how events look on the wire: GA, beta or Azure. */
  constructor(state: SessionState, dialect: Dialect) {
    this.state = state
    this.#dialect = dialect
  }

  get id(): string {
    return this.config.id
  }

  get config(): SessionObject {
    return sessionConfig(this.state)
  }

  get items(): readonly Item[] {
    return conversationItems(this.state)
  }

  truncatedAudio(itemId: string): ItemAudio | undefined {
    const entry = findEntry(this.state.conversation, itemId)
    return entry?.truncated ? entry.audio : undefined
  }

  get inputFormat(): WireAudioFormat {
    return this.config.audio.input.format as WireAudioFormat
  }

  get outputFormat(): WireAudioFormat | undefined {
    const { config } = this
    return config.type === 'realtime' ? (config.audio.output.format as WireAudioFormat) : undefined
  }

  get buffer(): AudioBuffer {
    return this.state.buffer
  }

  get writtenMs(): number {
    return writtenMs(this.state.buffer)
  }

  get detectsTurns(): boolean {
    return this.state.detector !== undefined
  }

  get hearsSpeech(): boolean {
    return this.state.segment !== undefined
  }

  /** All that a conversation has to do is responses, which the service tracks. */
  readonly pending = undefined

  get owedAfterSound(): string | undefined {
    const { detector, segment } = this.state
    if (!detector) return 'the app has sent audio, and no input_audio_buffer.commit since'
    return segment && 'the caller still speaks: turn detection has heard no silence since speech_started'
  }

  plannedUntilMs(responseId: string, nowMs: number): number | undefined {
    const response = this.state.responses.get(responseId)
    if (!response) return undefined
    const { plan, lagMs, waitsSinceMs = nowMs } = response
    return plan.readyMs + lagMs + nowMs - waitsSinceMs
  }

  decode(text: string): Decoded {
    return this.#dialect.decode(text)
  }

  encode(event: ServerEvent): readonly string[] {
    return this.#dialect.encode(event)
  }

  append(audio: string): ClientEvent {
    return { type: 'input_audio_buffer.append', audio }
  }

  step(input: Input, nowMs: number): readonly Effect[] {
    const { state, effects } = step(this.state, input, nowMs)
    this.state = state
    return effects
  }
}
