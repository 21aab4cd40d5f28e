// How one session hears: frames through the VAD engine, and the words of committed audio.
// The words are known by time for what our caller said; else by matching what `speech()` made; else by an engine.

import { bytesPerSample, decodeWireAudio, wireRateHz } from '../../audio/formats.ts'
import { recognizeKnown } from '../../audio/known-speech.ts'
import { pcm } from '../../audio/pcm.ts'
import type { Pcm, SpeechFrame, TranscriptionEngine, VadEngine, VadStream, WireAudioFormat } from '../../audio/types.ts'
import { Arrivals, type Utterances } from './utterances.ts'

export interface HeardAudio {
  readonly itemId: string
  readonly startSample: number
  readonly endSample: number
  readonly audio: Uint8Array
  readonly format: WireAudioFormat
}

/** What the ears need of the service around them. */
export interface EarsWorld {
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
  #stream: VadStream | undefined
  #streamKey = ''
  #totalBytes = 0

  constructor(world: EarsWorld) {
    this.#world = world
  }

  /** Notes when audio of the wire came in, as base64: what maps samples to times. */
  arrive(base64: string, format: WireAudioFormat, atMs: number): void {
    const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
    this.#totalBytes += (base64.length / 4) * 3 - padding
    this.arrivals.note(this.#totalBytes / bytesPerSample(format), atMs)
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
    let total = 0
    let emitted = 0
    return {
      push: (samples) => {
        total += samples.length
        const frames: SpeechFrame[] = []
        while (emitted + frameSamples <= total) {
          emitted += frameSamples
          const atMs = this.arrivals.timeOf(emitted - frameSamples / 2, rateHz)
          frames.push({ endSample: emitted, probability: this.#world.utterances.speaksAt(atMs) ? 1 : 0 })
        }
        return frames
      },
      reset: () => {
        total = 0
        emitted = 0
      },
    }
  }

  /** Finds the words of audio that became a user item; `wordsOf` and `known` answer afterwards. */
  listen(heard: HeardAudio): void {
    const rateHz = wireRateHz(heard.format)
    const startMs = this.arrivals.timeOf(heard.startSample, rateHz)
    const endMs = this.arrivals.timeOf(heard.endSample, rateHz)
    const said = this.#world.utterances.wordsBetween(startMs, endMs)
    if (said !== undefined) {
      this.#words.set(heard.itemId, said)
      return
    }
    const sound = pcm(decodeWireAudio(heard.audio, heard.format), rateHz)
    const known = recognizeKnown(sound)
    if (known) {
      this.#words.set(heard.itemId, known.text)
      return
    }
    this.#recognize(heard.itemId, sound)
  }

  #recognize(itemId: string, sound: Pcm): void {
    const engine = this.#world.recognizer
    if (!engine) {
      this.#words.set(itemId, '')
      this.#world.finding(`speech without known words was heard (${Math.round(sound.durationMs)} ms, item ${itemId}): let the caller say it, or set a transcription engine`)
      return
    }
    const work = engine.transcribe(sound, {}).then((result) => {
      this.#words.set(itemId, result.text)
      return result.text
    })
    this.#recognizing.set(itemId, work)
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
