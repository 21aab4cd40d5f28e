// A kind of session as its connection sees it: pure rules with the one mutable field, their state. Conversations (realtime and
// transcription sessions) are conversation-core.ts, translation sessions translation-core.ts. No clock and no socket here.

import type { WireAudioFormat } from '../../audio/types.ts'
import type { AnyClientEvent, AnyServerEvent } from '../protocol/any-events.ts'
import type { Fault } from '../protocol/faults.ts'
import type { Item } from '../protocol/items.ts'
import type { SessionObject } from '../protocol/session-config.ts'
import type { TranslationSessionObject } from '../protocol/translation-session.ts'
import type { AudioBuffer } from '../session/audio-buffer.ts'
import type { ItemAudio } from '../session/conversation.ts'
import type { Effect } from '../session/effects.ts'
import type { Input } from '../session/inputs.ts'

/** A frame of the client as an event, or what answers it. */
export type AnyDecoded = { readonly event: AnyClientEvent } | { readonly fault: Fault }

/** Methods, not function properties: a core takes the events of its own kind, which are all that its `decode` gives. */
export interface SessionCore {
  readonly id: string
  /** The session object as the service would echo it now. */
  readonly config: SessionObject | TranslationSessionObject
  /** Items of the default conversation, oldest first; none in a translation session. */
  readonly items: readonly Item[]
  readonly inputFormat: WireAudioFormat
  /** Undefined where nothing is spoken. */
  readonly outputFormat: WireAudioFormat | undefined
  /** Sound that has come and is not committed yet. */
  readonly buffer: AudioBuffer
  /** How much sound has come, in ms. */
  readonly writtenMs: number
  /** Whether the end of speech is found by the service itself. */
  readonly detectsTurns: boolean
  /** Whether speech goes on, as far as that has been noticed. */
  readonly hearsSpeech: boolean
  /** What the service still has to do by itself, besides responses, as a sentence. */
  readonly pending: string | undefined
  /** What the app has to do before the session can go on, as a sentence, where the session knows. */
  readonly owed?: string | undefined
  /** What the app owes when sound was the last thing that it sent, as a sentence. */
  readonly owedAfterSound: string | undefined
  decode(text: string): AnyDecoded
  encode(event: AnyServerEvent): readonly string[]
  /** When what is planned of a response will have been sent, were nothing added to it. Undefined where it is not known, or over. */
  plannedUntilMs?(responseId: string, nowMs: number): number | undefined
  /** The client event that brings sound. */
  append(audio: string): AnyClientEvent
  /** What is left of the sound of an item that was truncated; undefined for others. */
  truncatedAudio?(itemId: string): ItemAudio | undefined
  /** What one input does: the state moves on, the effects are to be carried out in order. */
  step(input: Input<AnyClientEvent>, nowMs: number): readonly Effect<AnyServerEvent>[]
}
