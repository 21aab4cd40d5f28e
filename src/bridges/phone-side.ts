// The contract between a bridge's core (realtime-bridge.ts: the model, the turns, what was heard) and a telephone platform at its other
// end. A side knows the platform's messages and its socket, and nothing of the model.

import type { PhoneFormat } from '../telephony/platform.ts'

/** What is known of a call when it begins. */
export interface CallFacts {
  /** The platform's id of the call. */
  readonly callId: string
  /** Of the caller's sound. */
  readonly inputFormat: PhoneFormat
  /** Of the sound for the caller. */
  readonly outputFormat: PhoneFormat
  readonly from?: string
  readonly to?: string
  readonly parameters?: Readonly<Record<string, string>>
}

/** What the core does at the telephone's side. */
export interface PhoneSide {
  readonly platform: string
  /** Whether `mark` tells what was played; else the clock does. */
  readonly hasMarks: boolean
  /** Ms of sound that one message holds. */
  readonly frameMs: number
  /** Ms that sound takes to the caller's ear; matters where there are no marks. */
  readonly latencyMs: number
  /** How far ahead of the playback sound may be sent. */
  readonly leadMs: number
  /** Bytes that the socket has not sent yet. */
  readonly bufferedBytes: number
  /** The model is ready: the platform may be told that the call is taken. */
  ready(): void
  /** Sound in the call's output format, to be played behind all that was sent before. */
  play(bytes: Uint8Array, responseId: string): void
  mark(name: string): void
  /** The answer has no more sound. */
  endAnswer(responseId: string): void
  /** Drops what waits to be played. */
  clear(): void
  /** The model's ear says that the caller began or ended to speak, or that a turn was taken. */
  speech(what: 'started' | 'stopped' | 'committed'): void
  recognized(text: string): void
  /** Ends the call. */
  hangUp(reason: string): void
  /** The call cannot be served, or not any longer. */
  fail(reason: string): void
  transfer?(target: string, reason: string): void
}

/** What a side tells the core. */
export interface PhoneListener {
  started(call: CallFacts): void
  /** Sound of the caller in the input format; `atMs` on the stream's own clock where it has one. */
  audio(base64: string, atMs?: number): void
  /** The caller's sound pauses: nothing comes until it is started again. */
  inputStopped(): void
  key(digits: string): void
  marked(name: string): void
  playbackFinished(): void
  /** The line is lost for now; a side that cannot resume calls `ended`. */
  suspended(): void
  resumed(): void
  ended(by: 'caller' | 'platform' | 'bridge', reason: string): void
  /** A message that cannot be used. The call goes on. */
  problem(what: string): void
}
