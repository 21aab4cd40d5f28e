// Translation sessions behind `SessionCore`. They came after the beta, and are the same on Azure: there is one dialect.

import { encode } from '../protocol/encode.ts'
import { type DecodedTranslation, decodeTranslation } from '../protocol/translation-decode.ts'
import type { TranslationClientEvent, TranslationServerEvent } from '../protocol/translation-events.ts'
import type { TranslationSessionObject } from '../protocol/translation-session.ts'
import { type AudioBuffer, writtenMs } from '../session/audio-buffer.ts'
import {
  type TranslationEffect,
  type TranslationInput,
  type TranslationState,
  translationFormat,
} from '../session/translation-state.ts'
import { translationStep } from '../session/translation-step.ts'
import { Interpretations } from './interpretations.ts'
import type { SessionCore } from './session-core.ts'

export class TranslationCore implements SessionCore {
  state: TranslationState
  readonly items = []
  readonly inputFormat = translationFormat
  readonly outputFormat = translationFormat
  readonly detectsTurns = true
  /** What the caller may know of what was said. */
  readonly interpretations = new Interpretations()

  constructor(state: TranslationState) {
    this.state = state
  }

  get id(): string {
    return this.config.id
  }

  get config(): TranslationSessionObject {
    return this.state.config
  }

  get buffer(): AudioBuffer {
    return this.state.buffer
  }

  get writtenMs(): number {
    return writtenMs(this.state.buffer)
  }

  get hearsSpeech(): boolean {
    return this.state.speech !== undefined
  }

  get pending(): string | undefined {
    const { utterances, sources, phase } = this.state
    if (utterances.length > 0) return `the interpreter of session ${this.id} has not said all of what it heard`
    if (sources.length > 0) return `session ${this.id} has words of the speaker to send`
    return phase === 'open' ? undefined : `session ${this.id} is about to close`
  }

  get owedAfterSound(): string | undefined {
    return this.state.speech && 'the interpreter waits for the end of what is said: a pause in the sound, or a session.close'
  }

  decode(text: string): DecodedTranslation {
    return decodeTranslation(text)
  }

  encode(event: TranslationServerEvent): readonly string[] {
    return [encode(event)]
  }

  append(audio: string): TranslationClientEvent {
    return { type: 'session.input_audio_buffer.append', audio }
  }

  step(input: TranslationInput, nowMs: number): readonly TranslationEffect[] {
    if (input.type === 'reply') this.interpretations.plan(input.responseId, input.pieces)
    const { state, effects } = translationStep(this.state, input, nowMs)
    this.state = state
    for (const effect of effects) {
      if (effect.type === 'ask-reply') this.interpretations.begin(effect.request.responseId)
      if (effect.type === 'send' && effect.event.type === 'session.output_audio.delta') this.interpretations.sends(effect.event)
    }
    return effects
  }
}
