// How one session hears: frames through the VAD engine, and the words of committed audio.
// The words are known by time for what our caller said; else by matching what `speech()` made; else by an engine.

import { decodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { recognizeKnown } from '../../audio/known-speech.ts'
import { pcm } from '../../audio/pcm.ts'
import type { Pcm, SpeechFrame, TranscriptionEngine, VadEngine, VadStream, WireAudioFormat } from '../../audio/types.ts'
import { Arrivals } from './arrivals.ts'
import type { Utterances } from './utterances.ts'

export interface HeardAudio {
  readonly itemId: string
  readonly startSample: number
  readonly endSample: number
  readonly audio: Uint8Array
  readonly format: WireAudioFormat
  /** It came inside of an item: nobody knows when it was spoken. */
  readonly detached?: boolean
}

/** What the ears need of the service around them. */
export interface EarsWorld {
  readonly sessionId: string
  readonly utterances: Utterances
  readonly vad: VadEngine | 'truth'
  readonly recognizer: TranscriptionEngine | undefined
  finding(message: string): void
}

export class Ears {
  readonly arrivals = new Arrivals()
  readonly #world: EarsWorld
  readonly #words = new Map<string, string>()
  readonly #recognizing = new Map<string, Promise<string>>()
  #loading: Promise<void> | undefined
  #stream: VadStream | undefined
  #streamKey = ''

  constructor(world: EarsWorld) {
    this.#world = world
  }

  /** Gives audio to the VAD; probabilities of the frames that it completes. A promise where the engine needs time. */
  detect(audio: Uint8Array, format: WireAudioFormat, restart: boolean): readonly SpeechFrame[] | Promise<readonly SpeechFrame[]> {
    const samples = decodeWireAudio(audio, format)
    const stream = this.#openStream(wireRateHz(format), restart)
    return stream.push(samples)
  }

  #openStream(rateHz: number, restart: boolean): VadStream {
    const key = String(rateHz)
    if (this.#stream && !restart && key === this.#streamKey) return this.#stream
    this.#streamKey = key
    this.#stream = this.#world.vad === 'truth' ? this.#truthStream(rateHz) : this.#world.vad.open(rateHz)
    return this.#stream
  }

  /** Speech exactly where the caller's known speech is: turn detection without the errors of any engine. */
  #truthStream(rateHz: number): VadStream {
    const frameSamples = Math.round(rateHz * 0.032)
    let originMs: number | undefined
    let total = 0
    let emitted = 0
    return {
      push: (samples) => {
        originMs ??= this.arrivals.endMs - (samples.length * 1000) / rateHz
        total += samples.length
        const frames: SpeechFrame[] = []
        while (emitted + frameSamples <= total) {
          emitted += frameSamples
          const atMs = this.arrivals.timeOf(originMs + ((emitted - frameSamples / 2) * 1000) / rateHz)
          frames.push({ endSample: emitted, probability: this.#world.utterances.speaksAt(atMs, this.#world.sessionId) ? 1 : 0 })
        }
        return frames
      },
      reset: () => {
        originMs = undefined
        total = 0
        emitted = 0
      },
    }
  }

  /** Finds the words of audio that became a user item; `known` and `pending` answer afterwards. */
  listen(heard: HeardAudio): void {
    const rateHz = wireRateHz(heard.format)
    const said = heard.detached ? undefined : this.#said(heard, rateHz)
    if (said?.isSure) {
      this.#know(heard.itemId, said.text)
      return
    }
    const sound = pcm(decodeWireAudio(heard.audio, heard.format), rateHz)
    const words = recognizeKnown(sound)?.text ?? said?.text
    if (words === undefined) this.#recognize(heard.itemId, sound)
    else this.#know(heard.itemId, words)
  }

  /** What our caller said, by time: sure where whole utterances came as they were spoken. */
  #said({ startSample, endSample }: HeardAudio, rateHz: number): { text: string; isSure: boolean } | undefined {
    const { utterances, sessionId } = this.#world
    const startMs = (startSample * 1000) / rateHz
    const endMs = (endSample * 1000) / rateHz
    const said = utterances.wordsBetween(this.arrivals.timeOf(startMs), this.arrivals.timeOf(endMs), sessionId)
    return said && { text: said.text, isSure: said.isWhole && this.arrivals.cameInRealTime(startMs, endMs) }
  }

  #know(itemId: string, words: string): void {
    this.#words.set(itemId, words)
  }

  #recognize(itemId: string, sound: Pcm): void {
    const engine = this.#world.recognizer
    if (!engine) {
      this.#hearNothing(itemId, sound)
      return
    }
    const work = this.#transcribe(engine, itemId, sound)
    // Whoever asks for the words is told of a failure; nobody may ask.
    work.catch(() => {})
    this.#recognizing.set(itemId, work)
  }

  async #transcribe(engine: TranscriptionEngine, itemId: string, sound: Pcm): Promise<string> {
    this.#loading ??= engine.load()
    await this.#loading
    const { text } = await engine.transcribe(sound, {})
    if (text.trim() === '') this.#hearNothing(itemId, sound)
    else this.#know(itemId, text)
    return text
  }

  #hearNothing(itemId: string, sound: Pcm): void {
    this.#know(itemId, '')
    const length = `${Math.round(sound.durationMs)} ms`
    this.#world.finding(
      `speech without known words was heard (${length}, item ${itemId}): let the caller say it, or set a transcription engine`,
    )
  }

  /** The words of a user item, when they are known already. */
  known(itemId: string): string | undefined {
    return this.#words.get(itemId)
  }

  /** The recognition under way for an item, if any. */
  pending(itemId: string): Promise<string> | undefined {
    return this.#words.has(itemId) ? undefined : this.#recognizing.get(itemId)
  }
}
