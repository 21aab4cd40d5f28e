// Public types of the simulated person at the other end, and of the parts of an app that they attach to.

import type { Pcm } from '../../audio/types.ts'

/** A loudspeaker of the app, as `caller.attach({ speaker })` gives it. */
export interface Speaker {
  play(pcm: ArrayBuffer | Int16Array, item?: string): void
  stop(): void
}

export interface RealtimeSessionLike {
  sendAudio(audio: ArrayBuffer, options?: { commit?: boolean }): void
  on(event: any, listener: (...args: any[]) => void): unknown
}

export interface OpenAIClientLike {
  send(event: any): void
  on(event: any, listener: (...args: any[]) => void): unknown
  readonly url: URL
}

/** The simulated person who speaks to the app and hears it. */
export interface Caller {
  /** Joins the caller to the app's microphone and loudspeaker. Unattached, it speaks straight into the service's ear. */
  attach(app: RealtimeSessionLike | OpenAIClientLike | { microphone(frame: Pcm): void; speaker?(speaker: Speaker): void }): this
  /** Speaks in 20 ms frames paced by the clock; resolves when the last frame was sent. */
  says(what: string | Pcm, options?: { voice?: string; snrDb?: number }): Promise<void>
  /** Speaks after `afterMs` of the answer have been heard. */
  interrupts(what: string | Pcm, options: { afterMs: number }): Promise<void>
  /** Is silent for so many ms of the test's clock. */
  pauses(ms: number): Promise<void>
  /** Resolves when the words have been played to the caller. */
  hears(what: string | RegExp, options?: { timeout?: number }): Promise<void>
  /** What was played to the caller so far: words, length in ms, sound. */
  readonly heard: { readonly text: string; readonly durationMs: number; readonly audio: Pcm }
}
