// Public types of the simulated person at the other end, and of the parts of an app that they attach to.

import type { SoundEffect } from '../../audio/effects/chain.ts'
import type { Pcm } from '../../audio/types.ts'
import type { Flow } from './flows.ts'

/** A loudspeaker of the app, as `caller.attach({ speaker })` gives it. */
export interface Speaker {
  /**
   * What the app plays from here on: PCM16 at 24,000 Hz, or a sound with a rate of its own.
   *
   * @param item id of the item that it belongs to; by default the one whose sound was sent last
   * @throws RealtimeKitError RTK_CALLER for what is no sound, such as a string of base64
   */
  play(pcm: ArrayBuffer | Int16Array | Uint8Array | Pick<Pcm, 'samples' | 'rateHz'>, item?: string): void
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

/** How the caller sounds. */
export interface CallerSound {
  /** Voice of a text: `slt` (default), `rms`, `awb`, `kal16`, `kal`. */
  voice?: string
  /** Of a text: 1 is normal, 2 twice as fast. */
  speed?: number
  /** Mean pitch of a text's voice, in Hz. */
  pitchHz?: number
  /** White noise behind it, in dB below the speech; after the effects. */
  snrDb?: number
  /** What happens to the sound on its way, the first one first: those of `vitest-realtime/audio`, and functions of your own. */
  effects?: readonly SoundEffect[]
  /** Seeds effects and noise. Default 1. */
  seed?: number
}

/** The simulated person who speaks to the app and hears it. */
export interface Caller {
  /** Joins the caller to the app's microphone and loudspeaker. Unattached, it speaks straight into the service's ear. */
  attach(app: RealtimeSessionLike | OpenAIClientLike | { microphone(frame: Pcm): void; speaker?(speaker: Speaker): void }): this
  /** Speaks in 20 ms frames paced by the clock; resolves when the last frame was sent. */
  says(what: string | Pcm, options?: CallerSound): Promise<void>
  /** Speaks after `afterMs` of the answer have been heard. */
  interrupts(what: string | Pcm, options: CallerSound & { afterMs: number }): Promise<void>
  /** Is silent for so many ms of the test's clock. */
  pauses(ms: number): Promise<void>
  /**
   * Plays the user's side of a flow, from where it stands to an end: says what each state waits for, presses its keys (on a SIP or a
   * phone call), waits out its silence, and hears each answer out. Of several ways on it takes the first that was not taken yet;
   * patterns need a `caller: '…'` beside them. An event of the app is waited for.
   *
   * @throws RealtimeKitError RTK_CALLER where a state waits for keys and there is no call, or for a silence that nobody answers;
   * RTK_WAIT where it waits for an event that does not come
   */
  plays(flow: Flow): Promise<void>
  /** Resolves when the words have been played to the caller. */
  hears(what: string | RegExp, options?: { timeout?: number }): Promise<void>
  /** What was played to the caller so far: words, length in ms, sound. */
  readonly heard: { readonly text: string; readonly durationMs: number; readonly audio: Pcm }
}
