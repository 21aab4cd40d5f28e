// What the old system's `getVadState` tells of its counting of frames. The service's turn detection decides by rules of its own.

import { createSpeechCounter, type SpeechCounter } from '../../audio/speech-counter.ts'

export interface GaugedState {
  readonly speechActive: boolean
  /** Probabilities of the last five frames. */
  readonly confidenceHistory: readonly number[]
  /** Frames in a row. */
  readonly speechCounter: number
  readonly silenceCounter: number
  /** Ms on the service's clock; null before any speech. */
  readonly lastSpeechTime: number | null
  readonly speechStartTime: number | null
}

export class SpeechGauge {
  readonly #counter: SpeechCounter = createSpeechCounter()
  #lastMs: number | null = null
  #startMs: number | null = null

  hear(isSpeech: boolean, probability: number, nowMs: number): void {
    const { event } = this.#counter.hear({ isSpeech, probability })
    if (isSpeech) this.#lastMs = nowMs
    if (event === 'started') this.#startMs = nowMs
  }

  reset(): void {
    this.#counter.reset()
    this.#lastMs = this.#startMs = null
  }

  get state(): GaugedState {
    const { speaking, recent, speechFrames, silenceFrames } = this.#counter.state
    return Object.freeze({
      speechActive: speaking,
      confidenceHistory: Object.freeze([...recent]),
      speechCounter: speechFrames,
      silenceCounter: silenceFrames,
      lastSpeechTime: this.#lastMs,
      speechStartTime: this.#startMs,
    })
  }
}
