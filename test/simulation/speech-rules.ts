// What must hold of what the service hears: segments that start and stop once with one id, offsets that never go back, and
// transcripts that end once and say what their deltas said.

import type { ServerEvent, ServerEventOf } from '../../src/protocol/server-events.ts'
import type { SessionState } from '../../src/session/state.ts'
import { ensure, ensureSame } from './ensure.ts'

type TranscriptionEvent = Extract<ServerEvent, { type: `conversation.item.input_audio_transcription.${string}` }>

export class SpeechRules {
  #speaking: { readonly itemId: string; readonly startMs: number } | undefined
  /** Announced by speech_stopped or timeout_triggered: the next commit is its. */
  #awaited: string | undefined
  #heardMs = 0
  #mayBeDropped = false
  readonly #transcripts = new Map<string, string | undefined>()
  readonly met = { turns: 0, timeouts: 0, transcripts: 0, failedTranscripts: 0 }

  check(event: ServerEvent): void {
    if (event.type === 'input_audio_buffer.speech_started') this.#started(event)
    else if (event.type === 'input_audio_buffer.speech_stopped') this.#stopped(event)
    else if (event.type === 'input_audio_buffer.timeout_triggered') this.#timeout(event)
    else if (event.type === 'input_audio_buffer.committed') this.#committed(event)
    else if (event.type === 'input_audio_buffer.cleared') this.#speaking = undefined
    // Another turn detection drops the speech, anything else keeps it: the state knows which.
    else if (event.type === 'session.updated') this.#mayBeDropped = true
    else if (isTranscription(event)) this.#transcription(event)
  }

  /** After a step: the state agrees with what was told. */
  checkState(state: SessionState): void {
    if (this.#mayBeDropped && state.segment === undefined) this.#speaking = undefined
    this.#mayBeDropped = false
    ensure(this.#awaited === undefined, () => `${this.#awaited} was announced and not committed`)
    ensure(
      state.segment?.itemId === this.#speaking?.itemId,
      () => `${this.#speaking?.itemId} speaks, or ${state.segment?.itemId}`,
    )
  }

  #started({ item_id, audio_start_ms }: ServerEventOf<'input_audio_buffer.speech_started'>): void {
    ensure(this.#speaking === undefined, 'speech starts twice')
    ensure(audio_start_ms >= this.#heardMs, () => `speech starts at ${audio_start_ms} ms, before ${this.#heardMs} ms`)
    this.#speaking = { itemId: item_id, startMs: audio_start_ms }
  }

  #stopped({ item_id, audio_end_ms }: ServerEventOf<'input_audio_buffer.speech_stopped'>): void {
    const speaking = this.#speaking
    ensure(speaking !== undefined, 'speech stops and had not started, or twice')
    ensureSame(item_id, speaking.itemId, 'the item of speech_stopped')
    ensure(audio_end_ms >= speaking.startMs, () => `speech from ${speaking.startMs} ms to ${audio_end_ms} ms`)
    this.#heardMs = audio_end_ms
    this.#speaking = undefined
    this.#awaited = item_id
  }

  #timeout({ item_id, audio_start_ms, audio_end_ms }: ServerEventOf<'input_audio_buffer.timeout_triggered'>): void {
    ensure(this.#speaking === undefined, 'an idle timeout while somebody speaks')
    ensure(audio_end_ms >= audio_start_ms, () => `idle from ${audio_start_ms} ms to ${audio_end_ms} ms`)
    this.#awaited = item_id
    this.met.timeouts += 1
  }

  #committed({ item_id }: ServerEventOf<'input_audio_buffer.committed'>): void {
    const announced = this.#awaited ?? (this.#mayBeDropped ? undefined : this.#speaking?.itemId)
    if (announced !== undefined) ensureSame(item_id, announced, 'the item of committed')
    this.#awaited = undefined
    this.#speaking = undefined
    this.met.turns += 1
  }

  #transcription(event: TranscriptionEvent): void {
    const { item_id } = event
    ensure(!this.#transcripts.has(item_id) || this.#transcripts.get(item_id) !== undefined, () => `${event.type} after the end`)
    const said = this.#transcripts.get(item_id) ?? ''
    if (event.type.endsWith('.delta') && 'delta' in event) this.#transcripts.set(item_id, said + event.delta)
    if ('transcript' in event) {
      if (said !== '') ensureSame(event.transcript, said, 'a transcript and its deltas')
      this.met.transcripts += 1
    }
    if ('error' in event) this.met.failedTranscripts += 1
    if ('transcript' in event || 'error' in event) this.#transcripts.set(item_id, undefined)
  }
}

function isTranscription(event: ServerEvent): event is TranscriptionEvent {
  return event.type.startsWith('conversation.item.input_audio_transcription.')
}
